package inkling.core.device.cpu;

import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory of the workers for the length of one kernel: each has its own piece, kept from call to call and enlarged
/// when a larger shape comes along.
final class Scratch implements AutoCloseable {
    private static final long PAGE = 4096;

    private final MemorySegment[] pieces;
    private Arena arena = Arena.ofShared();
    private long capacity;

    Scratch(int workers) {
        pieces = new MemorySegment[workers];
        java.util.Arrays.fill(pieces, MemorySegment.NULL);
    }

    /// Makes every worker's piece at least so many floats large; called before the region that uses it.
    void reserve(long floats) {
        long bytes = (4 * floats + PAGE - 1) / PAGE * PAGE;
        if (bytes <= capacity) {
            return;
        }
        arena.close();
        arena = Arena.ofShared();
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = arena.allocate(bytes, Math.max(PAGE, Tensor.ALIGNMENT_BYTES));
        }
        capacity = bytes;
    }

    /// The piece of a worker; its content is whatever the last kernel left.
    MemorySegment of(int worker) {
        return pieces[worker];
    }

    @Override
    public void close() {
        arena.close();
    }
}
