package inkling.core.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// All parameters of a model, in one slab of values and one of gradients.
///
/// Contiguous slabs make the optimizer one pass over memory, the gradient norm one reduction and a checkpoint
/// one copy. Parameters that weight decay applies to come first, the others after them, so that each group is
/// one run. Every parameter starts at a multiple of 64 bytes; the few floats between are zero and stay zero.
public final class Parameters {
    private static final int BLOCK = (int) (Tensor.ALIGNMENT_BYTES / Float.BYTES);

    private final List<Parameter> all;
    private final Tensor values;
    private final Tensor gradients;
    private final int decayedBlocks;

    private Parameters(List<Parameter> all, Tensor values, Tensor gradients, int decayedBlocks) {
        this.all = List.copyOf(all);
        this.values = values;
        this.gradients = gradients;
        this.decayedBlocks = decayedBlocks;
    }

    /// All parameters in the order of their declaration.
    public List<Parameter> all() {
        return all;
    }

    /// The slab of values, `(blocks, 16)`.
    public Tensor values() {
        return values;
    }

    /// The slab of gradients, same layout as [#values()].
    public Tensor gradients() {
        return gradients;
    }

    /// Starts a step: every gradient counts as zero. Its memory is written by the first contribution
    /// ([Parameter#beginsGradient()]); whoever reads the slab fills the gradients that nothing has contributed to.
    public void discardGradients() {
        all.forEach(Parameter::discardGradient);
    }

    /// Rows of a slab (or of moments laid out like it) that belong to parameters with weight decay.
    public Tensor decayed(Tensor slab) {
        return slab.rows(0, decayedBlocks);
    }

    /// Rows of a slab that belong to parameters without weight decay.
    public Tensor undecayed(Tensor slab) {
        return slab.rows(decayedBlocks, slab.rows());
    }

    /// Number of learned elements, without the padding between parameters.
    public long count() {
        long count = 0;
        for (Parameter parameter : all) {
            count += parameter.size();
        }
        return count;
    }

