package inkling.core.device.replay;

import inkling.core.device.AdamWStep;
import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Ids;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// Passes every call on to another device and, when asked to, remembers the calls, so that the same step runs again
/// without the layers above: no objects are made, and nothing is decided anew.
///
/// That works for a step that takes the same tensors every time, which a step arena hands out. What differs from one
/// token to the next must lie in memory (ids, positions), but for the place in a key/value cache: it moves on by as
/// much as [#replay] is told.
public final class ReplayKernels implements Kernels {
    private final Kernels device;
    private final List<Call> calls = new ArrayList<>();
    private boolean recording;

    /// Repeats the calls of a device; closing this one closes the other.
    public ReplayKernels(Kernels device) {
        this.device = device;
    }

    /// Remembers all calls from now on, in place of earlier ones.
    public void startRecording() {
        calls.clear();
        recording = true;
    }

    /// Remembers no further calls.
    public void stopRecording() {
        recording = false;
    }

    /// True where there is something to [#replay].
    public boolean hasRecording() {
        return !recording && !calls.isEmpty();
    }

    /// Runs the remembered calls once more, with the place of new tokens in a cache so much later.
    public void replay(int later) {
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).on(device, later);
        }
    }

    private void run(Call call) {
        call.on(device, 0);
        if (recording) {
            calls.add(call);
        }
    }

    /// One kernel call.
    private interface Call {
        void on(Kernels kernels, int later);
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        run((kernels, _) -> kernels.matmul(c, a, b, product, store));
    }

    @Override
    public void matmulPacked(Tensor c, Tensor a, PackedMatrix b, Store store) {
        run((kernels, _) -> kernels.matmulPacked(c, a, b, store));
    }

    @Override
    public void embedPacked(Tensor y, PackedMatrix table, Ids ids) {
        run((kernels, _) -> kernels.embedPacked(y, table, ids));
    }

    @Override
    public void embed(Tensor y, Tensor table, Ids ids) {
        run((kernels, _) -> kernels.embed(y, table, ids));
    }

    @Override
    public void embedBackward(Tensor dTable, Tensor dy, Ids ids) {
        run((kernels, _) -> kernels.embedBackward(dTable, dy, ids));
    }

    @Override
    public void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        run((kernels, _) -> kernels.rmsNorm(y, inverseRms, x, gain, epsilon));
    }

    @Override
    public void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        run((kernels, _) -> kernels.rmsNormBackward(dx, dGain, dy, x, gain, inverseRms));
    }

    @Override
    public void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        run((kernels, _) -> kernels.rope(x, angles, positions, heads, inverse));
    }

    @Override
    public void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        run((kernels, _) -> kernels.attention(y, logSumExp, qkv, shape));
    }

    @Override
    public void attentionBackward(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        run((kernels, _) -> kernels.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape));
    }

    @Override
    public void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        run((kernels, later) -> kernels.attentionCached(y, qkv, keys, values, start + later, heads));
    }

    @Override
    public void swiGlu(Tensor y, Tensor gateUp) {
        run((kernels, _) -> kernels.swiGlu(y, gateUp));
    }

    @Override
    public void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        run((kernels, _) -> kernels.swiGluBackward(dGateUp, dy, gateUp));
    }

    @Override
    public void silu(Tensor y, Tensor x) {
        run((kernels, _) -> kernels.silu(y, x));
    }

    @Override
    public void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        run((kernels, _) -> kernels.siluBackward(dx, dy, x));
    }

    @Override
    public void softmax(Tensor y, Tensor x) {
        run((kernels, _) -> kernels.softmax(y, x));
    }

    @Override
    public void logSoftmax(Tensor y, Tensor x) {
        run((kernels, _) -> kernels.logSoftmax(y, x));
    }

    @Override
    public void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {
        run((kernels, _) -> kernels.softmaxBackward(dx, dy, y));
    }

    @Override
    public void crossEntropy(Tensor losses, Tensor logits, Ids targets) {
        run((kernels, _) -> kernels.crossEntropy(losses, logits, targets));
    }

    @Override
    public void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        run((kernels, _) -> kernels.crossEntropyWithGradient(losses, logits, targets, scale));
    }

    @Override
    public void fill(Tensor x, float value) {
        run((kernels, _) -> kernels.fill(x, value));
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        run((kernels, _) -> kernels.copy(y, x));
    }

    @Override
    public void addScaled(Tensor y, Tensor x, float scale) {
        run((kernels, _) -> kernels.addScaled(y, x, scale));
    }

    @Override
    public void scale(Tensor x, float factor) {
        run((kernels, _) -> kernels.scale(x, factor));
    }

    @Override
    public double sumOfSquares(Tensor x) {
        return device.sumOfSquares(x); // a result that a repetition could not return
    }

    @Override
    public void adamW(Tensor parameters, Tensor gradients, Tensor firstMoment, Tensor secondMoment, AdamWStep step) {
        run((kernels, _) -> kernels.adamW(parameters, gradients, firstMoment, secondMoment, step));
    }

    @Override
    public void close() {
        device.close();
    }
}
