package inkling.core.device.counting;

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
import java.util.EnumMap;
import java.util.Map;

/// A device that checks shapes and adds up FLOPs and bytes; tensors may be virtual, nothing is read or written.
public final class CountingKernels implements Kernels {
    private static final long ADAMW_FLOPS_PER_ELEMENT = 14;

    private final Map<KernelKind, KernelCount> counts = new EnumMap<>(KernelKind.class);

    /// A device that has counted nothing.
    public CountingKernels() {}

    /// What one family of kernels has to do.
    public KernelCount count(KernelKind kind) {
        return counts.getOrDefault(kind, KernelCount.ZERO);
    }

    /// What all kernels have to do.
    public KernelCount total() {
        KernelCount total = KernelCount.ZERO;
        for (KernelCount count : counts.values()) {
            total = total.plus(count);
        }
        return total;
    }

    /// Forgets all counts.
    public void reset() {
        counts.clear();
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        KernelChecks.MatmulSize size = KernelChecks.matmul(c, a, b, product);
        long flops = 2L * size.m() * size.n() * size.k();
        long read = bytes(a, b) + (store == Store.ADD ? bytes(c) : 0);
        add(KernelKind.MATMUL, flops, flops, read, bytes(c));
    }

    @Override
    public void matmulPacked(Tensor c, Tensor a, PackedMatrix b, Store store) {
        KernelChecks.MatmulSize size = KernelChecks.matmulPacked(c, a, b);
        long flops = 2L * size.m() * size.n() * size.k();
        long read = bytes(a) + b.byteSize() + (store == Store.ADD ? bytes(c) : 0);
        add(KernelKind.MATMUL, flops, flops, read, bytes(c));
    }

    @Override
    public void embedPacked(Tensor y, PackedMatrix table, Ids ids) {
        KernelChecks.embedPacked(y, table, ids);
        move(KernelKind.EMBEDDING, ids.size() * (table.byteSize() / table.rows()), bytes(y));
    }

    @Override
    public void embed(Tensor y, Tensor table, Ids ids) {
        KernelChecks.embed(y, table, ids);
        move(KernelKind.EMBEDDING, bytes(y), bytes(y));
    }

    @Override
    public void embedBackward(Tensor dTable, Tensor dy, Ids ids) {
        KernelChecks.embed(dy, dTable, ids);
        move(KernelKind.EMBEDDING, 2 * bytes(dy), bytes(dy));
    }

