package inkling.core.device;

import inkling.core.tensor.Ids;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.ShapeException;
import inkling.core.tensor.Tensor;

/// The shape checks of [Kernels], the same for every device: each throws a [ShapeException] that names the
/// kernel, the argument, its shape and the expected one.
public final class KernelChecks {
    private KernelChecks() {}

    /// Sizes of a matrix product `C(m, n)`, summed over `k`.
    ///
    /// @param m rows of `C`
    /// @param n columns of `C`
    /// @param k length of every sum
    public record MatmulSize(int m, int n, int k) {}

    /// Checks [Kernels#matmul] and gives its sizes.
    public static MatmulSize matmul(Tensor c, Tensor a, Tensor b, Product product) {
        int m = product == Product.TN ? a.columns() : a.rows();
        int k = product == Product.TN ? a.rows() : a.columns();
        int n = product == Product.NT ? b.rows() : b.columns();
        if (product == Product.NT) {
            matrix("matmul NT", "b", b, n, k);
        } else {
            matrix("matmul " + product, "b", b, k, n);
        }
        matrix("matmul " + product, "c", c, m, n);
        return new MatmulSize(m, n, k);
    }

    /// Checks [Kernels#matmulPacked] and gives its sizes.
    public static MatmulSize matmulPacked(Tensor c, Tensor a, PackedMatrix b) {
        if (a.columns() != b.columns()) {
            throw new ShapeException("matmulPacked", "a", a, "(m, " + b.columns() + ") for b " + b.shapeText());
        }
        matrix("matmulPacked", "c", c, a.rows(), b.rows());
        return new MatmulSize(a.rows(), b.rows(), a.columns());
    }

    /// Checks [Kernels#embedPacked].
    public static void embedPacked(Tensor y, PackedMatrix table, Ids ids) {
        matrix("embedPacked", "y", y, ids.size(), table.columns());
    }

    /// Checks [Kernels#embed] and [Kernels#embedBackward].
    public static void embed(Tensor y, Tensor table, Ids ids) {
        matrix("embed", "y", y, ids.size(), table.columns());
    }

    /// Checks [Kernels#rmsNorm].
    public static void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain) {
        same("rmsNorm", "y", y, x);
        size("rmsNorm", "inverseRms", inverseRms, x.rows());
        size("rmsNorm", "gain", gain, x.columns());
    }

    /// Checks [Kernels#rope].
    public static void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads) {
        matrix("rope", "x", x, positions.size(), heads.fusedWidth());
        if (angles.columns() != heads.headWidth() || heads.headWidth() % 2 != 0) {
            throw new ShapeException(
                    "rope", "angles", angles, "(positions, " + heads.headWidth() + ") with even width");
        }
    }

    /// Checks [Kernels#attention].
    public static void attention(Tensor y, Tensor logSumExp, Tensor qkv, AttentionShape shape) {
        HeadLayout heads = shape.heads();
        needKeys("attention", heads);
        matrix("attention", "y", y, shape.rows(), heads.queryWidth());
        matrix("attention", "logSumExp", logSumExp, shape.batch() * heads.queryHeads(), shape.time());
        matrix("attention", "qkv", qkv, shape.rows(), heads.fusedWidth());
    }

    /// Checks [Kernels#attentionBackward].
    public static void attentionBackward(
            Tensor dQkv, Tensor dy, Tensor qkv, Tensor y, Tensor logSumExp, AttentionShape shape) {
        attention(y, logSumExp, qkv, shape);
        same("attentionBackward", "dQkv", dQkv, qkv);
        same("attentionBackward", "dy", dy, y);
    }

    /// Checks [Kernels#attentionCached].
    public static void attentionCached(Tensor y, Tensor qkv, Tensor keys, Tensor values, int start, HeadLayout heads) {
        needKeys("attentionCached", heads);
        int rows = qkv.rows();
        matrix("attentionCached", "qkv", qkv, rows, heads.fusedWidth());
        matrix("attentionCached", "y", y, rows, heads.queryWidth());
        if (keys.rank() != 3 || keys.dimension(0) != heads.keyValueHeads() || keys.dimension(2) != heads.headWidth()) {
            String expected = "(" + heads.keyValueHeads() + ", capacity, " + heads.headWidth() + ")";
            throw new ShapeException("attentionCached", "keys", keys, expected);
        }
        same("attentionCached", "values", values, keys);
        if (start < 0 || start + rows > keys.dimension(1)) {
            throw new ShapeException("attentionCached: positions " + start + " to " + (start + rows)
                    + " do not fit a cache of " + keys.dimension(1));
        }
    }

    /// Checks [Kernels#swiGlu] and [Kernels#swiGluBackward].
    public static void swiGlu(Tensor y, Tensor gateUp) {
        matrix("swiGlu", "gateUp", gateUp, y.rows(), 2 * y.columns());
    }

    /// Checks [Kernels#crossEntropy] and [Kernels#crossEntropyWithGradient].
    public static void crossEntropy(Tensor losses, Tensor logits, Ids targets) {
        size("crossEntropy", "losses", losses, logits.rows());
        if (targets.size() != logits.rows()) {
            throw new ShapeException("crossEntropy: " + targets.size() + " targets for logits " + logits.shapeText());
        }
    }

    /// Checks that an argument has the rows and columns of another.
    public static void same(String kernel, String argument, Tensor actual, Tensor like) {
        matrix(kernel, argument, actual, like.rows(), like.columns());
    }

    /// Checks that an argument has so many elements.
    public static void size(String kernel, String argument, Tensor actual, long expected) {
        if (actual.size() != expected) {
            throw new ShapeException(kernel, argument, actual, expected + " elements");
        }
    }

    /// Checks that an argument has so many rows and columns.
    public static void matrix(String kernel, String argument, Tensor actual, int rows, int columns) {
        if (actual.rows() != rows || actual.columns() != columns) {
            throw new ShapeException(kernel, argument, actual, "(" + rows + ", " + columns + ")");
        }
    }

    private static void needKeys(String kernel, HeadLayout heads) {
        if (heads.keyValueHeads() == 0) {
            throw new ShapeException(kernel + ": no key and value heads");
        }
    }
}
