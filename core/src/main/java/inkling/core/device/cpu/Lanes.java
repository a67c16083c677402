package inkling.core.device.cpu;

import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Vector helpers that all kernels share. Static helpers over vectors cost nothing; a lambda over vectors costs 250
/// times its work.
final class Lanes {
    /// The machine's widest vectors, or the width asked for with `-Dinkling.vector.bits=128|256|512` (used by tests).
    static final VectorSpecies<Float> SPECIES = species(Integer.getInteger("inkling.vector.bits", 0));

    /// Floats in one vector.
    static final int COUNT = SPECIES.length();

    /// Whether there are 16 registers for vectors, as with AVX2 and SSE; with AVX-512, which vectors of 16 lanes imply,
    /// and on ARM there are 32. Loops with a dozen sums then need more care: [FiveRowTile].
    static final boolean FEW_REGISTERS = COUNT < 16 && !"aarch64".equals(System.getProperty("os.arch"));

    /// Floats between what different workers write, where it may lie side by side: two lines of the cache, which are
    /// fetched together. Without them such a line travels from processor to processor at every write.
    static final int APART = 128 / Float.BYTES;

    /// Doubles of the same vector width.
    static final VectorSpecies<Double> DOUBLES = SPECIES.withLanes(double.class);

    /// The order of bytes in memory.
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private static final float LOG2_E = 1.442695f;
    /// `ln 2` in two parts: the first has so few digits that its product with a small integer is exact.
    private static final float LN2_HIGH = 0.6933594f;

    private static final float LN2_LOW = -2.1219444e-4f;
    /// 1.5·2²³: adding it rounds a small float to an integer, which then stands in the low bits.
    private static final float ROUND = 12582912f;
    /// Below, `e^x` is smaller than the smallest normal float and is given as 0.
    private static final float EXP_MIN = -87.33f;

    private static final float EXP_MAX = 88.37f;

    private static final VectorShuffle<Float> FOLD_8 = fold(SPECIES, 8);
    private static final VectorShuffle<Float> FOLD_4 = fold(SPECIES, 4);
    private static final VectorShuffle<Float> FOLD_2 = fold(SPECIES, 2);
    private static final VectorShuffle<Float> FOLD_1 = fold(SPECIES, 1);
    private static final VectorShuffle<Double> DOUBLE_FOLD_4 = fold(DOUBLES, 4);
    private static final VectorShuffle<Double> DOUBLE_FOLD_2 = fold(DOUBLES, 2);
    private static final VectorShuffle<Double> DOUBLE_FOLD_1 = fold(DOUBLES, 1);

    static {
        loadKinds();
    }

    private Lanes() {}

    /// Has the JVM load the kinds of vectors and of memory that some kernels use only later. The compiler takes a
    /// kind that is not loaded as one that does not exist; when it comes after all, compiled loops are thrown away,
    /// and for a second or more matrix products run where every vector is an object: gigabytes of garbage in the
    /// first steps.
    private static void loadKinds() {
        MemorySegment heap = MemorySegment.ofArray(new byte[SPECIES.vectorByteSize()]);
        FloatVector floats = FloatVector.fromMemorySegment(SPECIES, heap, 0, ORDER, mask(1));
        floats.reinterpretAsInts().reinterpretAsFloats().intoMemorySegment(heap, 0, ORDER);
        DoubleVector.zero(DOUBLES).compare(VectorOperators.LT, 0).anyTrue();
    }

    private static <E> VectorShuffle<E> fold(VectorSpecies<E> species, int distance) {
        return VectorShuffle.fromOp(species, i -> (i + distance) % species.length());
    }

    private static VectorSpecies<Float> species(int bits) {
        return switch (bits) {
            case 0 -> FloatVector.SPECIES_PREFERRED;
            case 128 -> FloatVector.SPECIES_128;
            case 256 -> FloatVector.SPECIES_256;
            case 512 -> FloatVector.SPECIES_512;
            default ->
                throw new IllegalArgumentException("inkling.vector.bits is " + bits + ", expected 128, 256 or 512");
        };
    }

    /// Loads one vector starting at an element.
    static FloatVector load(MemorySegment from, long element) {
        return FloatVector.fromMemorySegment(SPECIES, from, element * Float.BYTES, ORDER);
    }

