package inkling.core.device.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The softmax of causal attention, down the columns of a [Panel] of scores: a row for each key, a column for each of
/// [HeadTiles#COLUMNS] queries.
///
/// So a lane belongs to a query, maxima and sums of all queries grow side by side, and nothing is ever summed up across
/// the lanes of a vector, which for rows of some tens of keys took longer than the exponentials.
///
/// Scores are scaled and rounded before anything is taken from them: a fused multiply-add would not round, and scores
/// of a million, as a run that goes astray has them, would then differ from their own maximum by more than an
/// exponential forgives.
///
/// Each loop has one exponential for one vector and is a method of its own: in larger ones the compiler runs out of
/// room for ours, and vectors go over the heap.
final class ColumnSoftmax {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.COUNT;
    private static final ByteOrder O = ByteOrder.LITTLE_ENDIAN;

    /// −∞ as many times as a block has queries, then 0 as many times.
    private static final float[] LIMITS = limits();

    private ColumnSoftmax() {}

    private static float[] limits() {
        float[] limits = new float[2 * HeadTiles.COLUMNS];
        Arrays.fill(limits, 0, HeadTiles.COLUMNS, Float.NEGATIVE_INFINITY);
        return limits;
    }

    /// Gives every key (of the first `keys`) that comes after a query the score −∞; the first query stands at position
    /// `first`.
    static void hide(Panel scores, int first, int keys) {
        for (int key = first + 1; key < keys; key++) {
            int visibleFrom = HeadTiles.COLUMNS - (key - first);
            for (int j = 0; j < HeadTiles.COLUMNS; j += L) {
                FloatVector limit = FloatVector.fromArray(S, LIMITS, visibleFrom + j);
                FloatVector.fromMemorySegment(S, scores.memory, scores.at(key, j), O)
                        .blend(limit, limit.compare(VectorOperators.LT, 0))
                        .intoMemorySegment(scores.memory, scores.at(key, j), O);
            }
        }
    }

    /// Scores become `e^(scale·(score − max))`. Row 0 of `found` becomes the maxima, row 1 the sums.
    static void exponentials(Panel scores, int keys, float scale, Panel found) {
        for (int j = 0; j < HeadTiles.COLUMNS; j += L) {
            long column = AllMemory.at(scores.memory, 4L * j, keys, scores.rowBytes, 4L * L);
            long result = AllMemory.at(found.memory, 4L * j, 2, found.rowBytes, 4L * L);
            maxima(scores.memory, column, scores.rowBytes, keys, found.memory, result);
            exponentials(scores.memory, column, scores.rowBytes, keys, scale, found.memory, result, found.rowBytes);
        }
    }

    /// Four maxima side by side hide their latency.
    private static void maxima(MemorySegment from, long at, long step, int rows, MemorySegment to, long toAt) {
        MemorySegment input = AllMemory.GRANTED ? AllMemory.ALL : from;
        MemorySegment output = AllMemory.GRANTED ? AllMemory.ALL : to;
        long first = at & AllMemory.ADDRESSES;
        long row = step & AllMemory.DISTANCES;
        int end = rows & AllMemory.COUNTS;
        FloatVector m0 = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        FloatVector m1 = m0;
        FloatVector m2 = m0;
        FloatVector m3 = m0;
        int i = 0;
        for (; i + 4 <= end; i += 4) {
            long next = first + i * row;
            m0 = m0.max(FloatVector.fromMemorySegment(S, input, next, O));
            m1 = m1.max(FloatVector.fromMemorySegment(S, input, next + row, O));
            m2 = m2.max(FloatVector.fromMemorySegment(S, input, next + 2 * row, O));
            m3 = m3.max(FloatVector.fromMemorySegment(S, input, next + 3 * row, O));
        }
        for (; i < end; i++) {
            m0 = m0.max(FloatVector.fromMemorySegment(S, input, first + i * row, O));
        }
        m0.max(m1).max(m2.max(m3)).intoMemorySegment(output, toAt & AllMemory.ADDRESSES, O);
    }

