package inkling.core.device.cpu;

import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;
import inkling.core.device.Store;
import java.lang.foreign.MemorySegment;

/// A product of [MatmulKernel], or the steps `from … to` of its sums.
record MatmulJob(
        MemorySegment c,
        MemorySegment a,
        PackedBlock.Source b,
        Product product,
        Store store,
        MatmulSize size,
        int from,
        int to) {
    /// Steps of a sum from which on it may have two halves: 512×1,344×2,048 (TN) is 1.03 to 1.15 times as fast
    /// so on two threads, 768×2,048×1,024 only 0.92 to 0.97.
    private static final int LEAST_STEPS_TO_HALVE = 1536;

    /// The whole product.
    MatmulJob(MemorySegment c, MemorySegment a, PackedBlock.Source b, Product product, Store store, MatmulSize size) {
        this(c, a, b, product, store, size, 0, size.k());
    }

    /// True if its sums have two halves: few rows, more columns, a long sum, and a result of at most `mostBytes`.
    boolean isHalved(long mostBytes) {
        return product != Product.NT
                && 3L * size.m() <= 2L * size.n()
                && 4L * size.m() * size.n() <= mostBytes
                && size.k() >= LEAST_STEPS_TO_HALVE;
    }

    /// Its steps before `end`.
    MatmulJob before(int end) {
        return new MatmulJob(c, a, b, product, store, size, from, end);
    }

    /// Its steps from `first` on, added to the result.
    MatmulJob addedFrom(int first) {
        return new MatmulJob(c, a, b, product, Store.ADD, size, first, to);
    }

    /// Its steps from `first` on, in a result of their own.
    MatmulJob aside(MemorySegment result, int first) {
        return new MatmulJob(result, a, b, product, Store.OVERWRITE, size, first, to);
    }

    /// How many steps the block has that begins `p` steps after the first.
    int stepsAt(int p, int most) {
        return Math.min(to - from - p, most);
    }
}
