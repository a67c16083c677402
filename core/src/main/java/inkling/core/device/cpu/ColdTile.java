package inkling.core.device.cpu;

import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// One worker's tiles of one kind while a program is cold: in plain loops, the same sums to the bit.
///
/// Vector code that is not compiled yet makes an object for every operation: a step of a tile of 16 lanes takes 13 µs
/// instead of 4 ns. That also sets the compiler on the wrong track: it replaces the running loop first, with 24 vectors
/// that are objects already (a second of work, for nothing), and only then compiles the method (a twentieth). So tiles
/// are computed in plain loops over arrays, which are compiled at once, and the vector loop only practises beside them,
/// with so few steps at a time that the method is compiled for its many calls. As soon as it is fast it takes over.
final class ColdTile {
    /// Steps of a practice: with 600 calls, after which the JVM compiles a method with loops, 15,000 rounds are
    /// together, which it asks for too, and not 40,000, after which it would replace the running loop.
    static final int PRACTICE_STEPS = 25;

    /// Nanoseconds of a step up to which the vector loop must have been compiled: it takes 4 to 8, as objects 3,600 to
    /// 21,000.
    private static final int COMPILED_NANOS = 150;

    /// Practices in a row that must have been fast.
    private static final int PROOFS = 3;

    /// Tests say `always` or `never`: which loops they test must not depend on the time.
    private static final String WHEN = System.getProperty("inkling.cold.tiles", "");

    /// Steps that are brought into arrays at a time.
    private static final int PIECE = 64;

    private static final int ROWS = MicroKernel.ROWS;
    private static final int STEP = (int) (Packing.STEP_BYTES / Float.BYTES);
    private static final int AT = MicroKernel.TILE_AT;

    private final int width;
    private final float[] rowsOfA = new float[ROWS * PIECE];
    private final float[] right;
    private final float[] practiceTile;
    private final float[] stepsOfA = new float[STEP * PIECE];
    private final boolean practises;
    private int proofs;
    private long plainNanos;
    private long practiceNanos;
    private long nextPractice = System.nanoTime();

    /// For tiles of so many vectors.
    ColdTile(int vectors) {
        this(vectors, WHEN);
    }

    ColdTile(int vectors, String when) {
        practises = !when.equals("always");
        proofs = when.equals("never") ? PROOFS : 0;
        width = vectors * Lanes.COUNT;
        right = new float[width * PIECE];
        practiceTile = new float[AT + ROWS * width + Lanes.APART];
    }

    /// The vector loop with fewer steps, its result in another tile.
    interface Practice {
        /// Computes it.
        void go(float[] tile, int steps);
    }

    /// True once the vector loop has been compiled.
    boolean isWarm() {
        return proofs >= PROOFS;
    }

    /// [MicroKernel#rows] in plain loops.
    void rows(float[] tile, MemorySegment a, long aAt, long aRow, MemorySegment b, long bAt, int steps) {
        long start = System.nanoTime();
        Arrays.fill(tile, AT, AT + ROWS * width, 0);
        for (int p = 0; p < steps; p += PIECE) {
            int count = Math.min(PIECE, steps - p);
            for (int i = 0; i < ROWS; i++) {
                MemorySegment.copy(a, Tensor.LAYOUT, aAt + i * aRow + 4L * p, rowsOfA, i * PIECE, count);
            }
            MemorySegment.copy(b, Tensor.LAYOUT, bAt + 4L * width * p, right, 0, count * width);
            addPiece(tile, rowsOfA, PIECE, 1, count);
        }
        plainNanos += System.nanoTime() - start;
    }

    /// [MicroKernel#columns] in plain loops.
    void columns(
            float[] tile, MemorySegment a, long aAt, long aStep, MemorySegment b, long bAt, long bStep, int steps) {
        long start = System.nanoTime();
        Arrays.fill(tile, AT, AT + ROWS * width, 0);
        for (int p = 0; p < steps; p += PIECE) {
            int count = Math.min(PIECE, steps - p);
            fetchSteps(stepsOfA, STEP, ROWS, a, aAt + p * aStep, aStep, count);
            fetchSteps(right, width, width, b, bAt + p * bStep, bStep, count);
            addPiece(tile, stepsOfA, 1, STEP, count);
        }
        plainNanos += System.nanoTime() - start;
    }

    /// Brings steps of `floats` floats into an array, `distance` floats apart; at once if they lie like that.
    private static void fetchSteps(
            float[] to, int distance, int floats, MemorySegment from, long at, long step, int count) {
        if (step == 4L * distance) {
            MemorySegment.copy(from, Tensor.LAYOUT, at, to, 0, (count - 1) * distance + floats);
            return;
        }
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(from, Tensor.LAYOUT, at + i * step, to, i * distance, floats);
        }
    }

    /// Adds `count` steps; elements of a step of `A` lie `rowDistance` apart, those of a row `stepDistance`.
    private void addPiece(float[] tile, float[] a, int rowDistance, int stepDistance, int count) {
        for (int i = 0; i < ROWS; i++) {
            int sums = AT + i * width;
            int factors = i * rowDistance;
            int p = 0;
            for (; p + 4 <= count; p += 4) {
                addFourProducts(tile, sums, a, factors + p * stepDistance, stepDistance, right, p * width, width);
            }
            for (; p < count; p++) {
                addProducts(tile, sums, a[factors + p * stepDistance], right, p * width, width);
            }
        }
    }

    /// As four times [#addProducts], in the same order, but the sums are fetched and stored once.
    private static void addFourProducts(
            float[] sums, int at, float[] factors, int first, int distance, float[] numbers, int from, int count) {
        float x0 = factors[first];
        float x1 = factors[first + distance];
        float x2 = factors[first + 2 * distance];
        float x3 = factors[first + 3 * distance];
        for (int j = 0; j < count; j++) {
            float sum = Math.fma(x0, numbers[from + j], sums[at + j]);
            sum = Math.fma(x1, numbers[from + count + j], sum);
            sum = Math.fma(x2, numbers[from + 2 * count + j], sum);
            sums[at + j] = Math.fma(x3, numbers[from + 3 * count + j], sum);
        }
    }

    private static void addProducts(float[] sums, int at, float factor, float[] numbers, int from, int count) {
        for (int j = 0; j < count; j++) {
            sums[at + j] = Math.fma(factor, numbers[from + j], sums[at + j]);
        }
    }

    /// Lets the vector loop practise for about half as long as the plain loops have worked.
    void practise(int steps, Practice practice) {
        while (practises && !isWarm() && 2 * practiceNanos < plainNanos) {
            practiceNanos += practiseOnce(steps, practice);
        }
    }

    /// Lets the vector loop practise once, if it has paused long enough: for half of the time.
    void practiseAtTimes(int steps, Practice practice) {
        if (practises && !isWarm() && System.nanoTime() - nextPractice >= 0) {
            long nanos = practiseOnce(steps, practice);
            nextPractice = System.nanoTime() + nanos;
        }
    }

    private long practiseOnce(int steps, Practice practice) {
        int few = Math.min(steps, PRACTICE_STEPS);
        long start = System.nanoTime();
        practice.go(practiceTile, few);
        long nanos = System.nanoTime() - start;
        proofs = nanos <= (long) COMPILED_NANOS * few ? proofs + 1 : 0;
        return nanos;
    }
}
