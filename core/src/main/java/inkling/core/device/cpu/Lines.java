package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Fetches lines of the cache ahead of the work on them.
///
/// A processor fetches ahead by itself where memory is read in long runs. Work that goes through many rows side by
/// side, a few lines of each, waits for most of its lines; reading one float of every line in their order in memory
/// first is a long run, and leaves them in the nearest caches. Measured on a Zen 4: transposing rows of 2 KB from
/// memory 0.73 ns an element, and 0.30 after their lines were read.
final class Lines {
    private static final ValueLayout.OfInt I = ValueLayout.JAVA_INT_UNALIGNED;
    private static final int LINE = 64;

    private Lines() {}

    /// Reads `rows` rows of `bytes` bytes, `rowBytes` from one to the next. The result means nothing; who keeps it
    /// keeps the compiler from leaving the reading out.
    static int read(MemorySegment segment, long at, int rows, long rowBytes, long bytes) {
        long from = AllMemory.at(segment, at, rows, rowBytes, bytes);
        int mix = 0;
        for (int i = 0; i < rows; i++) {
            mix ^= read(segment, from + i * rowBytes, (int) (bytes / LINE));
        }
        return mix;
    }

    private static int read(MemorySegment segment, long at, int lines) {
        MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : segment;
        long first = at & AllMemory.ADDRESSES;
        int end = lines & AllMemory.COUNTS;
        int mix = 0;
        for (int i = 0; i < end; i++) {
            mix ^= memory.get(I, first + (long) LINE * i);
        }
        return mix;
    }
}
