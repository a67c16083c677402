package inkling.peers.libtorch;

import inkling.core.nn.ModelConfig;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// The same model as `TransformerLm`, written as one writes it for PyTorch: its RMSNorm, its attention (the flash
/// kernel on a CPU), its cross-entropy, and one linear map after the other.
///
/// Tensors between the operations are released where Python would release them, at the end of each block;
/// otherwise memory that the backward pass has freed could not be used again.
final class LibtorchModel {
    private static final double EPSILON = 1e-5;
    private static final double THETA = 10_000;

    private final ModelConfig config;
    private final Map<String, Tensor> weights;
    private final boolean complexRotation;
    private final Tensor cosines;
    private final Tensor sines;
    private final Tensor turns;

    /// A model over these weights.
    ///
    /// @param complexRotation whether RoPE multiplies complex numbers, faster than six passes over real ones
    LibtorchModel(ModelConfig config, Map<String, Tensor> weights, boolean complexRotation) {
        this.config = config;
        this.weights = weights;
        this.complexRotation = complexRotation;
        int pairs = config.headWidth() / 2;
        float[] cos = new float[config.contextLength() * pairs];
        float[] sin = new float[cos.length];
        for (int i = 0; i < cos.length; i++) {
            int position = i / pairs;
            double angle = position * Math.pow(THETA, -(double) (i % pairs) / pairs);
            cos[i] = (float) Math.cos(angle);
            sin[i] = (float) Math.sin(angle);
        }
        cosines = torch.tensor(cos).view(config.contextLength(), pairs);
        sines = torch.tensor(sin).view(config.contextLength(), pairs);
        turns = torch.view_as_complex(torch.stack(new TensorVector(cosines, sines), -1));
    }

    /// Mean loss of tokens `(B, T)` whose targets are `(B·T)`.
    Tensor loss(Tensor inputs, Tensor targets) {
        try (PointerScope _ = new PointerScope()) {
            Tensor x = torch.embedding(weight("token_embeddings.weight"), inputs);
            for (int layer = 0; layer < config.numLayers(); layer++) {
                x = block(x, "layers." + layer + ".");
            }
            Tensor hidden = norm(x, "ln_final.weight");
            Tensor logits = torch.linear(hidden, weight("lm_head.weight"));
            return outward(torch.cross_entropy_loss(logits.flatten(0, 1), targets));
        }
    }

    private Tensor block(Tensor x, String name) {
        try (PointerScope _ = new PointerScope()) {
            Tensor y = x.add(attention(norm(x, name + "ln1.weight"), name + "attn."));
            return outward(y.add(feedForward(norm(y, name + "ln2.weight"), name + "ffn.")));
        }
    }

    private Tensor attention(Tensor x, String name) {
        try (PointerScope _ = new PointerScope()) {
            Tensor q = rotate(heads(torch.linear(x, weight(name + "q_proj.weight"))));
            Tensor k = rotate(heads(torch.linear(x, weight(name + "k_proj.weight"))));
            Tensor v = heads(torch.linear(x, weight(name + "v_proj.weight")));
            Tensor y = torch.scaled_dot_product_attention(
                    q, k, v, new TensorOptional(), 0, true, new DoubleOptional(), false);
            Tensor joined = y.transpose(1, 2).reshape(x.size(0), x.size(1), config.dModel());
            return outward(torch.linear(joined, weight(name + "output_proj.weight")));
        }
    }

    /// `(B, T, D)` as `(B, H, T, K)`.
    private Tensor heads(Tensor x) {
        return x.view(x.size(0), x.size(1), config.numHeads(), config.headWidth())
                .transpose(1, 2);
    }

    private Tensor rotate(Tensor x) {
        try (PointerScope _ = new PointerScope()) {
            if (complexRotation) {
                Tensor pairs = x.to(torch.ScalarType.Float)
                        .reshape(x.size(0), x.size(1), x.size(2), config.headWidth() / 2, 2);
                Tensor turned = torch.view_as_complex(pairs).mul(turns);
                return outward(torch.view_as_real(turned).flatten(3, 4).to(x.scalar_type()));
            }
            Tensor even = x.slice(3, new LongOptional(0), new LongOptional(), 2);
            Tensor odd = x.slice(3, new LongOptional(1), new LongOptional(), 2);
            var rotated = new TensorVector(
                    even.mul(cosines).sub(odd.mul(sines)), even.mul(sines).add(odd.mul(cosines)));
            return outward(torch.stack(rotated, -1).flatten(3, 4).to(x.scalar_type()));
        }
    }

    private Tensor feedForward(Tensor x, String name) {
        try (PointerScope _ = new PointerScope()) {
            Tensor gate = torch.silu(torch.linear(x, weight(name + "w1.weight")));
            Tensor up = torch.linear(x, weight(name + "w3.weight"));
            return outward(torch.linear(gate.mul(up), weight(name + "w2.weight")));
        }
    }

    private Tensor norm(Tensor x, String name) {
        return torch.rms_norm(
                x, new long[] {config.dModel()}, new TensorOptional(weight(name)), new DoubleOptional(EPSILON));
    }

    private Tensor weight(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    /// A tensor that outlives the innermost scope, in which it was made, and belongs to the one around that.
    private static Tensor outward(Tensor tensor) {
        Iterator<PointerScope> fromInside = PointerScope.getScopeIterator();
        PointerScope _ = fromInside.next();
        fromInside.next().attach(tensor);
        return tensor;
    }
}
