package inkling.core.device.reference;

import inkling.core.device.AdamWStep;
import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Ids;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;

/// The slow, obvious device every other one is compared with: one thread, plain loops, double precision inside.
public final class ReferenceKernels implements Kernels {
    private final ReferenceMatmul matmul = new ReferenceMatmul();

    /// Makes the device; its product of two tensors is for one thread at a time.
    public ReferenceKernels() {}

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        matmul.matmul(c, a, b, product, store);
    }

    @Override
    public void matmulPacked(Tensor c, Tensor a, PackedMatrix b, Store store) {
        ReferenceMatmul.matmulPacked(c, a, b, store);
    }

    @Override
    public void embedPacked(Tensor y, PackedMatrix table, Ids ids) {
        ReferenceMatmul.embedPacked(y, table, ids);
    }

    @Override
    public void embed(Tensor y, Tensor table, Ids ids) {
        ReferenceMatmul.embed(y, table, ids);
    }

    @Override
    public void embedBackward(Tensor dTable, Tensor dy, Ids ids) {
        ReferenceMatmul.embedBackward(dTable, dy, ids);
    }

    @Override
    public void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        ReferenceNorm.rmsNorm(y, inverseRms, x, gain, epsilon);
    }

    @Override
    public void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        ReferenceNorm.rmsNormBackward(dx, dGain, dy, x, gain, inverseRms);
    }

    @Override
    public void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        ReferenceNorm.rope(x, angles, positions, heads, inverse);
    }

    @Override
    public void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        ReferenceAttention.attention(y, logSumExp, qkv, shape);
    }

    @Override
    public void attentionBackward(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        ReferenceAttention.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape);
    }

    @Override
    public void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        ReferenceAttention.attentionCached(y, qkv, keys, values, start, heads);
    }

    @Override
    public void swiGlu(Tensor y, Tensor gateUp) {
        ReferenceActivation.swiGlu(y, gateUp);
    }

    @Override
    public void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        ReferenceActivation.swiGluBackward(dGateUp, dy, gateUp);
    }

    @Override
    public void silu(Tensor y, Tensor x) {
        ReferenceActivation.silu(y, x);
    }

    @Override
    public void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        ReferenceActivation.siluBackward(dx, dy, x);
    }

    @Override
    public void softmax(Tensor y, Tensor x) {
        ReferenceSoftmax.softmax(y, x);
    }

    @Override
    public void logSoftmax(Tensor y, Tensor x) {
        ReferenceSoftmax.logSoftmax(y, x);
    }

    @Override
    public void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {
        ReferenceSoftmax.softmaxBackward(dx, dy, y);
    }

    @Override
    public void crossEntropy(Tensor losses, Tensor logits, Ids targets) {
        ReferenceSoftmax.crossEntropy(losses, logits, targets);
    }

    @Override
    public void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        ReferenceSoftmax.crossEntropyWithGradient(losses, logits, targets, scale);
    }

    @Override
    public void fill(Tensor x, float value) {
        ReferenceElementwise.fill(x, value);
    }

    @Override
    public void copy(Tensor y, Tensor x) {
        ReferenceElementwise.copy(y, x);
    }

    @Override
    public void addScaled(Tensor y, Tensor x, float scale) {
        ReferenceElementwise.addScaled(y, x, scale);
    }

    @Override
    public void scale(Tensor x, float factor) {
        ReferenceElementwise.scale(x, factor);
    }

    @Override
    public double sumOfSquares(Tensor x) {
        return ReferenceElementwise.sumOfSquares(x);
    }

    @Override
    public void adamW(Tensor parameters, Tensor gradients, Tensor firstMoment, Tensor secondMoment, AdamWStep step) {
        ReferenceElementwise.adamW(parameters, gradients, firstMoment, secondMoment, step);
    }

    @Override
    public void close() {
        // nothing runs in the background
    }
}
