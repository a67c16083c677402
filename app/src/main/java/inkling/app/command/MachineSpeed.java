package inkling.app.command;

import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;

/// Measures what a matrix product reaches on this machine, as the peak that MFU is a share of.
final class MachineSpeed {
    private static final int SIZE = 768;
    private static final double SECONDS = 0.8;
    /// The first products run before the program is compiled.
    private static final int FEWEST_PRODUCTS = 60;

    private MachineSpeed() {}

    /// FLOP/s of the fastest of several products of square matrices.
    static double flopsPerSecond(Kernels kernels) {
        try (Arena arena = Arena.ofShared()) {
            Tensor a = Tensor.allocate(arena, SIZE, SIZE);
            Tensor b = Tensor.allocate(arena, SIZE, SIZE);
            Tensor c = Tensor.allocate(arena, SIZE, SIZE);
            double best = Double.POSITIVE_INFINITY;
            long begin = System.nanoTime();
            for (int i = 0; i < FEWEST_PRODUCTS || (System.nanoTime() - begin) / 1e9 < SECONDS; i++) {
                long start = System.nanoTime();
                kernels.matmul(c, a, b, Product.NN, Store.OVERWRITE);
                best = Math.min(best, (System.nanoTime() - start) / 1e9);
            }
            return 2.0 * SIZE * SIZE * SIZE / best;
        }
    }
}
