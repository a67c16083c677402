package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/// The yardstick itself: no other kernel may be longer than it.
class PeakLoopTest {
    private static final int SIZE = 256;

    /// A wide bound, because other programs may disturb either side: this is about a loop that was not compiled to
    /// vectors, which is 30 times too slow.
    @Test
    void nothing_computes_much_faster_than_the_peak() throws InterruptedException {
        double product = productFlopsPerSecond();
        assertThat(PeakLoop.flopsPerSecond(1)).isGreaterThan(product / 3);
    }

    @Test
    void the_same_rounds_give_the_same_sum() {
        float once = VectorPeak.multiplyAdds(0.999f, 1e-3f, 1_000);
        assertThat(VectorPeak.multiplyAdds(0.999f, 1e-3f, 1_000)).isEqualTo(once);
        double expected = 1e-3;
        for (int round = 0; round < 1_000; round++) {
            expected = expected * 0.999f + 1e-3;
        }
        assertThat((double) once / VectorPeak.ACCUMULATORS).isCloseTo(expected, within(1e-4));
    }

    @Test
    void threads_are_at_least_one() {
        assertThatThrownBy(() -> PeakLoop.flopsPerSecond(0)).hasMessageContaining("0 threads");
    }

    /// The fastest of enough products for the kernel to be compiled.
    private static double productFlopsPerSecond() {
        try (CpuKernels kernels = new CpuKernels(1);
                Arena arena = Arena.ofShared()) {
            Tensor a = Tensor.allocate(arena, SIZE, SIZE);
            Tensor b = Tensor.allocate(arena, SIZE, SIZE);
            Tensor c = Tensor.allocate(arena, SIZE, SIZE);
            long best = Long.MAX_VALUE;
            for (int run = 0; run < 400; run++) {
                long start = System.nanoTime();
                kernels.matmul(c, a, b, Product.NT, Store.OVERWRITE);
                best = Math.min(best, System.nanoTime() - start);
            }
            return 2.0 * SIZE * SIZE * SIZE / best * 1e9;
        }
    }
}
