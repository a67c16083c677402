package inkling.app.command;

import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;

/// Measures what a matrix product reaches on this machine, as the peak that MFU is a share of.
final class MachineSpeed {
    private static final int SIZE = 640;
    /// The first products run before the program is compiled, so measuring ends only when none has been faster for
    /// a while.
    private static final double SETTLED_SECONDS = 0.6;

    private static final int FEWEST_PRODUCTS = 40;
    private static final double MAX_SECONDS = 8;

    private MachineSpeed() {}

    /// FLOP/s of the fastest of many products of square matrices.
    static double flopsPerSecond(Kernels kernels) {
        try (Arena arena = Arena.ofShared()) {
            Tensor a = Tensor.allocate(arena, SIZE, SIZE);
            Tensor b = Tensor.allocate(arena, SIZE, SIZE);
            Tensor c = Tensor.allocate(arena, SIZE, SIZE);
            long begin = System.nanoTime();
            long fastest = Long.MAX_VALUE;
            long fastestAt = begin;
            long now = begin;
            for (int i = 0; !settled(i, now - fastestAt) && now - begin < MAX_SECONDS * 1e9; i++) {
                long start = System.nanoTime();
                kernels.matmul(c, a, b, Product.NN, Store.OVERWRITE);
                now = System.nanoTime();
                if (now - start < 0.98 * fastest) {
                    fastest = now - start;
                    fastestAt = now;
                }
            }
            return 2.0 * SIZE * SIZE * SIZE / fastest * 1e9;
        }
    }

    private static boolean settled(int products, long nanosSinceFastest) {
        return products >= FEWEST_PRODUCTS && nanosSinceFastest > SETTLED_SECONDS * 1e9;
    }
}
