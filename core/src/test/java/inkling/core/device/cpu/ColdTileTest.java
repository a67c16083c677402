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
            MemorySegment a = numbers(6 * row + 8);
            MemorySegment b = numbers(4L * vectors * Lanes.COUNT * steps + 16);
            float[] plain = poisoned();
            new ColdTile(vectors, "always").rows(plain, a, 8, row, b, 16, steps);
            float[] tile = poisoned();
            MicroKernel.multiplyRows(tile, vectors, a, at(a, 8), row, b, at(b, 16), steps);
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
        assumeTrue(AllMemory.GRANTED, "without all memory steps are packed");
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
            MicroKernel.multiplyColumns(tile, vectors, a, at(a, 8), aStep, b, at(b, 16), bStep, steps);
            assertThat(plain).as("%d vectors", vectors).isEqualTo(tile);
        }
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
