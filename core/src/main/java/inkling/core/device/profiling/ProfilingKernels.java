package inkling.core.device.profiling;

import inkling.core.device.AdamWStep;
import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.device.counting.CountingKernels;
import inkling.core.device.counting.KernelCount;
import inkling.core.tensor.CompactMatrix;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs every call on another device, measures it, and counts what it does.
///
/// Two readings of the clock and one map look-up per call: nothing beside kernels that take tens of microseconds.
public final class ProfilingKernels implements Kernels {
    private final Kernels device;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private static final class Entry {
        private final CountingKernels counting = new CountingKernels();
        private long calls;
        private long nanos;
    }

    /// Profiles a device; closing this one closes the other.
    public ProfilingKernels(Kernels device) {
        this.device = device;
    }

    /// What has been measured since the last [#reset], the longest first.
    public List<KernelProfile> profiles() {
        List<KernelProfile> profiles = new ArrayList<>();
        entries.forEach((name, entry) -> {
            KernelCount count = entry.counting.total();
            profiles.add(new KernelProfile(name, entry.calls, entry.nanos, count));
        });
        profiles.sort(Comparator.comparingLong(KernelProfile::nanos).reversed());
        return profiles;
    }

    /// Forgets everything measured.
    public void reset() {
        entries.clear();
    }

    private void measure(String name, Call call) {
        Entry entry = entries.computeIfAbsent(name, _ -> new Entry());
        long start = System.nanoTime();
        call.on(device);
        entry.nanos += System.nanoTime() - start;
        entry.calls++;
        call.on(entry.counting);
    }

    /// One kernel call, for any device.
    private interface Call {
        void on(Kernels kernels);
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        measure("matmul " + product, kernels -> kernels.matmul(c, a, b, product, store));
    }

    @Override
    public void matmulCompact(Tensor c, Tensor a, CompactMatrix b, Store store) {
        measure("matmul compact", kernels -> kernels.matmulCompact(c, a, b, store));
    }

    @Override
    public void embedCompact(Tensor y, CompactMatrix table, Ids ids) {
        measure("embed compact", kernels -> kernels.embedCompact(y, table, ids));
    }

    @Override
    public void embed(Tensor y, Tensor table, Ids ids) {
        measure("embed", kernels -> kernels.embed(y, table, ids));
    }

    @Override
    public void embedBackward(Tensor dTable, Tensor dy, Ids ids) {
        measure("embed backward", kernels -> kernels.embedBackward(dTable, dy, ids));
    }

    @Override
    public void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        measure("rms norm", kernels -> kernels.rmsNorm(y, inverseRms, x, gain, epsilon));
    }

    @Override
    public void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        measure("rms norm backward", kernels -> kernels.rmsNormBackward(dx, dGain, dy, x, gain, inverseRms));
    }

    @Override
    public void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        measure("rope", kernels -> kernels.rope(x, angles, positions, heads, inverse));
    }

    @Override
    public void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        measure("attention", kernels -> kernels.attention(y, logSumExp, qkv, shape));
    }

    @Override
    public void attentionBackward(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        measure("attention backward", kernels -> kernels.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape));
    }

    @Override
    public void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        measure("attention cached", kernels -> kernels.attentionCached(y, qkv, keys, values, start, heads));
    }

    @Override
    public void swiGlu(Tensor y, Tensor gateUp) {
        measure("swi glu", kernels -> kernels.swiGlu(y, gateUp));
    }

    @Override
    public void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        measure("swi glu backward", kernels -> kernels.swiGluBackward(dGateUp, dy, gateUp));
    }

    @Override
    public void silu(Tensor y, Tensor x) {
        measure("silu", kernels -> kernels.silu(y, x));
    }

    @Override
    public void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        measure("silu backward", kernels -> kernels.siluBackward(dx, dy, x));
    }

    @Override
    public void softmax(Tensor y, Tensor x) {
        measure("softmax", kernels -> kernels.softmax(y, x));
    }

    @Override
    public void logSoftmax(Tensor y, Tensor x) {
        measure("log softmax", kernels -> kernels.logSoftmax(y, x));
    }

    @Override
    public void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {
        measure("softmax backward", kernels -> kernels.softmaxBackward(dx, dy, y));
    }

    @Override
    public void crossEntropy(Tensor losses, Tensor logits, Ids targets) {
        measure("cross entropy", kernels -> kernels.crossEntropy(losses, logits, targets));
    }

    @Override
    public void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        measure(
                "cross entropy with gradient",
                kernels -> kernels.crossEntropyWithGradient(losses, logits, targets, scale));
    }

    @Override
    public void fill(Tensor x, float value) {
        measure("fill", kernels -> kernels.fill(x, value));
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        measure("copy", kernels -> kernels.copy(y, x));
    }

    @Override
    public void addScaled(Tensor y, Tensor x, float scale) {
        measure("add scaled", kernels -> kernels.addScaled(y, x, scale));
    }

    @Override
    public void scale(Tensor x, float factor) {
        measure("scale", kernels -> kernels.scale(x, factor));
    }

    @Override
    public double sumOfSquares(Tensor x) {
        double[] result = new double[1];
        measure("sum of squares", kernels -> result[0] = Math.max(result[0], kernels.sumOfSquares(x)));
        return result[0];
    }

    @Override
    public void adamW(Tensor parameters, Tensor gradients, Tensor firstMoment, Tensor secondMoment, AdamWStep step) {
        measure("adam w", kernels -> kernels.adamW(parameters, gradients, firstMoment, secondMoment, step));
    }

    @Override
    public void close() {
        device.close();
    }
}
