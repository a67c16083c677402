package inkling.core.device.cpu;

import inkling.core.tensor.PackedMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The innermost loops over a block of a [PackedMatrix]: 64 rows times one row `x`, 64 sums side by side.
///
/// ```
///              x[j]                                 for each column j:
///               │ broadcast                           64 numbers, read front to back
///   ┌───────────▼───────────┐                         become 4 vectors of floats
///   │ 64 rows of column j   │  ──▶  s₀ s₁ s₂ s₃       4 multiply-adds, each lane for a row
///   └───────────────────────┘
/// ```
///
/// Four vectors are 64 rows where vectors have 16 lanes. Narrower ones take the block several times: lanes `first …` of
/// each run of 16 rows. Sums come and go in an array: a vector that is handed on to a method that the compiler does
/// not take in goes over the heap.
final class PackedRows {
    private static final int RUN = PackedMatrix.RUN;
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final VectorSpecies<Integer> INTS = S.withLanes(int.class);
    private static final int L = Lanes.COUNT;
    private static final long V = (long) Lanes.COUNT * Float.BYTES;

    /// As many bytes as a vector has floats, or 8 where that would be no vector: the others are not used.
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * Lanes.COUNT)));

    /// Not aligned, so that the compiler has nothing to check in the loop.
    private static final ValueLayout.OfFloat F = ValueLayout.JAVA_FLOAT_UNALIGNED;

    /// Lanes up to which a block can be in two stripes ([#addStripes]).
    static final int MOST_LANES_FOR_STRIPES = 8;

    private static final int UPPER_HALF = 0xFFFF0000;

    private PackedRows() {}

    /// `sums[i] += Σⱼ x[xAt + j] · W[64·block + i, j]` for the columns `from … to`; `from` begins a group.
    static void add(float[] sums, MemorySegment x, long xAt, PackedMatrix matrix, int block, int from, int to) {
        int count = to - from;
        long at = block * matrix.blockBytes() + from * matrix.columnBytes();
        long last = (count - 1) * matrix.columnBytes();
        long fromX = AllMemory.at(x, 4 * (xAt + from), 4L * count);
        MemorySegment values = matrix.values();
        if (matrix.stripeRows() < PackedMatrix.BLOCK_ROWS) {
            long stripe = matrix.stripeBytes();
            for (int first = 0; first < matrix.stripeRows(); first += 4 * Lanes.COUNT) {
                long w = AllMemory.at(values, at + 4L * first, stripe + last + 4 * V);
                addStripes(sums, first, x, fromX, values, w, stripe, count);
            }
            return;
        }
        for (int first = 0; first < RUN; first += Lanes.COUNT) {
            switch (matrix.format()) {
                case FLOAT32 -> {
                    long w = AllMemory.at(values, at + 4L * first, last + 12 * RUN + V);
                    addFloats(sums, first, x, fromX, values, w, count);
                }
                case BFLOAT16 -> {
                    long w = AllMemory.at(values, at + 4L * first, last + 4 * RUN + V);
                    addHalves(sums, first, x, fromX, values, w, count);
                }
                case INT8 -> {
                    long w = AllMemory.at(values, at + first, last + 3 * RUN + BYTES.length());
                    long lastGroup = 4L * PackedMatrix.GROUP * ((count - 1) / PackedMatrix.GROUP);
                    long scale = 4 * (block * matrix.blockScales() + from + first);
                    long scales = AllMemory.at(matrix.scales(), scale, lastGroup + 12 * RUN + V);
                    addBytes(sums, first, x, fromX, values, w, matrix.scales(), scales, count);
                }
            }
        }
    }

    private static void addFloats(
            float[] sums, int first, MemorySegment x, long xAt, MemorySegment w, long wAt, int columns) {
        FloatVector s0 = FloatVector.fromArray(S, sums, first);
        FloatVector s1 = FloatVector.fromArray(S, sums, first + RUN);
        FloatVector s2 = FloatVector.fromArray(S, sums, first + 2 * RUN);
        FloatVector s3 = FloatVector.fromArray(S, sums, first + 3 * RUN);
        MemorySegment row = AllMemory.GRANTED ? AllMemory.ALL : x;
        MemorySegment weight = AllMemory.GRANTED ? AllMemory.ALL : w;
        long fromX = xAt & AllMemory.ADDRESSES;
        long from = wAt & AllMemory.ADDRESSES;
        int end = columns & AllMemory.COUNTS;
        for (int j = 0; j < end; j++) {
            FloatVector v = FloatVector.broadcast(S, row.get(F, fromX + 4L * j));
            s0 = v.fma(floats(weight, from + 256L * j), s0);
            s1 = v.fma(floats(weight, from + 256L * j + 64), s1);
            s2 = v.fma(floats(weight, from + 256L * j + 128), s2);
            s3 = v.fma(floats(weight, from + 256L * j + 192), s3);
        }
        put(sums, first, RUN, s0, s1, s2, s3);
    }

    /// Four vectors of each of two stripes: two streams of memory, and all sums in registers. A column of 64 rows has
    /// the same eight vectors but is one stream: so two workers of a Zen 3 read a weight of 40 MB at 18 to 23 GB/s,
    /// with two stripes at 24 to 31, with three or four as fast.
    private static void addStripes(
            float[] sums,
            int first,
            MemorySegment x,
            long xAt,
            MemorySegment w,
            long wAt,
            long stripeBytes,
            int columns) {
        int second = PackedMatrix.BLOCK_ROWS / 2 + first;
        FloatVector s0 = FloatVector.fromArray(S, sums, first);
        FloatVector s1 = FloatVector.fromArray(S, sums, first + L);
        FloatVector s2 = FloatVector.fromArray(S, sums, first + 2 * L);
        FloatVector s3 = FloatVector.fromArray(S, sums, first + 3 * L);
        FloatVector t0 = FloatVector.fromArray(S, sums, second);
        FloatVector t1 = FloatVector.fromArray(S, sums, second + L);
        FloatVector t2 = FloatVector.fromArray(S, sums, second + 2 * L);
        FloatVector t3 = FloatVector.fromArray(S, sums, second + 3 * L);
        MemorySegment row = AllMemory.GRANTED ? AllMemory.ALL : x;
        MemorySegment weight = AllMemory.GRANTED ? AllMemory.ALL : w;
        long fromX = xAt & AllMemory.ADDRESSES;
        long from = wAt & AllMemory.ADDRESSES;
        long stripe = stripeBytes & AllMemory.DISTANCES;
        int end = columns & AllMemory.COUNTS;
        for (int j = 0; j < end; j++) {
            FloatVector v = FloatVector.broadcast(S, row.get(F, fromX + 4L * j));
            long here = from + 128L * j;
            s0 = v.fma(floats(weight, here), s0);
            s1 = v.fma(floats(weight, here + V), s1);
            s2 = v.fma(floats(weight, here + 2 * V), s2);
            s3 = v.fma(floats(weight, here + 3 * V), s3);
            here += stripe;
            t0 = v.fma(floats(weight, here), t0);
            t1 = v.fma(floats(weight, here + V), t1);
            t2 = v.fma(floats(weight, here + 2 * V), t2);
            t3 = v.fma(floats(weight, here + 3 * V), t3);
        }
        put(sums, first, L, s0, s1, s2, s3);
        put(sums, second, L, t0, t1, t2, t3);
    }

    private static void addHalves(
            float[] sums, int first, MemorySegment x, long xAt, MemorySegment w, long wAt, int columns) {
        FloatVector s0 = FloatVector.fromArray(S, sums, first);
        FloatVector s1 = FloatVector.fromArray(S, sums, first + RUN);
        FloatVector s2 = FloatVector.fromArray(S, sums, first + 2 * RUN);
        FloatVector s3 = FloatVector.fromArray(S, sums, first + 3 * RUN);
        MemorySegment row = AllMemory.GRANTED ? AllMemory.ALL : x;
        MemorySegment weight = AllMemory.GRANTED ? AllMemory.ALL : w;
        long fromX = xAt & AllMemory.ADDRESSES;
        long from = wAt & AllMemory.ADDRESSES;
        int end = columns & AllMemory.COUNTS;
        for (int j = 0; j < end; j++) {
            FloatVector v = FloatVector.broadcast(S, row.get(F, fromX + 4L * j));
            IntVector w0 = words(weight, from + 128L * j);
            IntVector w1 = words(weight, from + 128L * j + 64);
            s0 = v.fma(lower(w0), s0);
            s1 = v.fma(upper(w0), s1);
            s2 = v.fma(lower(w1), s2);
            s3 = v.fma(upper(w1), s3);
        }
        put(sums, first, RUN, s0, s1, s2, s3);
    }

    /// Each group is summed on its own: `s += scale · Σ x·q`.
    private static void addBytes(
            float[] sums,
            int first,
            MemorySegment x,
            long xAt,
            MemorySegment w,
            long wAt,
            MemorySegment scales,
            long scaleAt,
            int columns) {
        FloatVector s0 = FloatVector.fromArray(S, sums, first);
        FloatVector s1 = FloatVector.fromArray(S, sums, first + RUN);
        FloatVector s2 = FloatVector.fromArray(S, sums, first + 2 * RUN);
        FloatVector s3 = FloatVector.fromArray(S, sums, first + 3 * RUN);
        MemorySegment row = AllMemory.GRANTED ? AllMemory.ALL : x;
        MemorySegment weight = AllMemory.GRANTED ? AllMemory.ALL : w;
        MemorySegment factors = AllMemory.GRANTED ? AllMemory.ALL : scales;
        long allX = xAt & AllMemory.ADDRESSES;
        long allW = wAt & AllMemory.ADDRESSES;
        long allScales = scaleAt & AllMemory.ADDRESSES;
        int end = columns & AllMemory.COUNTS;
        for (int group = 0; group < end; group += PackedMatrix.GROUP) {
            FloatVector g0 = FloatVector.zero(S);
            FloatVector g1 = FloatVector.zero(S);
            FloatVector g2 = FloatVector.zero(S);
            FloatVector g3 = FloatVector.zero(S);
            int count = Math.min(PackedMatrix.GROUP, end - group);
            long fromX = allX + 4L * group;
            long from = allW + 64L * group;
            for (int j = 0; j < count; j++) {
                FloatVector v = FloatVector.broadcast(S, row.get(F, fromX + 4L * j));
                g0 = v.fma(bytes(weight, from + 64L * j), g0);
                g1 = v.fma(bytes(weight, from + 64L * j + 16), g1);
                g2 = v.fma(bytes(weight, from + 64L * j + 32), g2);
                g3 = v.fma(bytes(weight, from + 64L * j + 48), g3);
            }
            long scale = allScales + 4L * group;
            s0 = g0.fma(floats(factors, scale), s0);
            s1 = g1.fma(floats(factors, scale + 64), s1);
            s2 = g2.fma(floats(factors, scale + 128), s2);
            s3 = g3.fma(floats(factors, scale + 192), s3);
        }
        put(sums, first, RUN, s0, s1, s2, s3);
    }

    private static void put(
            float[] sums, int first, int apart, FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
        s0.intoArray(sums, first);
        s1.intoArray(sums, first + apart);
        s2.intoArray(sums, first + 2 * apart);
        s3.intoArray(sums, first + 3 * apart);
    }

    /// Writes rows `row … row+width` of the columns `from … from+columns` in 32 bits, column after column: a panel of
    /// [MatmulKernel]. All of the rows lie in one stripe of a block, and `width` is a multiple of a vector.
    static void panel(MemorySegment to, long toAt, int width, PackedMatrix matrix, int row, int from, int columns) {
        long block = row / PackedMatrix.BLOCK_ROWS;
        int inBlock = row % PackedMatrix.BLOCK_ROWS;
        int first = inBlock % matrix.stripeRows();
        long stripe = block * matrix.blockBytes() + inBlock / matrix.stripeRows() * matrix.stripeBytes();
        long at = stripe + from * matrix.columnBytes();
        for (int j = 0; j < columns; j++) {
            long source = at + j * matrix.columnBytes();
            long target = toAt + 4L * j * width;
            switch (matrix.format()) {
                case FLOAT32 -> copyFloats(to, target, matrix.values(), source, first, width);
                case BFLOAT16 -> expandHalves(to, target, matrix.values(), source, first, width);
                case INT8 -> {
                    long group = ((long) from + j) / PackedMatrix.GROUP;
                    long scale = 4 * (block * matrix.blockScales() + group * PackedMatrix.BLOCK_ROWS);
                    expandBytes(to, target, matrix, source, scale, first, width);
                }
            }
        }
    }

    private static void copyFloats(MemorySegment to, long toAt, MemorySegment from, long at, int first, int width) {
        for (int i = 0; i < width; i += Lanes.COUNT) {
            floats(from, at + 4L * (first + i)).intoMemorySegment(to, toAt + 4L * i, Lanes.ORDER);
        }
    }

    private static void expandHalves(MemorySegment to, long toAt, MemorySegment from, long at, int first, int width) {
        for (int i = 0; i < width; i += Lanes.COUNT) {
            int row = first + i;
            IntVector words = words(from, at + 4L * (row / (2 * RUN) * RUN + row % RUN));
            FloatVector half = row / RUN % 2 == 0 ? lower(words) : upper(words);
            half.intoMemorySegment(to, toAt + 4L * i, Lanes.ORDER);
        }
    }

    private static void expandBytes(
            MemorySegment to, long toAt, PackedMatrix matrix, long at, long scaleAt, int first, int width) {
        for (int i = 0; i < width; i += Lanes.COUNT) {
            FloatVector scale = floats(matrix.scales(), scaleAt + 4L * (first + i));
            bytes(matrix.values(), at + first + i).mul(scale).intoMemorySegment(to, toAt + 4L * i, Lanes.ORDER);
        }
    }

    private static FloatVector floats(MemorySegment from, long at) {
        return FloatVector.fromMemorySegment(S, from, at, Lanes.ORDER);
    }

    /// Words of 16-bit numbers.
    private static IntVector words(MemorySegment from, long at) {
        return IntVector.fromMemorySegment(INTS, from, at, Lanes.ORDER);
    }

    /// The numbers in the lower halves.
    private static FloatVector lower(IntVector words) {
        return words.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /// The numbers in the upper halves.
    private static FloatVector upper(IntVector words) {
        return words.and(UPPER_HALF).reinterpretAsFloats();
    }

    /// Whole numbers of 8 bits.
    private static FloatVector bytes(MemorySegment from, long at) {
        return (FloatVector)
                ByteVector.fromMemorySegment(BYTES, from, at, Lanes.ORDER).convertShape(VectorOperators.B2F, S, 0);
    }
}
