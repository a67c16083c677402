package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The threads of the CPU device: every index of a region is done once, whoever does it.
class WorkerPoolTest {
    private static final int LEAST = 12;
    private static final int MOST = 32;

    private record Part(int from, int to) {
        int size() {
            return to - from;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void shrinking_parts_cover_every_index_once(int threads) {
        try (var pool = new WorkerPool(threads)) {
            for (int count : new int[] {0, 1, 11, 12, 13, 31, 32, 33, 86, 342, 1667}) {
                var done = new AtomicIntegerArray(count);
                pool.runShrinking(count, LEAST, MOST, (from, to, worker) -> {
                    assertThat(worker).isBetween(0, threads - 1);
                    for (int i = from; i < to; i++) {
                        done.incrementAndGet(i);
                    }
                });
                assertThat(IntStream.range(0, count).map(done::get))
                        .as("%d indices on %d threads", count, threads)
                        .allMatch(times -> times == 1);
            }
        }
    }

    @Test
    void parts_shrink_towards_the_end_and_only_the_last_is_smaller_than_the_least() {
        List<Part> parts = Collections.synchronizedList(new ArrayList<>());
        try (var pool = new WorkerPool(2)) {
            pool.runShrinking(342, LEAST, MOST, (from, to, worker) -> parts.add(new Part(from, to)));
        }
        List<Integer> sizes = parts.stream()
                .sorted((a, b) -> Integer.compare(a.from, b.from))
                .map(Part::size)
                .toList();
        assertThat(sizes).isSortedAccordingTo(Collections.reverseOrder());
        assertThat(sizes.getFirst()).isEqualTo(MOST);
        assertThat(sizes.subList(0, sizes.size() - 1)).allMatch(size -> size >= LEAST);
    }

    @Test
    void one_thread_takes_equal_parts() {
        List<Integer> sizes = new ArrayList<>();
        try (var pool = new WorkerPool(1)) {
            pool.runShrinking(86, LEAST, MOST, (from, to, worker) -> sizes.add(to - from));
        }
        assertThat(sizes).containsExactly(29, 29, 28);
    }

    @Test
    void a_failure_in_a_part_reaches_the_caller() {
        try (var pool = new WorkerPool(2)) {
            assertThatThrownBy(() -> pool.runShrinking(100, LEAST, MOST, (from, to, worker) -> {
                        throw new IllegalArgumentException("no");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no");
        }
    }
}
