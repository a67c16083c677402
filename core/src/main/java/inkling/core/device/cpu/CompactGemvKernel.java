package inkling.core.device.cpu;

import inkling.core.device.Store;
import inkling.core.tensor.CompactMatrix;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Product of very few rows with a weight of 16 or 8 bits a number, limited by reading the weight once.
///
/// As in [GemvKernel] each worker reads its rows ([RowShares]), four at a time, and the four are summed together. Rows
/// are padded with zeros to whole blocks, and so is `x`, so that no loop has a tail. `x` stays in 32 bits:
///
/// ```
/// 16 bits   s += x[0…15] ∘ (w << 16) + x[16…31] ∘ (w & 0xFFFF0000)       for each block w of 16 words
/// 8 bits    g  = Σ x ∘ float(bytes) over a group of 64;  s += g · scale
/// ```
final class CompactGemvKernel {
    private static final int BLOCK = 2 * CompactRows.WORDS;

    private final RowShares shares;
    private final RowShares.Rows halves = this::multiplyHalves;
    private final RowShares.Rows bytes = this::multiplyBytes;
    private final float[][] sums;
    private MemorySegment scratch = MemorySegment.NULL;

    private MemorySegment c = MemorySegment.NULL;
    private MemorySegment x = MemorySegment.NULL;
    private MemorySegment values = MemorySegment.NULL;
    private MemorySegment scales = MemorySegment.NULL;
    private int m;
    private int n;
    private int k;
    private boolean add;

    CompactGemvKernel(WorkerPool pool) {
        this.shares = new RowShares(pool);
        this.sums = new float[pool.workers()][Lanes.COUNT];
    }

    void multiply(Tensor product, Tensor few, CompactMatrix weight, Store store) {
        c = product.segment();
        values = weight.values();
        scales = weight.scales();
        m = few.rows();
        n = weight.rows();
        k = weight.paddedColumns();
        add = store == Store.ADD;
        x = few.columns() == k ? few.segment() : padded(few);
        shares.run(n, weight.byteSize() / n, weight.format() == WeightFormat.BFLOAT16 ? halves : bytes);
    }

    private MemorySegment padded(Tensor few) {
        long rowBytes = (long) k * Float.BYTES;
        if (scratch.byteSize() < m * rowBytes) {
            scratch = Arena.ofAuto().allocate(m * rowBytes, Tensor.ALIGNMENT_BYTES);
        }
        scratch.fill((byte) 0);
        long used = (long) few.columns() * Float.BYTES;
        for (int i = 0; i < m; i++) {
            MemorySegment.copy(few.segment(), i * used, scratch, i * rowBytes, used);
        }
        return scratch;
    }

    private void multiplyHalves(int from, int to, int worker) {
        for (int j = from; j < to; j += 4) {
            for (int i = 0; i < m; i++) {
                fourRowsOfHalves(sums[worker], (long) i * k, (long) j * k * 2);
                put(sums[worker], (long) i * n + j, n - j);
            }
        }
    }

    private void multiplyBytes(int from, int to, int worker) {
        for (int j = from; j < to; j += 4) {
            for (int i = 0; i < m; i++) {
                fourRowsOfBytes(sums[worker], (long) i * k, (long) j * k, (long) j * k / CompactMatrix.GROUP);
                put(sums[worker], (long) i * n + j, n - j);
            }
        }
    }

    private void put(float[] four, long at, int left) {
        for (int row = 0; row < Math.min(4, left); row++) {
            Lanes.set(c, at + row, add ? Lanes.get(c, at + row) + four[row] : four[row]);
        }
    }

    /// Leaves its sums in an array: a vector that is handed on to a method that the compiler does not take in goes over
    /// the heap, and these loops are so large that it takes in no more.
    private void fourRowsOfHalves(float[] four, long xAt, long wAt) {
        MemorySegment input = x;
        MemorySegment w = values;
        int length = k;
        FloatVector s0 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s1 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s2 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s3 = FloatVector.zero(Lanes.SPECIES);
        long row = 2L * length;
        for (int p = 0; p < length; p += BLOCK) {
            for (int at = 0; at < CompactRows.WORDS; at += Lanes.COUNT) {
                FloatVector low = Lanes.load(input, xAt + p + at);
                FloatVector high = Lanes.load(input, xAt + p + CompactRows.WORDS + at);
                long from = wAt + 2L * p + 4L * at;
                IntVector w0 = CompactRows.words(w, from);
                IntVector w1 = CompactRows.words(w, from + row);
                IntVector w2 = CompactRows.words(w, from + 2 * row);
                IntVector w3 = CompactRows.words(w, from + 3 * row);
                s0 = high.fma(CompactRows.upper(w0), low.fma(CompactRows.lower(w0), s0));
                s1 = high.fma(CompactRows.upper(w1), low.fma(CompactRows.lower(w1), s1));
                s2 = high.fma(CompactRows.upper(w2), low.fma(CompactRows.lower(w2), s2));
                s3 = high.fma(CompactRows.upper(w3), low.fma(CompactRows.lower(w3), s3));
            }
        }
        RowSums.four(s0, s1, s2, s3).intoArray(four, 0);
    }

    private void fourRowsOfBytes(float[] four, long xAt, long wAt, long scaleAt) {
        MemorySegment input = x;
        MemorySegment w = values;
        MemorySegment factors = scales;
        int groups = k / CompactMatrix.GROUP;
        FloatVector s0 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s1 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s2 = FloatVector.zero(Lanes.SPECIES);
        FloatVector s3 = FloatVector.zero(Lanes.SPECIES);
        long row = k;
        for (int group = 0; group < groups; group++) {
            FloatVector g0 = FloatVector.zero(Lanes.SPECIES);
            FloatVector g1 = FloatVector.zero(Lanes.SPECIES);
            FloatVector g2 = FloatVector.zero(Lanes.SPECIES);
            FloatVector g3 = FloatVector.zero(Lanes.SPECIES);
            long first = (long) group * CompactMatrix.GROUP;
            for (int at = 0; at < CompactMatrix.GROUP; at += Lanes.COUNT) {
                FloatVector v = Lanes.load(input, xAt + first + at);
                long from = wAt + first + at;
                g0 = v.fma(CompactRows.bytes(w, from), g0);
                g1 = v.fma(CompactRows.bytes(w, from + row), g1);
                g2 = v.fma(CompactRows.bytes(w, from + 2 * row), g2);
                g3 = v.fma(CompactRows.bytes(w, from + 3 * row), g3);
            }
            long scale = scaleAt + group;
            s0 = g0.fma(FloatVector.broadcast(Lanes.SPECIES, Lanes.get(factors, scale)), s0);
            s1 = g1.fma(FloatVector.broadcast(Lanes.SPECIES, Lanes.get(factors, scale + groups)), s1);
            s2 = g2.fma(FloatVector.broadcast(Lanes.SPECIES, Lanes.get(factors, scale + 2L * groups)), s2);
            s3 = g3.fma(FloatVector.broadcast(Lanes.SPECIES, Lanes.get(factors, scale + 3L * groups)), s3);
        }
        RowSums.four(s0, s1, s2, s3).intoArray(four, 0);
    }
}
