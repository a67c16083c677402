package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    void parts_of_a_share_shrink_and_only_its_last_is_smaller_than_the_least() {
        List<Part> parts = Collections.synchronizedList(new ArrayList<>());
        try (var pool = new WorkerPool(2)) {
            pool.runShrinking(342, LEAST, MOST, (from, to, worker) -> parts.add(new Part(from, to)));
        }
        assertThat(parts).allMatch(part -> part.size() <= MOST);
        assertThat(parts.getFirst().size()).isEqualTo(MOST);
        assertThat(parts).filteredOn(part -> part.size() < LEAST).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void each_thread_begins_with_its_own_share() {
        var first = new AtomicIntegerArray(new int[] {-1, -1, -1});
        var begun = new CountDownLatch(3);
        try (var pool = new WorkerPool(3)) {
            pool.run(30, (item, worker) -> {
                if (first.compareAndSet(worker, -1, item)) {
                    begun.countDown();
                    awaitAll(begun);
                }
            });
        }
        assertThat(IntStream.range(0, 3).map(first::get)).containsExactly(0, 10, 20);
    }

    @Test
    void a_thread_whose_share_is_done_takes_from_the_end_of_the_fullest_other() {
        var shares = new Shares(3);
        shares.deal(90);
        for (int i = 0; i < 30; i++) {
            assertThat(Shares.from(shares.take(0, 1, 1))).isEqualTo(i);
        }
        assertThat(part(shares.take(1, 4, 8))).isEqualTo(new Part(30, 38));
        assertThat(part(shares.take(0, 4, 64)))
                .as("half of the share of thread 2")
                .isEqualTo(new Part(75, 90));
        assertThat(part(shares.take(0, 4, 64)))
                .as("half of the share of thread 1")
                .isEqualTo(new Part(49, 60));
    }

    @Test
    void one_item_for_each_thread_is_done_by_that_thread() {
        try (var pool = new WorkerPool(3)) {
            var done = new AtomicIntegerArray(3);
            pool.runOnEach((item, worker) -> {
                assertThat(worker).isEqualTo(item);
                done.incrementAndGet(item);
            });
            assertThat(IntStream.range(0, 3).map(done::get)).containsExactly(1, 1, 1);
        }
    }

    private static Part part(long range) {
        return new Part(Shares.from(range), Shares.to(range));
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void one_thread_takes_equal_parts() {
        List<Integer> sizes = new ArrayList<>();
        try (var pool = new WorkerPool(1)) {
            pool.runShrinking(86, LEAST, MOST, (from, to, worker) -> sizes.add(to - from));
        }
        assertThat(sizes).containsExactly(28, 29, 29);
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
