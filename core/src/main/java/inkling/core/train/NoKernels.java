package inkling.core.train;

import inkling.core.device.AdamWStep;
import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;

/// A device that does nothing: for finding out how much memory a step takes.
final class NoKernels implements Kernels {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {}

    @Override
    public void embed(Tensor y, Tensor table, Ids ids) {}

    @Override
    public void embedBackward(Tensor dTable, Tensor dy, Ids ids) {}

    @Override
    public void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {}

    @Override
    public void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {}

    @Override
    public void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {}

    @Override
    public void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {}

    @Override
    public void attentionBackward(Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {}

    @Override
    public void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {}

    @Override
    public void swiGlu(Tensor y, Tensor gateUp) {}

    @Override
    public void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {}

    @Override
    public void silu(Tensor y, Tensor x) {}

    @Override
    public void siluBackward(Tensor dx, Tensor dy, Tensor x) {}

    @Override
    public void softmax(Tensor y, Tensor x) {}

    @Override
    public void logSoftmax(Tensor y, Tensor x) {}

    @Override
    public void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {}

    @Override
    public void crossEntropy(Tensor losses, Tensor logits, Ids targets) {}

    @Override
    public void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {}

    @Override
    public void fill(Tensor x, float value) {}

    @Override
    public void copy(Tensor y, Tensor x) {}

    @Override
    public void addScaled(Tensor y, Tensor x, float scale) {}

    @Override
    public void scale(Tensor x, float factor) {}

    @Override
    public double sumOfSquares(Tensor x) {
        return 0;
    }

    @Override
    public void adamW(Tensor parameters, Tensor gradients, Tensor firstMoment, Tensor secondMoment, AdamWStep step) {}

    @Override
    public void close() {}
}
