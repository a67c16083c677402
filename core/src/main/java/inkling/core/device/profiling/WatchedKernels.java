package inkling.core.device.profiling;

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
import java.util.List;

/// Passes every call on to another device, through one method that may look at the clock, count and take notes.
///
/// Who watches pays: a call described costs a few objects and some hundred nanoseconds. Where nobody watches, the
/// device is used directly and nothing is paid at all.
public abstract sealed class WatchedKernels implements Kernels permits ProfilingKernels, StepProfiler, RecordedKernels {
    private final Kernels device;

    /// Watches a device; closing this one closes the other.
    WatchedKernels(Kernels device) {
        this.device = device;
    }

    /// The device that computes.
    final Kernels device() {
        return device;
    }

    /// Makes the call on [#device()] and notes what there is to note.
    abstract void watch(KernelCall call);

    private void watch(String kernel, Tensor sized, KernelCall.Action action, Tensor... weights) {
        watch(new KernelCall(kernel, sized.rows() + "×" + sized.columns(), List.of(weights), action));
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        KernelChecks.MatmulSize size = KernelChecks.matmul(c, a, b, product);
        String shape = size.m() + "×" + size.n() + "×" + size.k();
        watch(new KernelCall(
                "matmul " + product, shape, List.of(b, c), kernels -> kernels.matmul(c, a, b, product, store)));
    }

    @Override
    public void matmulPacked(Tensor c, Tensor a, PackedMatrix b, Store store) {
        KernelChecks.MatmulSize size = KernelChecks.matmulPacked(c, a, b);
        String shape = size.m() + "×" + size.n() + "×" + size.k();
        watch(new KernelCall(
                "matmul " + b.format(), shape, List.of(c), kernels -> kernels.matmulPacked(c, a, b, store)));
    }

    @Override
    public void embedPacked(Tensor y, PackedMatrix table, Ids ids) {
        watch("embed " + table.format(), y, kernels -> kernels.embedPacked(y, table, ids));
    }

    @Override
    public void embed(Tensor y, Tensor table, Ids ids) {
        watch("embed", y, kernels -> kernels.embed(y, table, ids), table);
    }

    @Override
    public void embedBackward(Tensor dTable, Tensor dy, Ids ids) {
        watch("embed backward", dy, kernels -> kernels.embedBackward(dTable, dy, ids), dTable);
    }

    @Override
    public void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        watch("rms norm", x, kernels -> kernels.rmsNorm(y, inverseRms, x, gain, epsilon), gain);
    }

    @Override
    public void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        watch("rms norm backward", x, kernels -> kernels.rmsNormBackward(dx, dGain, dy, x, gain, inverseRms), gain);
    }

    @Override
    public void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        watch(inverse ? "rope backward" : "rope", x, kernels -> kernels.rope(x, angles, positions, heads, inverse));
    }

    @Override
    public void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        watch("attention", qkv, kernels -> kernels.attention(y, logSumExp, qkv, shape));
    }

    @Override
    public void attentionBackward(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        watch("attention backward", qkv, kernels -> kernels.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape));
    }

    @Override
    public void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        watch("attention cached", qkv, kernels -> kernels.attentionCached(y, qkv, keys, values, start, heads));
    }

    @Override
    public void swiGlu(Tensor y, Tensor gateUp) {
        watch("swi glu", y, kernels -> kernels.swiGlu(y, gateUp));
    }

    @Override
    public void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        watch("swi glu backward", dy, kernels -> kernels.swiGluBackward(dGateUp, dy, gateUp));
    }

    @Override
    public void silu(Tensor y, Tensor x) {
        watch("silu", x, kernels -> kernels.silu(y, x));
    }

    @Override
    public void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        watch("silu backward", x, kernels -> kernels.siluBackward(dx, dy, x));
    }

    @Override
    public void softmax(Tensor y, Tensor x) {
        watch("softmax", x, kernels -> kernels.softmax(y, x));
    }

    @Override
    public void logSoftmax(Tensor y, Tensor x) {
        watch("log softmax", x, kernels -> kernels.logSoftmax(y, x));
    }

    @Override
    public void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {
        watch("softmax backward", y, kernels -> kernels.softmaxBackward(dx, dy, y));
    }

    @Override
    public void crossEntropy(Tensor losses, Tensor logits, Ids targets) {
        watch("cross entropy", logits, kernels -> kernels.crossEntropy(losses, logits, targets));
    }

    @Override
    public void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        watch(
                "cross entropy with gradient",
                logits,
                kernels -> kernels.crossEntropyWithGradient(losses, logits, targets, scale));
    }

    @Override
    public void fill(Tensor x, float value) {
        watch("fill", x, kernels -> kernels.fill(x, value), x);
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        watch("copy", x, kernels -> kernels.copy(y, x), y);
    }

    @Override
    public void addScaled(Tensor y, Tensor x, float scale) {
        watch("add scaled", x, kernels -> kernels.addScaled(y, x, scale), y);
    }

    @Override
    public void scale(Tensor x, float factor) {
        watch("scale", x, kernels -> kernels.scale(x, factor), x);
    }

    @Override
    public double sumOfSquares(Tensor x) {
        double[] result = new double[1]; // the largest: who counts the call too computes nothing and gives 0
        watch("sum of squares", x, kernels -> result[0] = Math.max(result[0], kernels.sumOfSquares(x)), x);
        return result[0];
    }

    @Override
    public void adamW(Tensor parameters, Tensor gradients, Tensor firstMoment, Tensor secondMoment, AdamWStep step) {
        watch(
                "adam w",
                parameters,
                kernels -> kernels.adamW(parameters, gradients, firstMoment, secondMoment, step),
                parameters);
    }

    @Override
    public void close() {
        device.close();
    }
}