    /// Loads the first lanes of a vector; the others are zero.
    static FloatVector load(MemorySegment from, long element, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, from, element * Float.BYTES, ORDER, mask);
    }

    /// Stores one vector starting at an element.
    static void store(FloatVector vector, MemorySegment to, long element) {
        vector.intoMemorySegment(to, element * Float.BYTES, ORDER);
    }

    /// Stores the first lanes of a vector.
    static void store(FloatVector vector, MemorySegment to, long element, VectorMask<Float> mask) {
        vector.intoMemorySegment(to, element * Float.BYTES, ORDER, mask);
    }

    /// The lanes that are left when `count` elements remain.
    static VectorMask<Float> mask(long count) {
        return SPECIES.indexInRange(0, count);
    }

    /// One scalar.
    static float get(MemorySegment from, long element) {
        return from.getAtIndex(Tensor.LAYOUT, element);
    }

    /// Sets one scalar.
    static void set(MemorySegment to, long element, float value) {
        to.setAtIndex(Tensor.LAYOUT, element, value);
    }

    /// The smallest multiple of the lane count that is not below `count`.
    static int padded(int count) {
        return (count + COUNT - 1) / COUNT * COUNT;
    }

    /// Sum of all lanes, always folded in the same order. (`reduceLanes(ADD)` leaves the order open, and interpreted
    /// and compiled code do differ, which would make results depend on when the compiler gets to work.)
    static float sum(FloatVector v) {
        FloatVector folded = COUNT >= 16 ? v.add(v.rearrange(FOLD_8)) : v;
        folded = COUNT >= 8 ? folded.add(folded.rearrange(FOLD_4)) : folded;
        folded = folded.add(folded.rearrange(FOLD_2));
        return folded.add(folded.rearrange(FOLD_1)).lane(0);
    }

    /// Sum of the first [#COUNT] elements of an array, which it changes, folded in the same order as [#sum]. For loops
    /// that end so large that the compiler would not take in [#sum] any more and put its argument on the heap: they
    /// store the vector here instead.
    static float fold(float[] lanes) {
        for (int distance = COUNT / 2; distance > 0; distance /= 2) {
            for (int i = 0; i < distance; i++) {
                lanes[i] += lanes[i + distance];
            }
        }
        return lanes[0];
    }

    /// Sum of all lanes, always folded in the same order.
    static double sum(DoubleVector v) {
        DoubleVector folded = COUNT >= 16 ? v.add(v.rearrange(DOUBLE_FOLD_4)) : v;
        folded = COUNT >= 8 ? folded.add(folded.rearrange(DOUBLE_FOLD_2)) : folded;
        return folded.add(folded.rearrange(DOUBLE_FOLD_1)).lane(0);
    }

    /// `e^x` in every lane, relative error below 2e-7 (about 2 units in the last place); 0 below −87.33, no overflow.
    ///
    /// `x = n·ln 2 + r` with `|r| ≤ ln 2 / 2`; `e^r` by its minimax polynomial of degree 6, `2ⁿ` by adding `n` to
    /// the exponent bits. Below the limit the lanes compute anything, and it is replaced. (`x.max(…).min(…)` at the
    /// start took a third of the time: Java's rules for NaN and −0 make each of them several instructions.)
    static FloatVector exp(FloatVector x) {
        FloatVector clamped = x.blend(EXP_MAX, x.compare(VectorOperators.GT, EXP_MAX));
        FloatVector shifted =
                clamped.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
        FloatVector n = shifted.sub(ROUND);
        FloatVector r = n.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), clamped);
        r = n.fma(FloatVector.broadcast(SPECIES, -LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(SPECIES, 1.9875691e-4f);
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1.3981999e-3f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 8.333452e-3f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 4.1665796e-2f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 0.16666666f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 0.5f));
        p = p.fma(r.mul(r), r).add(1f);
        FloatVector scaled = p.reinterpretAsInts()
                .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
        return scaled.blend(0f, x.compare(VectorOperators.LT, EXP_MIN));
    }

    /// `1/(1 + e^(−x))` in every lane.
    static FloatVector sigmoid(FloatVector x) {
        return FloatVector.broadcast(SPECIES, 1f).div(exp(x.neg()).add(1f));
    }

    /// Adds the elements `first … end` of one row to those of another; where each begins.
    static void addTo(MemorySegment to, long toRow, MemorySegment from, long fromRow, int first, int end) {
        int j = first;
        for (; j + COUNT <= end; j += COUNT) {
            store(load(to, toRow + j).add(load(from, fromRow + j)), to, toRow + j);
        }
        for (; j < end; j++) {
            set(to, toRow + j, get(to, toRow + j) + get(from, fromRow + j));
        }
    }
}
