package inkling.core.device.cpu;

import inkling.core.device.KernelChecks;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// Matrix product, one row of the result per item.
final class MatmulKernel {
    private final WorkerPool pool;

    MatmulKernel(WorkerPool pool) {
        this.pool = pool;
    }

    void multiply(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        var size = KernelChecks.matmul(c, a, b, product);
        pool.run(size.m(), (row, worker) -> {
            long at = (long) row * size.n();
            if (store == Store.OVERWRITE) {
                c.segment()
                        .asSlice(at * Float.BYTES, (long) size.n() * Float.BYTES)
                        .fill((byte) 0);
            }
            if (product == Product.NT) {
                for (int j = 0; j < size.n(); j++) {
                    float dot = dot(a.segment(), (long) row * size.k(), b.segment(), (long) j * size.k(), size.k());
                    Lanes.set(c.segment(), at + j, Lanes.get(c.segment(), at + j) + dot);
                }
            } else {
                for (int k = 0; k < size.k(); k++) {
                    long from = product == Product.NN ? (long) row * size.k() + k : (long) k * size.m() + row;
                    add(c.segment(), at, b.segment(), (long) k * size.n(), Lanes.get(a.segment(), from), size.n());
                }
            }
        });
    }

    private static float dot(MemorySegment a, long aAt, MemorySegment b, long bAt, int count) {
        FloatVector sums = FloatVector.zero(Lanes.SPECIES);
        int j = 0;
        for (; j + Lanes.COUNT <= count; j += Lanes.COUNT) {
            sums = Lanes.load(a, aAt + j).fma(Lanes.load(b, bAt + j), sums);
        }
        float sum = Lanes.sum(sums);
        for (; j < count; j++) {
            sum += Lanes.get(a, aAt + j) * Lanes.get(b, bAt + j);
        }
        return sum;
    }

    private static void add(MemorySegment c, long cAt, MemorySegment b, long bAt, float factor, int count) {
        int j = 0;
        for (; j + Lanes.COUNT <= count; j += Lanes.COUNT) {
            FloatVector product = Lanes.load(b, bAt + j).mul(factor);
            Lanes.store(product.add(Lanes.load(c, cAt + j)), c, cAt + j);
        }
        for (; j < count; j++) {
            Lanes.set(c, cAt + j, Lanes.get(c, cAt + j) + Lanes.get(b, bAt + j) * factor);
        }
    }
}
