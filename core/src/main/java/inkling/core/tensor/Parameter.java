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
    private @Nullable PackedMatrix packed;
    private boolean discarded;

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

    /// From now on the gradient counts as zero, whatever its memory holds: see [#beginsGradient()].
    void discardGradient() {
        discarded = true;
    }

    /// True for the first contribution after [Parameters#discardGradients()]: it takes the place of what the memory of
    /// the gradient holds. All others are added.
    public boolean beginsGradient() {
        boolean first = discarded;
        discarded = false;
        return first;
    }

    /// True where the value is laid out for generation; then there is no [#value()].
    public boolean isPacked() {
        return packed != null;
    }

    /// The value laid out for generation.
    public PackedMatrix packed() {
        if (packed == null) {
            throw new IllegalStateException("parameter " + name() + " is laid out for training");
        }
        return packed;
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

    /// Lays a matrix out for generation, and moves a vector into memory of the same arena.
    void pack(WeightLayout layout, Arena arena) {
        if (shape.length > 1) {
            packed = PackedMatrix.of(value(), layout, arena);
            value = null;
        } else {
            Tensor kept = Tensor.allocate(arena, shape);
            kept.copyFrom(value());
            bind(kept, Tensor.virtual(shape));
        }
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
        if (packed != null) {
            throw new IllegalStateException("parameter " + name() + " is packed as " + packed.format());
        }
        if (tensor == null) {
            throw new IllegalStateException("parameter " + name() + " is declared but not yet allocated");
        }
        return tensor;
    }
}
