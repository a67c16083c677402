package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tiles in plain loops have the bits of the vector loops, and give way to them once these are fast.
class ColdTileTest {
    private static final int[] VECTORS = {MicroKernel.NARROW, MicroKernel.WIDE};

    private final SplittableRandom random = new SplittableRandom(5);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 200})
    void rows_in_place_have_the_same_bits(int steps) {
        for (int vectors : VECTORS) {
            long row = 4L * (steps + 3);
            MemorySegment a = numbers(MicroKernel.ROWS * row + 8);
            MemorySegment b = numbers(4L * vectors * Lanes.COUNT * steps + 16);
            float[] plain = poisoned();
            new ColdTile(vectors, "always").rows(plain, a, 8, row, b, 16, steps);
            float[] tile = poisoned();
            new MicroKernel().multiplyRows(tile, vectors, a, at(a, 8), row, b, at(b, 16), steps);
            assertThat(plain).as("%d vectors", vectors).isEqualTo(tile);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 200})
    void packed_steps_have_the_same_bits(int steps) {
        compareColumns(steps, Packing.STEP_BYTES, 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 200})
    void steps_in_place_have_the_same_bits(int steps) {
        assumeTrue(
                AllMemory.GRANTED && !Lanes.FEW_REGISTERS,
                "without all memory, or with few registers, steps are packed");
        compareColumns(steps, 4L * 131, 4L * 17);
    }

    private void compareColumns(int steps, long aStep, long bGap) {
        for (int vectors : VECTORS) {
            long bStep = 4L * vectors * Lanes.COUNT + bGap;
            MemorySegment a = numbers(aStep * steps + 8);
            MemorySegment b = numbers(bStep * steps + 16);
            float[] plain = poisoned();
            new ColdTile(vectors, "always").columns(plain, a, 8, aStep, b, 16, bStep, steps);
            float[] tile = poisoned();
            new MicroKernel().multiplyColumns(tile, vectors, a, at(a, 8), aStep, b, at(b, 16), bStep, steps);
            assertThat(plain).as("%d vectors", vectors).isEqualTo(tile);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 200})
    void tiles_that_pack_have_the_same_bits_and_leave_the_panel(int steps) {
        assumeTrue(AllMemory.GRANTED, "without all memory nothing is packed on the way");
        assumeTrue(MicroKernel.WIDE == PackingTile.VECTORS, "tiles of this processor are narrower");
        long bStep = PackingTile.STEP_BYTES + 4L * 17;
        MemorySegment a = numbers(Packing.STEP_BYTES * steps + 8);
        MemorySegment b = numbers(bStep * steps + 16);
        MemorySegment panel = numbers(PackingTile.STEP_BYTES * (steps + 1));
        MemorySegment behind = panel.asSlice(PackingTile.STEP_BYTES * steps);
        byte[] before = behind.toArray(ValueLayout.JAVA_BYTE);
        float[] plain = poisoned();
        new ColdTile(PackingTile.VECTORS, "always").columns(plain, a, 8, Packing.STEP_BYTES, b, 16, bStep, steps);
        float[] tile = poisoned();
        PackingTile.columns(tile, at(a, 8), at(b, 16), bStep, at(panel, 0), steps);
        assertThat(tile).isEqualTo(plain);
        for (int p = 0; p < steps; p++) {
            long step = PackingTile.STEP_BYTES;
            assertThat(panel.asSlice(p * step, step).mismatch(b.asSlice(16 + p * bStep, step)))
                    .as("step %d", p)
                    .isEqualTo(-1);
        }
        assertThat(behind.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before);
    }

    @Test
    void gives_way_when_the_vector_loop_is_fast() {
        var tile = new ColdTile(MicroKernel.WIDE, "");
        int[] most = {0};
        for (int i = 0; i < 1000 && !tile.isWarm(); i++) {
            work(tile);
            tile.practise(200, (_, steps) -> most[0] = Math.max(most[0], steps));
        }
        assertThat(most[0]).isPositive().isLessThan(40);
        assertThat(tile.isWarm()).isTrue();
    }

    @Test
    void lets_a_slow_vector_loop_practise_for_less_time_than_it_works_itself() {
        var tile = new ColdTile(MicroKernel.WIDE, "");
        int[] practices = {0};
        for (int i = 0; i < 50; i++) {
            work(tile);
            tile.practise(3, (_, _) -> {
                practices[0]++;
                long end = System.nanoTime() + 2_000_000;
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            });
        }
        assertThat(tile.isWarm()).isFalse();
        assertThat(practices[0]).isPositive().isLessThan(50);
    }

    @Test
    void pauses_between_practices_where_other_fast_loops_do_the_work() {
        var tile = new ColdTile(MicroKernel.WIDE, "");
        long[] worked = {0};
        int[] practices = {0};
        long start = System.nanoTime();
        while (practices[0] < 5) {
            tile.practiseAtTimes(200, (_, steps) -> {
                assertThat(steps).isLessThan(40);
                practices[0]++;
                long begin = System.nanoTime();
                while (System.nanoTime() - begin < 1_000_000) {
                    Thread.onSpinWait();
                }
                worked[0] += System.nanoTime() - begin;
            });
        }
        assertThat(tile.isWarm()).isFalse();
        assertThat(System.nanoTime() - start).isGreaterThan(worked[0] * 3 / 2);
    }

    @Test
    void a_loop_that_practises_at_times_gives_way_too() {
        var tile = new ColdTile(MicroKernel.WIDE, "");
        long start = System.nanoTime();
        while (!tile.isWarm() && System.nanoTime() - start < 1_000_000_000) {
            tile.practiseAtTimes(200, (_, _) -> {});
        }
        assertThat(tile.isWarm()).isTrue();
    }

    private void work(ColdTile tile) {
        int steps = 300;
        MemorySegment a = numbers(24L * steps);
        MemorySegment b = numbers(4L * MicroKernel.WIDE * Lanes.COUNT * steps);
        tile.rows(poisoned(), a, 0, 4L * steps, b, 0, steps);
    }

    private static long at(MemorySegment segment, long offset) {
        return AllMemory.at(segment, offset, 4);
    }

    private MemorySegment numbers(long bytes) {
        MemorySegment segment = Arena.ofAuto().allocate(bytes, 64);
        for (long i = 0; i < bytes / 4; i++) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        return segment;
    }

    private static float[] poisoned() {
        float[] tile = new float[MicroKernel.TILE_AT + MicroKernel.ROWS * MicroKernel.WIDE * Lanes.COUNT + Lanes.APART];
        Arrays.fill(tile, Float.NaN);
        return tile;
    }
}
