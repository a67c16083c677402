package inkling.core.device.cpu;

import inkling.core.device.AdamWStep;
import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;

/// The CPU device: SIMD vectors of whatever width the machine has, all cores, the same bits for any number of threads.
///
/// One call at a time is at work; calls from several threads wait for each other. Sums are in single precision, in a
/// fixed order, where [inkling.core.device.reference.ReferenceKernels] uses double precision.
public final class CpuKernels implements Kernels {
    private final Arena arena = Arena.ofShared();
    private final WorkerPool pool;
    private final Scratch scratch;
    private final MatmulKernel matmul;
    private final EmbeddingKernel embedding;
    private final NormKernel norm;
    private final RopeKernel rope;
    private final AttentionKernel attention;
    private final AttentionBackwardKernel attentionBackward;
    private final CachedAttentionKernel attentionCached;
    private final ActivationKernel activation;
    private final SoftmaxKernel softmax;
    private final ElementwiseKernel elementwise;
    private final AdamWKernel adamW;

    /// Starts the device's threads.
    ///
    /// @param threads number of threads to compute with, the caller's included
    public CpuKernels(int threads) {
        pool = new WorkerPool(threads);
        scratch = new Scratch(threads);
        matmul = new MatmulKernel(pool, arena);
        embedding = new EmbeddingKernel(pool);
        norm = new NormKernel(pool);
        rope = new RopeKernel(pool);
        attention = new AttentionKernel(pool, scratch);
        attentionBackward = new AttentionBackwardKernel(pool, scratch);
        attentionCached = new CachedAttentionKernel(pool, scratch);
        activation = new ActivationKernel(pool);
        softmax = new SoftmaxKernel(pool);
        elementwise = new ElementwiseKernel(pool);
        adamW = new AdamWKernel(pool);
    }

    @Override
    public String name() {
        return "cpu, " + pool.workers() + (pool.workers() == 1 ? " thread, " : " threads, ")
                + Lanes.SPECIES.vectorBitSize() + "-bit vectors";
    }

    @Override
    public void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        matmul.matmul(c, a, b, product, store);
    }

    @Override
    public void embed(Tensor y, Tensor table, Ids ids) {
        embedding.embed(y, table, ids);
    }

    @Override
    public void embedBackward(Tensor dTable, Tensor dy, Ids ids) {
        embedding.embedBackward(dTable, dy, ids);
    }

    @Override
    public void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        norm.rmsNorm(y, inverseRms, x, gain, epsilon);
    }

    @Override
    public void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        norm.rmsNormBackward(dx, dGain, dy, x, gain, inverseRms);
    }

    @Override
    public void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        rope.rope(x, angles, positions, heads, inverse);
    }

    @Override
    public void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        attention.attention(y, logSumExp, qkv, shape);
    }

    @Override
    public void attentionBackward(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        attentionBackward.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape);
    }

    @Override
    public void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        attentionCached.attentionCached(y, qkv, keys, values, start, heads);
    }

    @Override
    public void swiGlu(Tensor y, Tensor gateUp) {
        activation.swiGlu(y, gateUp);
    }

    @Override
    public void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        activation.swiGluBackward(dGateUp, dy, gateUp);
    }

    @Override
    public void silu(Tensor y, Tensor x) {
        activation.silu(y, x);
    }

    @Override
    public void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        activation.siluBackward(dx, dy, x);
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
        softmax.crossEntropy(losses, logits, targets);
    }

    @Override
    public void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        softmax.crossEntropyWithGradient(losses, logits, targets, scale);
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
        adamW.adamW(parameters, gradients, firstMoment, secondMoment, step);
    }

    @Override
    public void close() {
        pool.close();
        scratch.close();
        arena.close();
    }
}
