package inkling.core.ops;

import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.ShapeException;
import inkling.core.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention as the textbook writes it, for any mask and any batch dimensions: `Y = P·V`, `P
/// = softmax(Q·Kᵀ/√d + M)`.
///
/// `Q (…, n, d)`, `K (…, m, d)`, `V (…, m, e)`, `Y (…, n, e)`, with the same leading dimensions. `M` is 0 where
/// a query may attend to a key and −∞ where not (see [#mask]); its shape is `(n, m)`, the same for all of the
/// batch, or `(…, n, m)`. A query that may attend to nothing gets zeros.
///
/// Backward: `dV = Pᵀ·dY`, `dP = dY·Vᵀ`, `dS = P∘(dP − rowsum(dP∘P))`, `dQ = dS·K/√d`, `dK = dSᵀ·Q/√d`. All of
/// `P` is kept for it: for training a language model [Attention] is the one to use.
public final class MaskedAttention {
    private MaskedAttention() {}

    /// A mask `M` of this shape from permissions in row-major order: true where a query may attend to a key.
    public static Tensor mask(boolean[] mayAttend, int... shape) {
        float[] values = new float[mayAttend.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = mayAttend[i] ? 0 : Float.NEGATIVE_INFINITY;
        }
        return Tensor.of(values, shape);
    }

    /// Attends with every query to the keys that the mask (if any) allows.
    public static Variable apply(Tape tape, Variable q, Variable k, Variable v, @Nullable Tensor mask) {
        Sizes sizes = check(q.value(), k.value(), v.value(), mask);
        int[] shape = q.value().shape();
        shape[shape.length - 1] = v.value().columns();
        Variable y = tape.output(shape);
        Tensor p = y.takeCompanion(sizes.batch * sizes.n, sizes.m);
        Kernels kernels = tape.kernels();
        for (int b = 0; b < sizes.batch; b++) {
            Tensor scores = sizes.queries(p, b);
            kernels.matmul(scores, sizes.queries(q.value(), b), sizes.keys(k.value(), b), Product.NT, Store.OVERWRITE);
            kernels.scale(scores, sizes.scale());
            if (mask != null) {
                kernels.addScaled(scores, mask.rows() == sizes.n ? mask : sizes.queries(mask, b), 1);
            }
            kernels.softmax(scores, scores);
            kernels.matmul(sizes.queries(y.value(), b), scores, sizes.keys(v.value(), b), Product.NN, Store.OVERWRITE);
        }
        tape.record(y, () -> backward(tape, y, new Inputs(q, k, v), p, sizes), q, k, v);
        return y;
    }

    private record Inputs(Variable q, Variable k, Variable v) {}

    private static void backward(Tape tape, Variable y, Inputs in, Tensor p, Sizes sizes) {
        Kernels kernels = tape.kernels();
        Tensor dq = in.q.addableGradient();
        Tensor dk = in.k.addableGradient();
        Tensor dv = in.v.addableGradient();
        Tensor ds = tape.take(sizes.n, sizes.m);
        for (int b = 0; b < sizes.batch; b++) {
            Tensor dyPart = sizes.queries(y.gradient(), b);
            Tensor pPart = sizes.queries(p, b);
            kernels.matmul(sizes.keys(dv, b), pPart, dyPart, Product.TN, Store.ADD);
            kernels.matmul(ds, dyPart, sizes.keys(in.v.value(), b), Product.NT, Store.OVERWRITE);
            kernels.softmaxBackward(ds, ds, pPart);
            kernels.scale(ds, sizes.scale());
            kernels.matmul(sizes.queries(dq, b), ds, sizes.keys(in.k.value(), b), Product.NN, Store.ADD);
            kernels.matmul(sizes.keys(dk, b), ds, sizes.queries(in.q.value(), b), Product.TN, Store.ADD);
        }
        tape.release(ds);
    }

    private static Sizes check(Tensor q, Tensor k, Tensor v, @Nullable Tensor mask) {
        if (q.rank() < 2 || k.rank() != q.rank() || v.rank() != q.rank()) {
            throw new ShapeException("attention: q " + q.shapeText() + ", k " + k.shapeText() + " and v "
                    + v.shapeText() + " need the same number of dimensions, at least 2");
        }
        int n = q.dimension(q.rank() - 2);
        int m = k.dimension(k.rank() - 2);
        int batch = n == 0 ? 0 : q.rows() / n;
        if (k.columns() != q.columns() || k.rows() != batch * m) {
            throw new ShapeException("attention", "k", k, "the batch and width of q " + q.shapeText());
        }
        if (v.rows() != k.rows() || v.dimension(v.rank() - 2) != m) {
            throw new ShapeException("attention", "v", v, "the batch and length of k " + k.shapeText());
        }
        if (mask != null && (mask.columns() != m || mask.rows() != n && mask.rows() != batch * n)) {
            throw new ShapeException("attention", "mask", mask, Arrays.toString(new int[] {n, m}));
        }
        return new Sizes(batch, n, m, q.columns());
    }

    /// Sizes of one attention, and the part of a tensor that belongs to one item of the batch.
    private record Sizes(int batch, int n, int m, int width) {
        float scale() {
            return (float) (1 / Math.sqrt(width));
        }

        Tensor queries(Tensor all, int b) {
            return all.rows(b * n, (b + 1) * n);
        }

        Tensor keys(Tensor all, int b) {
            return all.rows(b * m, (b + 1) * m);
        }
    }
}
