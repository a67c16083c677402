package inkling.core.device.reference;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.util.Arrays;

/// Causal attention of the reference device, one query at a time.
final class ReferenceAttention {
    private ReferenceAttention() {}

    static void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        KernelChecks.attention(y, logSumExp, qkv, shape);
        HeadLayout heads = shape.heads();
        double[] weights = new double[shape.time()];
        for (int b = 0; b < shape.batch(); b++) {
            for (int h = 0; h < heads.queryHeads(); h++) {
                for (int t = 0; t < shape.time(); t++) {
                    double total = softmaxRow(weights, qkv, shape, b, h, t);
                    logSumExp.set(((long) b * heads.queryHeads() + h) * shape.time() + t, (float) total);
                    for (int j = 0; j < heads.headWidth(); j++) {
                        double sum = 0;
                        for (int s = 0; s <= t; s++) {
                            sum += weights[s] * qkv.get(value(heads, row(shape, b, s), h) + j);
                        }
                        y.set(output(heads, row(shape, b, t), h) + j, (float) sum);
                    }
                }
            }
        }
    }

    /// Writes `softmax_s(q_t·k_s/√K)` for `s ≤ t` and returns the logarithm of its denominator.
    private static double softmaxRow(double[] weights, Tensor qkv, AttentionShape shape, int b, int h, int t) {
        HeadLayout heads = shape.heads();
        double max = Double.NEGATIVE_INFINITY;
        for (int s = 0; s <= t; s++) {
            long q = query(heads, row(shape, b, t), h);
            long k = key(heads, row(shape, b, s), h);
            weights[s] = dot(qkv, q, qkv, k, heads.headWidth()) / Math.sqrt(heads.headWidth());
            max = Math.max(max, weights[s]);
        }
        double sum = 0;
        for (int s = 0; s <= t; s++) {
            sum += Math.exp(weights[s] - max);
        }
        double total = max + Math.log(sum);
        for (int s = 0; s <= t; s++) {
            weights[s] = Math.exp(weights[s] - total);
        }
        return total;
    }

    static void attentionBackward(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        KernelChecks.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape);
        HeadLayout heads = shape.heads();
        // sums over queries, and over the query heads that share a key head, stay in double until the end
        double[] d = new double[Math.toIntExact((long) shape.time() * heads.fusedWidth())];
        for (int b = 0; b < shape.batch(); b++) {
            Arrays.fill(d, 0);
            long firstRow = row(shape, b, 0);
            for (int h = 0; h < heads.queryHeads(); h++) {
                for (int t = 0; t < shape.time(); t++) {
                    double rowTotal = logSumExp.get(((long) b * heads.queryHeads() + h) * shape.time() + t);
                    queryBackward(d, dy, qkv, y, rowTotal, new Query(heads, firstRow, h, t));
                }
            }
            for (int i = 0; i < d.length; i++) {
                dQkv.set(firstRow * heads.fusedWidth() + i, (float) d[i]);
            }
        }
    }

    private record Query(HeadLayout heads, long firstRow, int head, int time) {}

    private static void queryBackward(double[] d, Tensor dy, Tensor qkv, Tensor y, double rowTotal, Query at) {
        HeadLayout heads = at.heads();
        int width = heads.headWidth();
        double scale = 1 / Math.sqrt(width);
        long out = output(heads, at.firstRow() + at.time(), at.head());
        long q = query(heads, at.firstRow() + at.time(), at.head());
        int dq = (int) query(heads, at.time(), at.head());
        double delta = dot(dy, out, y, out, width);
        for (int s = 0; s <= at.time(); s++) {
            long k = key(heads, at.firstRow() + s, at.head());
            long v = value(heads, at.firstRow() + s, at.head());
            int dk = (int) key(heads, s, at.head());
            int dv = (int) value(heads, s, at.head());
            double p = Math.exp(dot(qkv, q, qkv, k, width) * scale - rowTotal);
            double ds = p * (dot(dy, out, qkv, v, width) - delta) * scale;
            for (int j = 0; j < width; j++) {
                d[dv + j] += p * dy.get(out + j);
                d[dq + j] += ds * qkv.get(k + j);
                d[dk + j] += ds * qkv.get(q + j);
            }
        }
    }

    static void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        KernelChecks.attentionCached(y, qkv, keys, values, start, heads);
        int width = heads.headWidth();
        int capacity = keys.dimension(1);
        int group = heads.queryHeads() / heads.keyValueHeads();
        for (int g = 0; g < heads.keyValueHeads(); g++) {
            for (int i = 0; i < qkv.rows(); i++) {
                long cached = ((long) g * capacity + start + i) * width;
                for (int j = 0; j < width; j++) {
                    keys.set(cached + j, qkv.get(key(heads, i, g * group) + j));
                    values.set(cached + j, qkv.get(value(heads, i, g * group) + j));
                }
            }
        }
        for (int h = 0; h < heads.queryHeads(); h++) {
            long slab = (long) (h / group) * capacity * width;
            for (int i = 0; i < qkv.rows(); i++) {
                int length = start + i + 1;
                double[] scores = new double[length];
                for (int s = 0; s < length; s++) {
                    double score = dot(qkv, query(heads, i, h), keys, slab + (long) s * width, width);
                    scores[s] = score / Math.sqrt(width);
                }
                softmax(scores);
                for (int j = 0; j < width; j++) {
                    double sum = 0;
                    for (int s = 0; s < length; s++) {
                        sum += scores[s] * values.get(slab + (long) s * width + j);
                    }
                    y.set(output(heads, i, h) + j, (float) sum);
                }
            }
        }
    }

    private static void softmax(double[] scores) {
        double max = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            max = Math.max(max, score);
        }
        double sum = 0;
        for (int s = 0; s < scores.length; s++) {
            scores[s] = Math.exp(scores[s] - max);
            sum += scores[s];
        }
        for (int s = 0; s < scores.length; s++) {
            scores[s] /= sum;
        }
    }

    private static double dot(Tensor a, long aFrom, Tensor b, long bFrom, int length) {
        double sum = 0;
        for (int j = 0; j < length; j++) {
            sum += (double) a.get(aFrom + j) * b.get(bFrom + j);
        }
        return sum;
    }

    private static long row(AttentionShape shape, int b, int t) {
        return (long) b * shape.time() + t;
    }

    private static long output(HeadLayout heads, long row, int h) {
        return row * heads.queryWidth() + (long) h * heads.headWidth();
    }

    private static long query(HeadLayout heads, long row, int h) {
        return row * heads.fusedWidth() + (long) h * heads.headWidth();
    }

    private static long key(HeadLayout heads, long row, int h) {
        int group = heads.queryHeads() / heads.keyValueHeads();
        return row * heads.fusedWidth() + heads.queryWidth() + (long) (h / group) * heads.headWidth();
    }

    private static long value(HeadLayout heads, long row, int h) {
        return key(heads, row, h) + heads.keyValueWidth();
    }
}
