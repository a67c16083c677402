package inkling.core.device.cpu;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.util.Arrays;

/// Causal attention in plain loops, one query at a time over arrays of all keys and values of a head.
///
/// Keys and values lie transposed, `(K, T)`: then a query's scores are a sum of multiples of rows, as in
/// [ScalarMatmul], and so are the gradients of keys and values. An item is one key/value head of one sequence with all
/// its query heads, so that no two items add to the same place.
final class ScalarAttention {
    private final WorkerPool pool;

    ScalarAttention(WorkerPool pool) {
        this.pool = pool;
    }

    void forward(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        KernelChecks.attention(y, logSumExp, qkv, shape);
        int groups = shape.heads().keyValueHeads();
        pool.run(
                shape.batch() * groups,
                (item, worker) -> new Head(qkv, shape, item / groups, item % groups).forward(y, logSumExp));
    }

    void backward(Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        KernelChecks.attentionBackward(dQkv, dy, qkv, y, logSumExp, shape);
        int groups = shape.heads().keyValueHeads();
        pool.run(
                shape.batch() * groups,
                (item, worker) -> new Head(qkv, shape, item / groups, item % groups).backward(dQkv, dy, y, logSumExp));
    }

    /// The keys and values of one head of one sequence, and room for one query.
    private static final class Head {
        private final Tensor qkv;
        private final HeadLayout heads;
        private final int time;
        private final int width;
        private final int sequence;
        private final int group;
        private final float[] keys;
        private final float[] values;
        private final float[] query;
        private final float[] weights;

        Head(Tensor qkv, AttentionShape shape, int sequence, int group) {
            this.qkv = qkv;
            this.heads = shape.heads();
            this.time = shape.time();
            this.width = heads.headWidth();
            this.sequence = sequence;
            this.group = group;
            this.keys = new float[width * time];
            this.values = new float[width * time];
            this.query = new float[width];
            this.weights = new float[time];
            for (int s = 0; s < time; s++) {
                for (int j = 0; j < width; j++) {
                    keys[j * time + s] = qkv.get(key(s) + j);
                    values[j * time + s] = qkv.get(key(s) + heads.keyValueWidth() + j);
                }
            }
        }

        private int shared() {
            return heads.queryHeads() / heads.keyValueHeads();
        }

        private long row(int t) {
            return (long) sequence * time + t;
        }

        private long query(int head, int t) {
            return row(t) * heads.fusedWidth() + (long) head * width;
        }

        private long key(int t) {
            return row(t) * heads.fusedWidth() + heads.queryWidth() + (long) group * width;
        }

        private long output(int head, int t) {
            return row(t) * heads.queryWidth() + (long) head * width;
        }

        private long logSumExp(int head, int t) {
            return ((long) sequence * heads.queryHeads() + head) * time + t;
        }

        void forward(Tensor y, Tensor logSumExp) {
            for (int head = group * shared(); head < (group + 1) * shared(); head++) {
                for (int t = 0; t < time; t++) {
                    float max = scores(head, t);
                    double sum = 0;
                    for (int s = 0; s <= t; s++) {
                        weights[s] = (float) Math.exp(weights[s] - max);
                        sum += weights[s];
                    }
                    logSumExp.set(logSumExp(head, t), (float) (max + Math.log(sum)));
                    for (int j = 0; j < width; j++) {
                        y.set(output(head, t) + j, (float) (dot(weights, values, j * time, t + 1) / sum));
                    }
                }
            }
        }

        /// `weights[s] = q_t·k_s/√K` for `s ≤ t`; returns the greatest.
        private float scores(int head, int t) {
            float scale = (float) (1 / Math.sqrt(width));
            Arrays.fill(weights, 0, t + 1, 0);
            for (int j = 0; j < width; j++) {
                query[j] = qkv.get(query(head, t) + j);
                addScaled(weights, 0, keys, j * time, t + 1, query[j] * scale);
            }
            float max = Float.NEGATIVE_INFINITY;
            for (int s = 0; s <= t; s++) {
                max = Math.max(max, weights[s]);
            }
            return max;
        }

        void backward(Tensor dQkv, Tensor dy, Tensor y, Tensor logSumExp) {
            float scale = (float) (1 / Math.sqrt(width));
            float[] dKeys = new float[width * time];
            float[] dValues = new float[width * time];
            float[] dScores = new float[time];
            for (int head = group * shared(); head < (group + 1) * shared(); head++) {
                for (int t = 0; t < time; t++) {
                    float _ = scores(head, t);
                    float total = logSumExp.get(logSumExp(head, t));
                    for (int s = 0; s <= t; s++) {
                        weights[s] = (float) Math.exp(weights[s] - total);
                    }
                    Arrays.fill(dScores, 0, t + 1, 0);
                    double delta = 0;
                    for (int j = 0; j < width; j++) {
                        float d = dy.get(output(head, t) + j);
                        delta += (double) d * y.get(output(head, t) + j);
                        addScaled(dScores, 0, values, j * time, t + 1, d);
                        addScaled(dValues, j * time, weights, 0, t + 1, d);
                    }
                    for (int s = 0; s <= t; s++) {
                        dScores[s] = weights[s] * (dScores[s] - (float) delta) * scale;
                    }
                    for (int j = 0; j < width; j++) {
                        addScaled(dKeys, j * time, dScores, 0, t + 1, query[j]);
                        dQkv.set(query(head, t) + j, dot(dScores, keys, j * time, t + 1));
                    }
                }
            }
            for (int s = 0; s < time; s++) {
                for (int j = 0; j < width; j++) {
                    dQkv.set(key(s) + j, dKeys[j * time + s]);
                    dQkv.set(key(s) + heads.keyValueWidth() + j, dValues[j * time + s]);
                }
            }
        }
    }

    private static void addScaled(float[] y, int fromY, float[] x, int fromX, int length, float scale) {
        for (int s = 0; s < length; s++) {
            y[fromY + s] += scale * x[fromX + s];
        }
    }

    /// Four sums at a time hide the latency of an addition.
    private static float dot(float[] a, float[] b, int fromB, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int whole = length & -4;
        for (int s = 0; s < whole; s += 4) {
            s0 += a[s] * b[fromB + s];
            s1 += a[s + 1] * b[fromB + s + 1];
            s2 += a[s + 2] * b[fromB + s + 2];
            s3 += a[s + 3] * b[fromB + s + 3];
        }
        for (int s = whole; s < length; s++) {
            s0 += a[s] * b[fromB + s];
        }
        return (s0 + s2) + (s1 + s3);
    }
}
