package inkling.core.device.cpu;

import inkling.core.device.AdamWStep;
import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Ids;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import inkling.core.tensor.WeightLayout;
import java.util.function.Function;

/// The processor as a device: Vector API kernels, shared between a fixed number of threads.
///
/// Results are the same bits for any number of threads.
public final class CpuKernels implements Kernels {
    private final WorkerPool pool;
    private final MatrixProduct matmul;
    private final MatmulKernel packed;
    private final PackedGemvKernel packedGemv;
    private final ElementwiseKernel elementwise;
    private final EmbeddingKernel embedding;
    private final RmsNormKernel rmsNorm;
    private final RopeKernel rope;
    private final AttentionKernel attention;
    private final AttentionBackwardKernel attentionBackward;
    private final CachedAttentionKernel cachedAttention;
    private final SwiGluKernel swiGlu;
    private final SoftmaxKernel softmax;
    private final CrossEntropyKernel crossEntropy;
    private final AdamWKernel adamW;

    /// A device of so many threads; the calling thread counts as one of them.
    public CpuKernels(int threads) {
        this(new WorkerPool(threads), MatmulKernel::new);
    }

    /// A device of so many threads whose matrix products are done in bf16 by `tiles`; closing it closes them.
    public CpuKernels(int threads, Bf16Tiles tiles) {
        this(new WorkerPool(threads), pool -> new Bf16MatmulKernel(pool, tiles));
    }

    private CpuKernels(WorkerPool pool, Function<WorkerPool, MatrixProduct> product) {
        this.pool = pool;
        matmul = product.apply(pool);
        packed = matmul instanceof MatmulKernel floats ? floats : new MatmulKernel(pool);
        packedGemv = new PackedGemvKernel(pool);
        elementwise = new ElementwiseKernel(pool);
        embedding = new EmbeddingKernel(pool);
        rmsNorm = new RmsNormKernel(pool);
        rope = new RopeKernel(pool);
        attention = new AttentionKernel(pool);
        attentionBackward = new AttentionBackwardKernel(pool);
        cachedAttention = new CachedAttentionKernel(pool);
        swiGlu = new SwiGluKernel(pool);
        softmax = new SoftmaxKernel(pool);
        crossEntropy = new CrossEntropyKernel(pool);
        adamW = new AdamWKernel(pool);
    }

    /// A device of as many threads as the machine (or its container) has processors.
    public static CpuKernels onAllCores() {
        return new CpuKernels(Runtime.getRuntime().availableProcessors());
    }

    /// Two stripes in a block where vectors are so narrow that they fit in the registers ([PackedRows]).
    static WeightLayout layout(WeightFormat format) {
        return Lanes.COUNT <= PackedRows.MOST_LANES_FOR_STRIPES
                ? WeightLayout.striped(format)
                : WeightLayout.whole(format);
    }

    /// Width of the vectors in use, in bits.
    public static int vectorBits() {
        return Lanes.SPECIES.vectorBitSize();
    }

    /// Number of threads.
    public int threads() {
        return pool.workers();
    }

    @Override
    public String name() {
        return "cpu, " + pool.workers() + (pool.workers() == 1 ? " thread, " : " threads, ") + vectorBits()
                + "-bit vectors" + matmul.name();
    }

    @Override
    public void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        matmul.multiply(c, a, b, product, store);
    }

    @Override
    public void matmulPacked(Tensor c, Tensor a, PackedMatrix b, Store store) {
        KernelChecks.MatmulSize size = KernelChecks.matmulPacked(c, a, b);
        if (b.stripeRows() < PackedMatrix.BLOCK_ROWS && Lanes.COUNT > PackedRows.MOST_LANES_FOR_STRIPES) {
            throw new IllegalArgumentException("matmul packed: the weight is in stripes of " + b.stripeRows()
                    + " rows, vectors of " + vectorBits() + " bits expect blocks in one piece (Processor.layout)");
        }
        if (size.m() > 0 && size.n() > 0 && size.m() <= GemvKernel.MOST_ROWS) {
            packedGemv.multiply(c, a, b, store);
        } else {
            packed.multiply(c, a, b, store);
        }
    }

    @Override
    public void embedPacked(Tensor y, PackedMatrix table, Ids ids) {
        embedding.forward(y, table, ids);
    }

    @Override
    public void embed(Tensor y, Tensor table, Ids ids) {
        embedding.forward(y, table, ids);
    }

    @Override
    public void embedBackward(Tensor dTable, Tensor dy, Ids ids) {
        embedding.backward(dTable, dy, ids);
    }

    @Override
    public void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        rmsNorm.forward(y, inverseRms, x, gain, epsilon);
    }

    @Override
    public void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        rmsNorm.backward(dx, dGain, dy, x, gain, inverseRms);
    }

    @Override
    public void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        rope.rotate(x, angles, positions, heads, inverse);
    }

    @Override
    public void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        attention.forward(y, logSumExp, qkv, shape);
    }

    @Override
    public void attentionBackward(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        attentionBackward.backward(dQkv, dy, qkv, y, logSumExp, shape);
    }

    @Override
    public void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        cachedAttention.attend(y, qkv, keys, values, start, heads);
    }

    @Override
    public void swiGlu(Tensor y, Tensor gateUp) {
        swiGlu.forward(y, gateUp);
    }

    @Override
    public void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        swiGlu.backward(dGateUp, dy, gateUp);
    }

    @Override
    public void silu(Tensor y, Tensor x) {
        swiGlu.silu(y, x);
    }

    @Override
    public void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        swiGlu.siluBackward(dx, dy, x);
    }

    @Override
    public void softmax(Tensor y, Tensor x) {
        softmax.softmax(y, x);
    }

    @Override
    public void logSoftmax(Tensor y, Tensor x) {
        softmax.logSoftmax(y, x);
    }

    @Override
    public void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {
        softmax.softmaxBackward(dx, dy, y);
    }

    @Override
    public void crossEntropy(Tensor losses, Tensor logits, Ids targets) {
        crossEntropy.losses(losses, logits, targets);
    }

    @Override
    public void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        crossEntropy.lossesAndGradient(losses, logits, targets, scale);
    }

    @Override
    public void fill(Tensor x, float value) {
        elementwise.fill(x, value);
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        elementwise.copy(y, x);
    }

    @Override
    public void addScaled(Tensor y, Tensor x, float scale) {
        elementwise.addScaled(y, x, scale);
    }

    @Override
    public void scale(Tensor x, float factor) {
        elementwise.scale(x, factor);
    }

    @Override
    public double sumOfSquares(Tensor x) {
        return elementwise.sumOfSquares(x);
    }

    @Override
    public void adamW(Tensor parameters, Tensor gradients, Tensor firstMoment, Tensor secondMoment, AdamWStep step) {
        adamW.update(parameters, gradients, firstMoment, secondMoment, step);
    }

    @Override
    public void close() {
        pool.close();
        matmul.close();
    }
}
