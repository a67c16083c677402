package inkling.core.device.cpu;

import inkling.core.device.AdamWStep;
import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Ids;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;

/// The processor without the Vector API: what [Processor] takes where a Java runtime lacks the vector module.
///
/// Matrix products and attention, where the time goes, have plain loops that the compiler turns into vectors by
/// itself; everything else is the reference device on parts of the rows, one part for each thread at a time. Several
/// times slower than [CpuKernels], and the same bits on any number of threads too, but not the bits of [CpuKernels]:
/// sums are added in another order.
public final class ScalarKernels implements Kernels {
    /// Elements of one part of a pass over memory.
    private static final int PART = 1 << 14;
    /// Rows whose sums are added first, before those of blocks: fixed, whatever the number of threads.
    private static final int BLOCK_ROWS = 64;

    private final Kernels loops = new ReferenceKernels();
    private final WorkerPool pool;
    private final ScalarMatmul matmul;
    private final ScalarPackedProduct packed;
    private final ScalarAttention attention;

    /// A device of so many threads; the calling thread counts as one of them.
    public ScalarKernels(int threads) {
        pool = new WorkerPool(threads);
        matmul = new ScalarMatmul(pool);
        packed = new ScalarPackedProduct(pool);
        attention = new ScalarAttention(pool);
    }

    @Override
    public String name() {
        return "cpu, " + pool.workers() + (pool.workers() == 1 ? " thread, " : " threads, ") + "no vectors";
    }

