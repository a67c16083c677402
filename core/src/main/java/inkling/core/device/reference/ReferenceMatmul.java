package inkling.core.device.reference;

import inkling.core.device.KernelChecks;
import inkling.core.device.KernelChecks.MatmulSize;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.CompactMatrix;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;

/// Matrix product and embedding of the reference device.
final class ReferenceMatmul {
    private ReferenceMatmul() {}

    static void matmul(Tensor c, Tensor a, Tensor b, Product product, Store store) {
        MatmulSize size = KernelChecks.matmul(c, a, b, product);
        int k = size.k();
        float[] left = rows(a, product == Product.TN);
        float[] right = rows(b, product != Product.NT);
        for (int i = 0; i < size.m(); i++) {
            for (int j = 0; j < size.n(); j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += (double) left[i * k + p] * right[j * k + p];
                }
                long at = (long) i * size.n() + j;
                c.set(at, (float) (store == Store.ADD ? c.get(at) + sum : sum));
            }
        }
    }

    /// The rows of a matrix, or its columns, one after the other.
    private static float[] rows(Tensor x, boolean transposed) {
        float[] from = x.toArray();
        if (!transposed) {
            return from;
        }
        int columns = x.columns();
        int rows = x.rows();
        float[] to = new float[from.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                to[j * rows + i] = from[i * columns + j];
            }
        }
        return to;
    }

    static void matmulCompact(Tensor c, Tensor a, CompactMatrix b, Store store) {
        MatmulSize size = KernelChecks.matmulCompact(c, a, b);
        int k = size.k();
        float[] left = a.toArray();
        float[] right = new float[k];
        for (int j = 0; j < size.n(); j++) {
            for (int p = 0; p < k; p++) {
                right[p] = b.get(j, p);
            }
            for (int i = 0; i < size.m(); i++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += (double) left[i * k + p] * right[p];
                }
                long at = (long) i * size.n() + j;
                c.set(at, (float) (store == Store.ADD ? c.get(at) + sum : sum));
            }
        }
    }

    static void embedCompact(Tensor y, CompactMatrix table, Ids ids) {
        KernelChecks.embedCompact(y, table, ids);
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
