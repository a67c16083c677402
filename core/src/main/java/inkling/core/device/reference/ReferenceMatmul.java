package inkling.core.device.reference;

import inkling.core.device.KernelChecks;
import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Ids;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;

/// Matrix product and embedding of the reference device.
///
/// Operands are copied first, so that the elements of a sum lie side by side: thousands of tests wait for this loop.
final class ReferenceMatmul {
    private float[] left = {};
    private float[] right = {};

    void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        MatmulSize size = KernelChecks.matmul(c, a, b, product);
        left = rows(left, a, product == Product.TN);
        right = rows(right, b, product != Product.NT);
        int k = size.k();
        for (int i = 0; i < size.m(); i++) {
            for (int j = 0; j < size.n(); j++) {
                put(c, (long) i * size.n() + j, sum(i * k, j * k, k), store);
            }
        }
    }

    private double sum(int leftAt, int rightAt, int k) {
        float[] x = left;
        float[] y = right;
        double sum = 0;
        for (int p = 0; p < k; p++) {
            sum += (double) x[leftAt + p] * y[rightAt + p];
        }
        return sum;
    }

    /// Several threads may be in here.
    static void matmulPacked(Tensor c, Tensor a, PackedMatrix b, Store store) {
        MatmulSize size = KernelChecks.matmulPacked(c, a, b);
        int k = size.k();
        float[] row = new float[k];
        for (int j = 0; j < size.n(); j++) {
            for (int p = 0; p < k; p++) {
                row[p] = b.get(j, p);
            }
            for (int i = 0; i < size.m(); i++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += (double) a.get((long) i * k + p) * row[p];
                }
                put(c, (long) i * size.n() + j, sum, store);
            }
        }
    }

    private static void put(Tensor c, long at, double sum, Store store) {
        c.set(at, (float) (store == Store.ADD ? c.get(at) + sum : sum));
    }

    /// The rows of a matrix, or its columns, one after the other; in `to` if it is long enough.
    private static float[] rows(float[] to, Tensor x, boolean transposed) {
        int size = Math.toIntExact(x.size());
        float[] rows = atLeast(to, size);
        int columns = x.columns();
        for (int from = 0; from < size; from++) {
            int place = transposed ? from % columns * x.rows() + from / columns : from;
            rows[place] = x.get(from);
        }
        return rows;
    }

    private static float[] atLeast(float[] array, int length) {
        return array.length >= length ? array : new float[length];
    }

    static void embedPacked(Tensor y, PackedMatrix table, Ids ids) {
        KernelChecks.embedPacked(y, table, ids);
        for (int i = 0; i < ids.size(); i++) {
            for (int j = 0; j < table.columns(); j++) {
                y.set((long) i * table.columns() + j, table.get(ids.get(i), j));
            }
        }
    }

    static void embed(Tensor y, Tensor table, Ids ids) {
        KernelChecks.embed(y, table, ids);
        int width = table.columns();
        for (int i = 0; i < ids.size(); i++) {
            for (int j = 0; j < width; j++) {
                y.set((long) i * width + j, table.get((long) ids.get(i) * width + j));
            }
        }
    }

    static void embedBackward(Tensor dTable, Tensor dy, Ids ids) {
        KernelChecks.embed(dy, dTable, ids);
        int width = dTable.columns();
        for (int i = 0; i < ids.size(); i++) {
            for (int j = 0; j < width; j++) {
                long at = (long) ids.get(i) * width + j;
                dTable.set(at, dTable.get(at) + dy.get((long) i * width + j));
            }
        }
    }
}
