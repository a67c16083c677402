package inkling.peers.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import inkling.core.nn.ModelConfig;
import java.util.Map;
import java.util.Objects;

/// The same model as `TransformerLm`, from DJL's operations.
final class DjlModel {
    private static final float EPSILON = 1e-5f;
    private static final double THETA = 10_000;

    private final ModelConfig config;
    private final Map<String, NDArray> weights;
    private final SoftmaxCrossEntropyLoss loss = new SoftmaxCrossEntropyLoss();
    private final NDArray cosines;
    private final NDArray sines;
    private final NDArray mask;

    /// A model over these weights.
    DjlModel(ModelConfig config, Map<String, NDArray> weights, NDManager manager) {
        this.config = config;
        this.weights = weights;
        int time = config.contextLength();
        int pairs = config.headWidth() / 2;
        float[] cos = new float[time * pairs];
        float[] sin = new float[time * pairs];
        for (int i = 0; i < cos.length; i++) {
            int position = i / pairs;
            double angle = position * Math.pow(THETA, -(double) (i % pairs) / pairs);
            cos[i] = (float) Math.cos(angle);
            sin[i] = (float) Math.sin(angle);
        }
        cosines = manager.create(cos, new Shape(time, pairs, 1));
        sines = manager.create(sin, new Shape(time, pairs, 1));
        float[] forbidden = new float[time * time];
        for (int i = 0; i < forbidden.length; i++) {
            forbidden[i] = i % time > i / time ? Float.NEGATIVE_INFINITY : 0;
        }
        mask = manager.create(forbidden, new Shape(time, time));
    }

    /// Mean loss of tokens `(B, T)`.
    NDArray loss(NDArray inputs, NDArray targets) {
        NDArray x = Embedding.embedding(inputs, weight("token_embeddings.weight"), SparseFormat.DENSE)
                .singletonOrThrow();
        for (int layer = 0; layer < config.numLayers(); layer++) {
            String name = "layers." + layer + ".";
            x = x.add(attention(norm(x, name + "ln1.weight"), name + "attn."));
            x = x.add(feedForward(norm(x, name + "ln2.weight"), name + "ffn."));
        }
        NDArray logits = linear(norm(x, "ln_final.weight"), "lm_head.weight");
        return loss.evaluate(new NDList(targets.flatten()), new NDList(logits.reshape(-1, config.vocabularySize())));
    }

    private NDArray attention(NDArray x, String name) {
        NDArray q = rotate(heads(linear(x, name + "q_proj.weight")));
        NDArray k = rotate(heads(linear(x, name + "k_proj.weight")));
        NDArray v = heads(linear(x, name + "v_proj.weight"));
        NDArray scores = q.matMul(k.swapAxes(2, 3)).mul(1 / Math.sqrt(config.headWidth()));
        NDArray y = scores.add(mask).softmax(-1).matMul(v);
        return linear(y.swapAxes(1, 2).reshape(x.getShape()), name + "output_proj.weight");
    }

    /// `(B, T, D)` as `(B, H, T, K)`.
    private NDArray heads(NDArray x) {
        return x.reshape(x.getShape().get(0), x.getShape().get(1), config.numHeads(), config.headWidth())
                .swapAxes(1, 2);
    }

    private NDArray rotate(NDArray x) {
        Shape shape = x.getShape();
        NDArray pairs = x.reshape(shape.get(0), shape.get(1), shape.get(2), config.headWidth() / 2, 2);
        NDArray even = pairs.get("..., 0:1");
        NDArray odd = pairs.get("..., 1:2");
        NDArray first = even.mul(cosines).sub(odd.mul(sines));
        NDArray second = even.mul(sines).add(odd.mul(cosines));
        return NDArrays.concat(new NDList(first, second), -1).reshape(shape);
    }

    private NDArray feedForward(NDArray x, String name) {
        NDArray gate = Activation.swish(linear(x, name + "w1.weight"), 1);
        return linear(gate.mul(linear(x, name + "w3.weight")), name + "w2.weight");
    }

    private NDArray norm(NDArray x, String name) {
        NDArray meanSquare = x.square().mean(new int[] {2}, true);
        return x.div(meanSquare.add(EPSILON).sqrt()).mul(weight(name));
    }

    private NDArray linear(NDArray x, String name) {
        return Linear.linear(x, weight(name)).singletonOrThrow();
    }

    private NDArray weight(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }
}
