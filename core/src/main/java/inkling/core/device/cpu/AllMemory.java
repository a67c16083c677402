package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// All of the process's memory as one segment, for innermost loops whose bounds were checked before them.
///
/// Why: the compiler moves the checks of every access out of a loop, but what it computes for that before the loop, the
/// limits of ten accesses for the tile of a matrix product, takes 280 cycles and so many registers that the loop
/// fetches its addresses from the stack in every step: 48 instructions instead of 42. A loop over this segment needs no
/// checks where the compiler can see that no address is negative or too large, and a mask tells it:
///
/// ```
/// long checked = AllMemory.at(segment, offset, bytes);   // in the caller: the range lies in the segment
///
/// MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : segment;
/// long first = checked & AllMemory.ADDRESSES;
/// for (int i = 0; i < (n & AllMemory.COUNTS); i++) … memory.get(layout, first + 4L * i) …
/// ```
///
/// The method with the loop calls no helpers before it: those the compiler sometimes leaves as calls, whose results it
/// knows nothing of, and then the checks are back.
///
/// Such a segment is to be had only with `--enable-native-access`, which the launcher gives. Without it the same loops
/// run over the segments themselves, and every access is checked.
///
/// Nothing here keeps memory from being freed: whoever starts such a loop keeps its segments reachable until it ends.
/// Memory that another thread frees meanwhile ends the process, where an access that is checked throws.
final class AllMemory {
    /// Whether this module may use memory that it was not given. `-Dinkling.memory.checked=true` has every access
    /// checked in spite of it (used by tests).
    static final boolean GRANTED =
            AllMemory.class.getModule().isNativeAccessEnabled() && !Boolean.getBoolean("inkling.memory.checked");

    /// All memory, by address; only where [#GRANTED].
    static final MemorySegment ALL = GRANTED ? all() : MemorySegment.NULL;

    /// Mask of all addresses: no processor's user has more bits.
    static final long ADDRESSES = (1L << 56) - 1;

    /// Mask of distances from one row to the next: 64 GiB.
    static final long DISTANCES = (1L << 36) - 1;

    /// Mask of the rounds of a loop: a million, so that an address plus so many distances is still a positive number.
    static final int COUNTS = (1 << 20) - 1;

    private AllMemory() {}

    @SuppressWarnings("restricted") // granted, or it is not called
    private static MemorySegment all() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /// Refuses an operation whose memory was freed, or whose result must not be written: a loop over all memory would
    /// not.
    static void require(MemorySegment result, MemorySegment left, MemorySegment right) {
        if (!result.scope().isAlive()
                || !left.scope().isAlive()
                || !right.scope().isAlive()) {
            throw new IllegalStateException("a tensor was used after its arena was closed");
        }
        if (result.isReadOnly()) {
            throw new IllegalArgumentException("the result is a tensor whose memory is only for reading");
        }
    }

    /// Where byte `offset` of the segment is: its address in [#ALL], or `offset` where that is not [#GRANTED].
    ///
    /// @throws IndexOutOfBoundsException if `bytes` bytes from there on are not all in the segment
    static long at(MemorySegment segment, long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, segment.byteSize());
        return Objects.checkIndex(GRANTED ? segment.address() + offset : offset, ADDRESSES + 1);
    }

    /// As [#at], for `rows` rows of `bytes` bytes, `distance` from one to the next.
    static long at(MemorySegment segment, long offset, int rows, long distance, long bytes) {
        return at(
                segment,
                offset,
                (Objects.checkIndex(rows, COUNTS + 1) - 1) * Objects.checkIndex(distance, DISTANCES + 1) + bytes);
    }
}
