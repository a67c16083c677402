package inkling.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The step arena hands out disjoint memory, the same every step, and knows its peak.
class WorkspaceTest {
    private final Workspace workspace = Workspace.allocate(Arena.ofAuto(), 1024);

    @Test
    void equal_steps_get_the_very_same_tensors() {
        List<Tensor> first = step();
        List<Tensor> second = step();
        for (int i = 0; i < first.size(); i++) {
            assertThat(second.get(i)).isSameAs(first.get(i));
        }
    }

    private List<Tensor> step() {
        workspace.reset();
        List<Tensor> taken = new ArrayList<>();
        taken.add(workspace.take(2, 3));
        taken.add(workspace.take(17));
        workspace.release(taken.getFirst());
        taken.add(workspace.take(5));
        return taken;
    }

    @Test
    void a_step_with_other_shapes_gets_other_tensors() {
        Tensor matrix = workspace.take(2, 3);
        workspace.reset();
        assertThat(workspace.take(3, 2).hasShape(3, 2)).isTrue();
        workspace.reset();
        assertThat(workspace.take(2, 3).segment().address())
                .isEqualTo(matrix.segment().address());
    }

    @Test
    void every_tensor_starts_at_a_multiple_of_64_bytes() {
        for (int size : new int[] {1, 3, 16, 17, 33}) {
            assertThat(workspace.take(size).segment().address() % 64).isZero();
        }
    }

    @Test
    void released_memory_is_used_again_and_joined_with_its_neighbours() {
        Tensor a = workspace.take(16);
        Tensor b = workspace.take(16);
        Tensor c = workspace.take(16);
        workspace.take(16);
        workspace.release(a);
        workspace.release(c);
        workspace.release(b);
        assertThat(workspace.bytesInUse()).isEqualTo(64);
        assertThat(workspace.take(48).segment().address()).isEqualTo(a.segment().address());
        assertThat(workspace.peakBytes()).isEqualTo(256);
    }

    @Test
    void too_large_a_step_and_a_second_release_are_refused() {
        Tensor all = workspace.take(256);
        assertThat(workspace.bytesInUse()).isEqualTo(1024);
        assertThatThrownBy(() -> workspace.take(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no 64 bytes free of 1024");
        workspace.release(all);
        assertThatThrownBy(() -> workspace.release(all)).hasMessageContaining("released twice");
        assertThatThrownBy(() -> workspace.release(Tensor.of(new float[1], 1))).hasMessageContaining("not taken");
    }

    @Test
    void empty_tensors_take_nothing() {
        Tensor empty = workspace.take(0, 5);
        assertThat(workspace.bytesInUse()).isZero();
        workspace.release(empty);
        assertThat(workspace.bytesInUse()).isZero();
    }

    @Test
    void a_planning_workspace_has_no_limit_and_the_same_peak() {
        Workspace plan = Workspace.planning();
        assertThat(plan.take(1 << 20, 1 << 10).isVirtual()).isTrue();
        assertThat(plan.peakBytes()).isEqualTo(4L << 30);
    }

    @Test
    void random_takes_and_releases_never_overlap() {
        long seed = 11;
        var random = new SplittableRandom(seed);
        Workspace large = Workspace.allocate(Arena.ofAuto(), 1 << 20);
        List<Tensor> live = new ArrayList<>();
        for (int step = 0; step < 3000; step++) {
            if (live.size() > 40 || !live.isEmpty() && random.nextBoolean()) {
                Tensor gone = live.remove(random.nextInt(live.size()));
                assertThat(gone.get(0)).as("seed %d step %d", seed, step).isEqualTo(gone.get(gone.size() - 1));
                large.release(gone);
            } else {
                Tensor taken = large.take(1 + random.nextInt(300));
                for (long i = 0; i < taken.size(); i++) {
                    taken.set(i, step);
                }
                live.add(taken);
            }
        }
        live.forEach(large::release);
        assertThat(large.bytesInUse()).isZero();
    }
}