    @Override
    public void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        KernelChecks.rmsNorm(y, inverseRms, x, gain);
        move(KernelKind.NORM, bytes(x, gain), bytes(y, inverseRms));
    }

    @Override
    public void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        KernelChecks.rmsNorm(dy, inverseRms, x, gain);
        move(KernelKind.NORM, bytes(dx, dGain, dy, x, gain, inverseRms), bytes(dx, dGain));
    }

    @Override
    public void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        KernelChecks.rope(x, angles, positions, heads);
        long rotated = 4L * x.rows() * (heads.queryWidth() + heads.keyValueWidth());
        move(KernelKind.ROPE, rotated + 4L * x.rows() * heads.headWidth(), rotated);
    }

    @Override
    public void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        KernelChecks.attention(y, logSumExp, qkv, shape);
        add(KernelKind.ATTENTION, 4 * allScores(shape), 4 * causalScores(shape), bytes(qkv), bytes(y, logSumExp));
    }

    @Override
    public void attentionBackward(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        KernelChecks.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape);
        long read = bytes(dy, qkv, y, logSumExp);
        add(KernelKind.ATTENTION, 8 * allScores(shape), 10 * causalScores(shape), read, bytes(dQkv));
    }

    @Override
    public void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        KernelChecks.attentionCached(y, qkv, keys, values, start, heads);
        long rows = qkv.rows();
        long pairs = rows * start + rows * (rows + 1) / 2;
        long flops = 4 * pairs * heads.queryWidth();
        long cacheRead = 8L * (start + rows) * heads.keyValueWidth();
        long cacheWritten = 8L * rows * heads.keyValueWidth();
        add(KernelKind.ATTENTION, flops, flops, bytes(qkv) + cacheRead, bytes(y) + cacheWritten);
    }

    /// Multiplications of one product over all scores: `B·H·T²·K`.
    private static long allScores(AttentionShape shape) {
        return (long) shape.rows() * shape.time() * shape.heads().queryWidth();
    }

    /// The same over the scores on and below the diagonal: `B·H·T(T+1)/2·K`.
    private static long causalScores(AttentionShape shape) {
        return (long) shape.rows() * (shape.time() + 1L) * shape.heads().queryWidth() / 2;
    }

    @Override
    public void swiGlu(Tensor y, Tensor gateUp) {
        KernelChecks.swiGlu(y, gateUp);
        move(KernelKind.ACTIVATION, bytes(gateUp), bytes(y));
    }

    @Override
    public void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        KernelChecks.swiGlu(dy, gateUp);
        move(KernelKind.ACTIVATION, bytes(dy, gateUp), bytes(dGateUp));
    }

    @Override
    public void silu(Tensor y, Tensor x) {
        KernelChecks.same("silu", "y", y, x);
        move(KernelKind.ACTIVATION, bytes(x), bytes(y));
    }

    @Override
    public void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        KernelChecks.same("siluBackward", "dx", dx, x);
        move(KernelKind.ACTIVATION, bytes(dy, x), bytes(dx));
    }

    @Override
    public void softmax(Tensor y, Tensor x) {
        KernelChecks.same("softmax", "y", y, x);
        move(KernelKind.SOFTMAX, bytes(x), bytes(y));
    }

    @Override
    public void logSoftmax(Tensor y, Tensor x) {
        KernelChecks.same("logSoftmax", "y", y, x);
        move(KernelKind.SOFTMAX, bytes(x), bytes(y));
    }

    @Override
    public void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {
        KernelChecks.same("softmaxBackward", "dx", dx, y);
        move(KernelKind.SOFTMAX, bytes(dy, y), bytes(dx));
    }

    @Override
    public void crossEntropy(Tensor losses, Tensor logits, Ids targets) {
        KernelChecks.crossEntropy(losses, logits, targets);
        move(KernelKind.SOFTMAX, bytes(logits), bytes(losses));
    }

    @Override
    public void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        KernelChecks.crossEntropy(losses, logits, targets);
        move(KernelKind.SOFTMAX, bytes(logits), bytes(losses, logits));
    }

    @Override
    public void fill(Tensor x, float value) {
        move(KernelKind.ELEMENTWISE, 0, bytes(x));
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        KernelChecks.size("copy", "y", y, x.size());
        move(KernelKind.ELEMENTWISE, bytes(x), bytes(y));
    }

    @Override
    public void addScaled(Tensor y, Tensor x, float scale) {
        KernelChecks.size("addScaled", "y", y, x.size());
        move(KernelKind.ELEMENTWISE, bytes(x, y), bytes(y));
    }

    @Override
    public void scale(Tensor x, float factor) {
        move(KernelKind.ELEMENTWISE, bytes(x), bytes(x));
    }

    @Override
    public double sumOfSquares(Tensor x) {
        move(KernelKind.ELEMENTWISE, bytes(x), 0);
        return 0;
    }

    @Override
    public void adamW(Tensor parameters, Tensor gradients, Tensor firstMoment, Tensor secondMoment, AdamWStep step) {
        long flops = ADAMW_FLOPS_PER_ELEMENT * parameters.size();
        long written = bytes(parameters, firstMoment, secondMoment);
        add(KernelKind.OPTIMIZER, flops, flops, written + bytes(gradients), written);
    }

    @Override
    public void close() {
        // nothing runs in the background
    }

    private void move(KernelKind kind, long bytesRead, long bytesWritten) {
        add(kind, 0, 0, bytesRead, bytesWritten);
    }

    private void add(KernelKind kind, long flops, long executedFlops, long bytesRead, long bytesWritten) {
        counts.merge(kind, new KernelCount(1, flops, executedFlops, bytesRead, bytesWritten), KernelCount::plus);
    }

    private static long bytes(Tensor... tensors) {
        long bytes = 0;
        for (Tensor tensor : tensors) {
            bytes += tensor.byteSize();
        }
        return bytes;
    }
}