    /// The names that checkpoints use.
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (Parameter parameter : all) {
            parameter.parts().forEach(part -> names.add(part.name()));
        }
        return names;
    }

    /// The values under the names that checkpoints use, in the order of declaration.
    public Map<String, Tensor> stateDict() {
        return named(false);
    }

    /// The gradients under the same names.
    public Map<String, Tensor> gradientDict() {
        return named(true);
    }

    /// Views of a slab laid out like [#values()], such as an optimizer's moments, under the same names.
    public Map<String, Tensor> stateDict(Tensor slab) {
        if (!slab.sameShape(values)) {
            throw new ShapeException("stateDict", "slab", slab, values.shapeText());
        }
        Map<String, Tensor> named = new LinkedHashMap<>();
        stateDict().forEach((name, value) -> {
            long offset = value.segment().address() - values.segment().address();
            named.put(name, Tensor.over(slab.segment().asSlice(offset, value.byteSize()), value.shape()));
        });
        return named;
    }

    private Map<String, Tensor> named(boolean wantGradient) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (Parameter parameter : all) {
            for (Parameter.Part part : parameter.parts()) {
                named.put(part.name(), wantGradient ? parameter.gradient(part) : parameter.value(part));
            }
        }
        return named;
    }

    /// Draws all starting values. A part's values depend on the seed and its name alone, not on what else the
    /// model has.
    public void initialize(long seed) {
        for (Parameter parameter : all) {
            for (Parameter.Part part : parameter.parts()) {
                var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + stableHash(part.name()));
                Initializer.fill(parameter.value(part), part.initializer(), random);
            }
        }
    }

    /// Lays every matrix out for generation, and keeps vectors as they are: all in memory of this arena. What
    /// [#values()] was in may be given back afterwards; the model can be used, not trained or saved.
    public void pack(WeightLayout layout, Arena arena) {
        for (Parameter parameter : all) {
            parameter.pack(layout, arena);
        }
    }

    /// Reads the weights of a model that was declared without memory, one parameter after the other, and lays each out
    /// for generation: little more memory is needed than the result takes.
    public void readPacked(Source source, WeightLayout layout, Arena arena) throws IOException {
        Parameter largest = Collections.max(all, Comparator.comparingLong(Parameter::size));
        try (Arena reading = Arena.ofConfined()) {
            Tensor scratch = Tensor.allocate(reading, largest.shape());
            for (Parameter parameter : all) {
                MemorySegment bytes = scratch.segment().asSlice(0, parameter.size() * Float.BYTES);
                parameter.bind(Tensor.over(bytes, parameter.shape()), Tensor.virtual(parameter.shape()));
                for (Parameter.Part part : parameter.parts()) {
                    source.read(part.name(), parameter.value(part));
                }
                parameter.pack(layout, arena);
            }
        }
    }

    /// Where [#readPacked] finds weights.
    public interface Source {
        /// Fills a tensor with the weight of this name.
        void read(String name, Tensor target) throws IOException;
    }

    private static long stableHash(String name) {
        long hash = 0xCBF29CE484222325L; // FNV-1a, 64 bits
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }

    /// What layers declare while a model is put together; memory comes when all is known.
    public static final class Declarations {
        private final List<Parameter> declared = new ArrayList<>();

        /// Starts with nothing declared.
        public Declarations() {}

        /// A matrix `(rows, columns)` with weight decay.
        public Parameter matrix(String name, Initializer initializer, int rows, int columns) {
            return stacked(List.of(new Parameter.Part(name, rows, initializer)), columns);
        }

        /// Matrices of the same width, one below the other, as one parameter with weight decay.
        public Parameter stacked(List<Parameter.Part> parts, int columns) {
            int rows = 0;
            for (Parameter.Part part : parts) {
                rows = Math.addExact(rows, part.rows());
            }
            return add(new Parameter(parts, true, rows, columns));
        }

        /// A vector without weight decay.
        public Parameter vector(String name, Initializer initializer, int size) {
            return add(new Parameter(List.of(new Parameter.Part(name, 1, initializer)), false, size));
        }

        /// Gives every declared parameter its place in new slabs of zeros.
        public Parameters allocate(Arena arena) {
            int blocks = blocks(true) + blocks(false);
            return place(Tensor.allocate(arena, blocks, BLOCK), Tensor.allocate(arena, blocks, BLOCK));
        }

        /// Gives every declared parameter memory for its values alone: enough to use a model, not to train it.
        public Parameters allocateValues(Arena arena) {
            int blocks = blocks(true) + blocks(false);
            return place(Tensor.allocate(arena, blocks, BLOCK), Tensor.virtual(blocks, BLOCK));
        }

        /// Gives every declared parameter a shape without memory.
        public Parameters virtual() {
            int blocks = blocks(true) + blocks(false);
            return place(Tensor.virtual(blocks, BLOCK), Tensor.virtual(blocks, BLOCK));
        }

        private Parameter add(Parameter parameter) {
            declared.add(parameter);
            return parameter;
        }

        private Parameters place(Tensor values, Tensor gradients) {
            int block = 0;
            for (boolean decayed : new boolean[] {true, false}) {
                for (Parameter parameter : declared) {
                    if (parameter.isDecayed() == decayed) {
                        parameter.bind(view(values, block, parameter), view(gradients, block, parameter));
                        block += blocks(parameter);
                    }
                }
            }
            return new Parameters(declared, values, gradients, blocks(true));
        }

        private static Tensor view(Tensor slab, int block, Parameter parameter) {
            if (slab.isVirtual()) {
                return Tensor.virtual(parameter.shape());
            }
            MemorySegment bytes =
                    slab.segment().asSlice(block * Tensor.ALIGNMENT_BYTES, parameter.size() * Float.BYTES);
            return Tensor.over(bytes, parameter.shape());
        }

        private int blocks(boolean decayed) {
            int blocks = 0;
            for (Parameter parameter : declared) {
                blocks = Math.addExact(blocks, parameter.isDecayed() == decayed ? blocks(parameter) : 0);
            }
            return blocks;
        }

        private static int blocks(Parameter parameter) {
            return Math.toIntExact((parameter.size() + BLOCK - 1) / BLOCK);
        }
    }
}