    @Override
    public void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        matmul.multiply(c, a, b, product, store);
    }

    @Override
    public void matmulPacked(Tensor c, Tensor a, PackedMatrix b, Store store) {
        packed.multiply(c, a, b, store);
    }

    @Override
    public void embedPacked(Tensor y, PackedMatrix table, Ids ids) {
        loops.embedPacked(y, table, ids);
    }

    @Override
    public void embed(Tensor y, Tensor table, Ids ids) {
        KernelChecks.embed(y, table, ids);
        rows(y, (from, to) -> loops.embed(y.rows(from, to), table, ids.slice(from, to)));
    }

    /// On one thread: ids repeat, and every row of the table is to be added to in the order of the ids.
    @Override
    public void embedBackward(Tensor dTable, Tensor dy, Ids ids) {
        loops.embedBackward(dTable, dy, ids);
    }

    @Override
    public void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        KernelChecks.rmsNorm(y, inverseRms, x, gain);
        Tensor r = inverseRms.reshape(x.rows(), 1);
        rows(x, (from, to) -> loops.rmsNorm(y.rows(from, to), r.rows(from, to), x.rows(from, to), gain, epsilon));
    }

    @Override
    public void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        KernelChecks.rmsNorm(dy, inverseRms, x, gain);
        KernelChecks.same("rmsNormBackward", "dx", dx, x);
        KernelChecks.size("rmsNormBackward", "dGain", dGain, x.columns());
        Tensor r = inverseRms.reshape(x.rows(), 1);
        int blocks = (x.rows() + BLOCK_ROWS - 1) / BLOCK_ROWS;
        Tensor gains = Tensor.of(new float[Math.multiplyExact(blocks, x.columns())], blocks, x.columns());
        pool.run(blocks, (block, worker) -> {
            int from = block * BLOCK_ROWS;
            int to = Math.min(x.rows(), from + BLOCK_ROWS);
            loops.rmsNormBackward(
                    dx.rows(from, to),
                    gains.rows(block, block + 1),
                    dy.rows(from, to),
                    x.rows(from, to),
                    gain,
                    r.rows(from, to));
        });
        for (int block = 0; block < blocks; block++) {
            loops.addScaled(dGain, gains.rows(block, block + 1), 1);
        }
    }

    @Override
    public void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        KernelChecks.rope(x, angles, positions, heads);
        rows(x, (from, to) -> loops.rope(x.rows(from, to), angles, positions.slice(from, to), heads, inverse));
    }

    @Override
    public void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        attention.forward(y, logSumExp, qkv, shape);
    }

    @Override
    public void attentionBackward(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        attention.backward(dQkv, dy, qkv, y, logSumExp, shape);
    }

    /// On one thread: one query over a cache is little work beside the products of its layer.
    @Override
    public void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        loops.attentionCached(y, qkv, keys, values, start, heads);
    }

    @Override
    public void swiGlu(Tensor y, Tensor gateUp) {
        KernelChecks.swiGlu(y, gateUp);
        rows(y, (from, to) -> loops.swiGlu(y.rows(from, to), gateUp.rows(from, to)));
    }

    @Override
    public void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        KernelChecks.swiGlu(dy, gateUp);
        KernelChecks.same("swiGluBackward", "dGateUp", dGateUp, gateUp);
        rows(dy, (from, to) -> loops.swiGluBackward(dGateUp.rows(from, to), dy.rows(from, to), gateUp.rows(from, to)));
    }

    @Override
    public void silu(Tensor y, Tensor x) {
        KernelChecks.same("silu", "y", y, x);
        rows(x, (from, to) -> loops.silu(y.rows(from, to), x.rows(from, to)));
    }

    @Override
    public void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        KernelChecks.same("siluBackward", "dx", dx, x);
        KernelChecks.same("siluBackward", "dy", dy, x);
        rows(x, (from, to) -> loops.siluBackward(dx.rows(from, to), dy.rows(from, to), x.rows(from, to)));
    }

    @Override
    public void softmax(Tensor y, Tensor x) {
        KernelChecks.same("softmax", "y", y, x);
        rows(x, (from, to) -> loops.softmax(y.rows(from, to), x.rows(from, to)));
    }

    @Override
    public void logSoftmax(Tensor y, Tensor x) {
        KernelChecks.same("logSoftmax", "y", y, x);
        rows(x, (from, to) -> loops.logSoftmax(y.rows(from, to), x.rows(from, to)));
    }

    @Override
    public void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {
        KernelChecks.same("softmaxBackward", "dx", dx, y);
        KernelChecks.same("softmaxBackward", "dy", dy, y);
        rows(y, (from, to) -> loops.softmaxBackward(dx.rows(from, to), dy.rows(from, to), y.rows(from, to)));
    }

    @Override
    public void crossEntropy(Tensor losses, Tensor logits, Ids targets) {
        KernelChecks.crossEntropy(losses, logits, targets);
        Tensor column = losses.reshape(logits.rows(), 1);
        rows(
                logits,
                (from, to) ->
                        loops.crossEntropy(column.rows(from, to), logits.rows(from, to), targets.slice(from, to)));
    }

    @Override
    public void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        KernelChecks.crossEntropy(losses, logits, targets);
        Tensor column = losses.reshape(logits.rows(), 1);
        rows(
                logits,
                (from, to) -> loops.crossEntropyWithGradient(
                        column.rows(from, to), logits.rows(from, to), targets.slice(from, to), scale));
    }

    @Override
    public void fill(Tensor x, float value) {
        parts(x, (from, to) -> loops.fill(part(x, from, to), value));
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        KernelChecks.size("copy", "y", y, x.size());
        parts(x, (from, to) -> part(y, from, to).copyFrom(part(x, from, to)));
    }

    @Override
    public void addScaled(Tensor y, Tensor x, float scale) {
        KernelChecks.size("addScaled", "y", y, x.size());
        parts(x, (from, to) -> loops.addScaled(part(y, from, to), part(x, from, to), scale));
    }

    @Override
    public void scale(Tensor x, float factor) {
        parts(x, (from, to) -> loops.scale(part(x, from, to), factor));
    }

    @Override
    public double sumOfSquares(Tensor x) {
        double[] sums = new double[partCount(x)];
        pool.run(sums.length, (at, worker) -> sums[at] = loops.sumOfSquares(part(x, begin(at), end(x, at))));
        double sum = 0;
        for (double one : sums) {
            sum += one;
        }
        return sum;
    }

    @Override
    public void adamW(Tensor parameters, Tensor gradients, Tensor firstMoment, Tensor secondMoment, AdamWStep step) {
        KernelChecks.size("adamW", "gradients", gradients, parameters.size());
        KernelChecks.size("adamW", "firstMoment", firstMoment, parameters.size());
        KernelChecks.size("adamW", "secondMoment", secondMoment, parameters.size());
        parts(
                parameters,
                (from, to) -> loops.adamW(
                        part(parameters, from, to),
                        part(gradients, from, to),
                        part(firstMoment, from, to),
                        part(secondMoment, from, to),
                        step));
    }

    @Override
    public void close() {
        pool.close();
    }

    /// Rows that take about as long as a part of memory, one after the other on some thread.
    private void rows(Tensor like, WorkerPool.Range range) {
        pool.runRanges(like.rows(), Math.max(1, PART / Math.max(1, like.columns())), range);
    }

    /// Elements of a tensor, whatever its shape.
    private interface Elements {
        void run(long from, long to);
    }

    private void parts(Tensor like, Elements elements) {
        pool.run(partCount(like), (at, worker) -> elements.run(begin(at), end(like, at)));
    }

    private static int partCount(Tensor x) {
        return Math.toIntExact((x.size() + PART - 1) / PART);
    }

    private static long begin(int at) {
        return (long) at * PART;
    }

    private static long end(Tensor x, int at) {
        return Math.min(x.size(), begin(at + 1));
    }

    private static Tensor part(Tensor x, long from, long to) {
        long bytes = (to - from) * Float.BYTES;
        return Tensor.over(x.segment().asSlice(from * Float.BYTES, bytes), (int) (to - from));
    }
}