    private static void exponentials(
            MemorySegment scores,
            long at,
            long step,
            int rows,
            float scale,
            MemorySegment found,
            long foundAt,
            long next) {
        MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : scores;
        MemorySegment other = AllMemory.GRANTED ? AllMemory.ALL : found;
        long first = at & AllMemory.ADDRESSES;
        long row = step & AllMemory.DISTANCES;
        long maximum = foundAt & AllMemory.ADDRESSES;
        int end = rows & AllMemory.COUNTS;
        FloatVector factor = FloatVector.broadcast(S, scale);
        FloatVector shift = FloatVector.fromMemorySegment(S, other, maximum, O).mul(scale);
        FloatVector sum = FloatVector.zero(S);
        for (int i = 0; i < end; i++) {
            long place = first + i * row;
            FloatVector e = Lanes.exp(FloatVector.fromMemorySegment(S, memory, place, O)
                    .mul(factor)
                    .sub(shift));
            e.intoMemorySegment(memory, place, O);
            sum = sum.add(e);
        }
        sum.intoMemorySegment(other, maximum + (next & AllMemory.DISTANCES), O);
    }

    /// Scores become probabilities `P = e^(scale·score − logSumExp)`, and `dP` becomes `dS = scale · P ∘ (dP − Σ P ∘
    /// dP)`. Row 0 of `logs` holds the log-sum-exps, row 1 is overwritten.
    static void gradients(Panel scores, Panel dScores, int keys, float scale, Panel logs) {
        for (int j = 0; j < HeadTiles.COLUMNS; j += L) {
            long column = AllMemory.at(scores.memory, 4L * j, keys, scores.rowBytes, 4L * L);
            long other = AllMemory.at(dScores.memory, 4L * j, keys, dScores.rowBytes, 4L * L);
            long log = AllMemory.at(logs.memory, 4L * j, 2, logs.rowBytes, 4L * L);
            long step = scores.rowBytes;
            probabilities(
                    scores.memory, column, dScores.memory, other, step, keys, scale, logs.memory, log, logs.rowBytes);
            slopes(scores.memory, column, dScores.memory, other, step, keys, scale, logs.memory, log + logs.rowBytes);
        }
    }

    private static void probabilities(
            MemorySegment scores,
            long at,
            MemorySegment dScores,
            long dAt,
            long step,
            int rows,
            float scale,
            MemorySegment logs,
            long logAt,
            long next) {
        MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : scores;
        MemorySegment gradients = AllMemory.GRANTED ? AllMemory.ALL : dScores;
        MemorySegment other = AllMemory.GRANTED ? AllMemory.ALL : logs;
        long first = at & AllMemory.ADDRESSES;
        long firstGradient = dAt & AllMemory.ADDRESSES;
        long row = step & AllMemory.DISTANCES;
        long log = logAt & AllMemory.ADDRESSES;
        int end = rows & AllMemory.COUNTS;
        FloatVector factor = FloatVector.broadcast(S, scale);
        FloatVector shift = FloatVector.fromMemorySegment(S, other, log, O);
        FloatVector sum = FloatVector.zero(S);
        for (int i = 0; i < end; i++) {
            long place = first + i * row;
            FloatVector e = Lanes.exp(FloatVector.fromMemorySegment(S, memory, place, O)
                    .mul(factor)
                    .sub(shift));
            e.intoMemorySegment(memory, place, O);
            sum = e.fma(FloatVector.fromMemorySegment(S, gradients, firstGradient + i * row, O), sum);
        }
        sum.intoMemorySegment(other, log + (next & AllMemory.DISTANCES), O);
    }

    private static void slopes(
            MemorySegment scores,
            long at,
            MemorySegment dScores,
            long dAt,
            long step,
            int rows,
            float scale,
            MemorySegment sums,
            long sumAt) {
        MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : scores;
        MemorySegment gradients = AllMemory.GRANTED ? AllMemory.ALL : dScores;
        MemorySegment other = AllMemory.GRANTED ? AllMemory.ALL : sums;
        long first = at & AllMemory.ADDRESSES;
        long firstGradient = dAt & AllMemory.ADDRESSES;
        long row = step & AllMemory.DISTANCES;
        int end = rows & AllMemory.COUNTS;
        FloatVector sum = FloatVector.fromMemorySegment(S, other, sumAt & AllMemory.ADDRESSES, O);
        FloatVector factor = FloatVector.broadcast(S, scale);
        for (int i = 0; i < end; i++) {
            FloatVector p = FloatVector.fromMemorySegment(S, memory, first + i * row, O);
            long place = firstGradient + i * row;
            FloatVector d = FloatVector.fromMemorySegment(S, gradients, place, O);
            d.sub(sum).mul(p.mul(factor)).intoMemorySegment(gradients, place, O);
        }
    }
}
