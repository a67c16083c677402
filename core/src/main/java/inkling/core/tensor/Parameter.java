package inkling.core.tensor;

import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A learned tensor and its gradient, both views into the slabs of [Parameters].
///
/// A parameter may be *stacked*: several matrices of the literature (say `q_proj`, `k_proj`, `v_proj`) lie one
/// below the other, so that one matrix product serves them all. Its [#parts()] still have the names that
/// checkpoints use.
public final class Parameter {
    /// One named matrix of a stacked parameter.
    ///
    /// @param name name in a state dict
    /// @param rows its number of rows (for a vector: 1)
    /// @param initializer how it starts
    public record Part(String name, int rows, Initializer initializer) {}

    private final List<Part> parts;
    private final int[] shape;
    private final boolean decayed;
    private @Nullable Tensor value;
    private @Nullable Tensor gradient;
    private @Nullable CompactMatrix compact;

    Parameter(List<Part> parts, boolean decayed, int... shape) {
        this.parts = List.copyOf(parts);
        this.shape = shape.clone();
        this.decayed = decayed;
    }

    /// The matrices it consists of; one for an ordinary parameter.
    public List<Part> parts() {
        return parts;
    }

    /// The name in a state dict; stacked names are joined with `+`.
    public String name() {
        return String.join("+", parts.stream().map(Part::name).toList());
    }

    /// True where weight decay applies (matrices yes, gains no).
    public boolean isDecayed() {
        return decayed;
    }

    /// A copy of the shape.
    public int[] shape() {
        return shape.clone();
    }

    /// Number of elements.
    public long size() {
        return Tensor.elements(shape);
    }

    /// The current value.
    public Tensor value() {
        return bound(value);
    }

    /// The gradient; backward kernels add to it.
    public Tensor gradient() {
        return bound(gradient);
    }

    /// True where the value is kept in fewer than 32 bits; then there is no [#value()].
    public boolean isCompact() {
        return compact != null;
    }

    /// The value in fewer than 32 bits.
    public CompactMatrix compact() {
        if (compact == null) {
            throw new IllegalStateException("parameter " + name() + " is kept in 32 bits");
        }
        return compact;
    }

    /// Rows of the value; all dimensions but the last.
    public int rows() {
        return Math.toIntExact(size() / columns());
    }

    /// Columns of the value; its last dimension.
    public int columns() {
        return shape[shape.length - 1];
    }

    /// The value of one part.
    public Tensor value(Part part) {
        return slice(value(), part);
    }

    /// The gradient of one part.
    public Tensor gradient(Part part) {
        return slice(gradient(), part);
    }

    void bind(Tensor newValue, Tensor newGradient) {
        value = newValue;
        gradient = newGradient;
    }

    /// Keeps the value in fewer bits from now on.
    void makeCompact(WeightFormat format, Arena arena) {
        compact = CompactMatrix.of(value(), format, arena);
        value = null;
    }

    private Tensor slice(Tensor whole, Part wanted) {
        if (parts.size() == 1) {
            return whole;
        }
        int from = 0;
        for (Part part : parts) {
            if (part.equals(wanted)) {
                return whole.rows(from, from + part.rows());
            }
            from += part.rows();
        }
        throw new IllegalArgumentException("parameter " + name() + " has no part " + wanted.name());
    }

    private Tensor bound(@Nullable Tensor tensor) {
        if (compact != null) {
            throw new IllegalStateException("parameter " + name() + " is kept as " + compact.format());
        }
        if (tensor == null) {
            throw new IllegalStateException("parameter " + name() + " is declared but not yet allocated");
        }
        return tensor;
    }
}
