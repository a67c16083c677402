package inkling.core.nn;

import inkling.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The Transformer language model once more, number by number as the papers write it, sharing no code with the
/// layers.
final class ScalarModel {
    private final ModelConfig config;
    private final Map<String, Scalar[][]> weights = new LinkedHashMap<>();

    ScalarModel(ModelConfig config, Map<String, Tensor> stateDict) {
        this.config = config;
        stateDict.forEach((name, tensor) -> {
            int rows = tensor.rank() == 1 ? 1 : tensor.rows();
            Scalar[][] matrix = new Scalar[rows][tensor.columns()];
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < matrix[i].length; j++) {
                    matrix[i][j] = Scalar.of(tensor.get((long) i * tensor.columns() + j));
                }
            }
            weights.put(name, matrix);
        });
    }

    double[] gradient(String name) {
        List<Double> all = new ArrayList<>();
        for (Scalar[] row : weights(name)) {
            for (Scalar weight : row) {
                all.add(weight.gradient);
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /// Mean cross-entropy over several sequences.
    Scalar loss(int[][] ids, int[][] targets) {
        List<Scalar> losses = new ArrayList<>();
        for (int b = 0; b < ids.length; b++) {
            Scalar[][] logits = logits(ids[b]);
            for (int t = 0; t < logits.length; t++) {
                Scalar[] probabilities = softmax(logits[t]);
                losses.add(probabilities[targets[b][t]].log().times(-1));
            }
        }
        return Scalar.sum(losses).times(1.0 / losses.size());
    }

    private Scalar[][] logits(int[] ids) {
        Scalar[][] x = new Scalar[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            x[t] = weights("token_embeddings.weight")[ids[t]];
        }
        for (int layer = 0; layer < config.numLayers(); layer++) {
            String name = "layers." + layer + ".";
            if (config.placement() == NormPlacement.PRE) {
                x = add(x, attention(name, norm(name + "ln1.weight", x)));
                x = add(x, feedForward(name, norm(name + "ln2.weight", x)));
            } else {
                x = norm(name + "ln1.weight", add(x, attention(name, x)));
                x = norm(name + "ln2.weight", add(x, feedForward(name, x)));
            }
        }
        if (config.placement() == NormPlacement.PRE) {
            x = norm("ln_final.weight", x);
        }
        return linear(x, config.tiedHead() ? "token_embeddings.weight" : "lm_head.weight");
    }

    private Scalar[][] attention(String name, Scalar[][] x) {
        Scalar[][] q = linear(x, name + "attn.q_proj.weight");
        Scalar[][] k = linear(x, name + "attn.k_proj.weight");
        Scalar[][] v = linear(x, name + "attn.v_proj.weight");
        int width = config.headWidth();
        Scalar[][] y = new Scalar[x.length][config.dModel()];
        for (int h = 0; h < config.numHeads(); h++) {
            int shared = h * config.numKeyValueHeads() / config.numHeads();
            for (int t = 0; t < x.length; t++) {
                Scalar[] scores = new Scalar[t + 1];
                for (int s = 0; s <= t; s++) {
                    scores[s] = dot(head(q[t], h, t), head(k[s], shared, s)).times(1 / Math.sqrt(width));
                }
                Scalar[] p = softmax(scores);
                for (int j = 0; j < width; j++) {
                    List<Scalar> terms = new ArrayList<>();
                    for (int s = 0; s <= t; s++) {
                        terms.add(p[s].times(v[s][shared * width + j]));
                    }
                    y[t][h * width + j] = Scalar.sum(terms);
                }
            }
        }
        return linear(y, name + "attn.output_proj.weight");
    }

    /// One head of a row, rotated to its position.
    private Scalar[] head(Scalar[] row, int head, int position) {
        int width = config.headWidth();
        Scalar[] part = new Scalar[width];
        System.arraycopy(row, head * width, part, 0, width);
        if (config.position() instanceof PositionSpec.Rope rope) {
            for (int j = 0; j < width; j += 2) {
                double angle = position / Math.pow(rope.theta(), (double) j / width);
                Scalar a = part[j];
                Scalar b = part[j + 1];
                part[j] = a.times(Math.cos(angle)).plus(b.times(-Math.sin(angle)));
                part[j + 1] = a.times(Math.sin(angle)).plus(b.times(Math.cos(angle)));
            }
        }
        return part;
    }

    private Scalar[][] feedForward(String name, Scalar[][] x) {
        Scalar[][] hidden = linear(x, name + "ffn.w1.weight");
        boolean gated = config.feedForward() instanceof FeedForwardSpec.SwiGlu;
        Scalar[][] up = gated ? linear(x, name + "ffn.w3.weight") : hidden;
        for (int t = 0; t < x.length; t++) {
            for (int j = 0; j < hidden[t].length; j++) {
                Scalar a = hidden[t][j];
                Scalar silu = a.times(a.times(-1).exp().plus(Scalar.of(1)).power(-1));
                hidden[t][j] = gated ? silu.times(up[t][j]) : silu;
            }
        }
        return linear(hidden, name + "ffn.w2.weight");
    }

    private Scalar[][] norm(String name, Scalar[][] x) {
        if (!(config.norm() instanceof NormSpec.Rms rms)) {
            return x;
        }
        Scalar[] gain = weights(name)[0];
        Scalar[][] y = new Scalar[x.length][gain.length];
        for (int t = 0; t < x.length; t++) {
            Scalar meanSquare = dot(x[t], x[t]).times(1.0 / gain.length);
            Scalar r = meanSquare.plus(Scalar.of(rms.epsilon())).power(-0.5);
            for (int j = 0; j < gain.length; j++) {
                y[t][j] = x[t][j].times(r).times(gain[j]);
            }
        }
        return y;
    }

    private Scalar[][] linear(Scalar[][] x, String name) {
        Scalar[][] weight = weights(name);
        Scalar[][] y = new Scalar[x.length][weight.length];
        for (int t = 0; t < x.length; t++) {
            for (int j = 0; j < weight.length; j++) {
                y[t][j] = dot(x[t], weight[j]);
            }
        }
        return y;
    }

    private static Scalar[][] add(Scalar[][] a, Scalar[][] b) {
        Scalar[][] sum = new Scalar[a.length][a[0].length];
        for (int t = 0; t < a.length; t++) {
            for (int j = 0; j < a[t].length; j++) {
                sum[t][j] = a[t][j].plus(b[t][j]);
            }
        }
        return sum;
    }

    private static Scalar dot(Scalar[] a, Scalar[] b) {
        List<Scalar> terms = new ArrayList<>();
        for (int i = 0; i < a.length; i++) {
            terms.add(a[i].times(b[i]));
        }
        return Scalar.sum(terms);
    }

    private static Scalar[] softmax(Scalar[] x) {
        Scalar[] powers = new Scalar[x.length];
        for (int i = 0; i < x.length; i++) {
            powers[i] = x[i].exp();
        }
        Scalar inverse = Scalar.sum(List.of(powers)).power(-1);
        Scalar[] y = new Scalar[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = powers[i].times(inverse);
        }
        return y;
    }

    private Scalar[][] weights(String name) {
        Scalar[][] matrix = weights.get(name);
        if (matrix == null) {
            throw new IllegalArgumentException("no weight " + name + " in " + weights.keySet());
        }
        return matrix;
    }
}
