package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Products that can be done in two ways, of which each call chooses one ([FasterWay]).
final class MatmulWaysTest {
    /// More calls than it takes for both ways to be tried.
    private static final int CALLS = 34;

    @ParameterizedTest
    @CsvSource({
        "TN,521,64,1100", // narrow gradients
        "TN,1030,128,700",
        "TN,770,384,500",
        "TN,307,523,1601", // blocks that are shared, or copied by every worker
        "TN,300,2100,130",
        "TN,301,523,1537", // sums in two halves, of one block each
        "TN,90,331,2101", // or of two
        "TN,5,331,1536",
        "NN,95,331,1537",
        "NN,4,333,800",
        "TN,250,385,2051", // more steps than one block of TN has, columns that end within a panel
        "NN,301,523,1601",
        "NN,7,2049,3073",
        "NN,301,70,1601",
        "NN,1203,2049,31",
        "NT,301,70,1601",
        "NT,295,389,770",
        "NT,23,1571,770", // with few registers one thread shares, three do not
        "NT,403,270,701",
    })
    void every_call_gives_the_same_bits_whichever_way_it_goes(Product product, int m, int n, int k) {
        try (Arena arena = Arena.ofShared();
                Kernels one = Processor.device(1);
                Kernels three = Processor.device(3)) {
            var random = new SplittableRandom(1);
            Tensor a = product == Product.TN ? Tensor.allocate(arena, k, m) : Tensor.allocate(arena, m, k);
            Tensor b = product == Product.NT ? Tensor.allocate(arena, n, k) : Tensor.allocate(arena, k, n);
            fill(a, random);
            fill(b, random);
            Tensor first = Tensor.allocate(arena, m, n);
            one.matmul(first, a, b, product, Store.OVERWRITE);
            for (int call = 0; call < CALLS; call++) {
                for (Kernels kernels : new Kernels[] {one, three}) {
                    Tensor c = Tensor.allocate(arena, m, n);
                    kernels.matmul(c, a, b, product, Store.OVERWRITE);
                    assertThat(c.segment().mismatch(first.segment())).isEqualTo(-1);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"307,523,801,FLOAT32", "301,70,1601,FLOAT32", "305,197,800,BFLOAT16", "299,130,770,INT8"})
    void so_does_every_call_with_a_packed_weight(int m, int n, int k, WeightFormat format) {
        try (Arena arena = Arena.ofShared();
                Kernels one = Processor.device(1);
                Kernels three = Processor.device(3)) {
            var random = new SplittableRandom(1);
            Tensor a = Tensor.allocate(arena, m, k);
            Tensor b = Tensor.allocate(arena, n, k);
            fill(a, random);
            fill(b, random);
            PackedMatrix packed = PackedMatrix.of(b, Processor.layout(format), arena);
            Tensor first = Tensor.allocate(arena, m, n);
            one.matmulPacked(first, a, packed, Store.OVERWRITE);
            for (int call = 0; call < CALLS; call++) {
                Tensor c = Tensor.allocate(arena, m, n);
                three.matmulPacked(c, a, packed, Store.OVERWRITE);
                assertThat(c.segment().mismatch(first.segment())).isEqualTo(-1);
            }
        }
    }

    /// The halves of a sum, added to what is there.
    @ParameterizedTest
    @CsvSource({"TN,100,333,1603,1", "NN,100,333,1603,1", "TN,100,333,2203,1", "TN,200,333,1603,2", "NN,200,333,1603,3"
    })
    void halves_are_added_to_what_is_there(Product product, int m, int n, int k, int threads) {
        try (Arena arena = Arena.ofShared();
                Kernels reference = new ReferenceKernels();
                Kernels kernels = Processor.device(threads)) {
            var random = new SplittableRandom(1);
            Tensor a = product == Product.TN ? Tensor.allocate(arena, k, m) : Tensor.allocate(arena, m, k);
            Tensor b = Tensor.allocate(arena, k, n);
            Tensor before = Tensor.allocate(arena, m, n);
            fill(a, random);
            fill(b, random);
            fill(before, random);
            Tensor expected = Tensor.allocate(arena, m, n);
            expected.segment().copyFrom(before.segment());
            reference.matmul(expected, a, b, product, Store.ADD);
            for (int call = 0; call < CALLS; call++) {
                Tensor c = Tensor.allocate(arena, m, n);
                c.segment().copyFrom(before.segment());
                kernels.matmul(c, a, b, product, Store.ADD);
                for (long i = 0; i < c.size(); i++) {
                    assertThat(c.get(i)).isCloseTo(expected.get(i), within(1e-3f));
                }
            }
        }
    }

    private static void fill(Tensor tensor, SplittableRandom random) {
        for (long i = 0; i < tensor.size(); i++) {
            tensor.set(i, (float) random.nextGaussian());
        }
    }
}
