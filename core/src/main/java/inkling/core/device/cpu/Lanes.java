package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// The vector width of this machine, and how lanes travel to and from memory.
///
/// The species is a constant of the class because the compiler only makes single instructions of vector calls whose
/// species it knows at compile time.
final class Lanes {
    /// The widest vectors that the machine has.
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    /// Floats in a vector: 4, 8 or 16.
    static final int COUNT = SPECIES.length();

    /// Bytes in a vector.
    static final long BYTES = (long) COUNT * Float.BYTES;

    /// Tensors are little-endian.
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private Lanes() {}

    static FloatVector load(MemorySegment from, long at) {
        return FloatVector.fromMemorySegment(SPECIES, from, at, ORDER);
    }

    static FloatVector load(MemorySegment from, long at, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, from, at, ORDER, mask);
    }

    static void store(FloatVector value, MemorySegment to, long at) {
        value.intoMemorySegment(to, at, ORDER);
    }

    static void store(FloatVector value, MemorySegment to, long at, VectorMask<Float> mask) {
        value.intoMemorySegment(to, at, ORDER, mask);
    }

    /// Elements that fill whole vectors, out of `n`.
    static int whole(int n) {
        return n - n % COUNT;
    }

    /// The lanes of the last, partial vector of `n` elements.
    static VectorMask<Float> tail(int n) {
        return SPECIES.indexInRange(whole(n), n);
    }

    /// `n` rounded up to a multiple of `step`.
    static int roundUp(int n, int step) {
        return (n + step - 1) / step * step;
    }

    static FloatVector all(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }
}
