package inkling.core.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.device.AttentionShape;
import inkling.core.device.HeadLayout;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is checked before a loop over all memory, since nothing is checked in it.
class AllMemoryTest {
    private final MemorySegment segment = Arena.ofAuto().allocate(256, 64);

    @Test
    void a_place_in_all_memory_is_the_place_in_the_segment() {
        segment.set(ValueLayout.JAVA_FLOAT, 128, 7);
        MemorySegment memory = AllMemory.GRANTED ? AllMemory.ALL : segment;
        assertThat(memory.get(ValueLayout.JAVA_FLOAT, AllMemory.at(segment, 128, 4)))
                .isEqualTo(7);
        assertThat(AllMemory.at(segment, 128, 128) - AllMemory.at(segment, 0, 256))
                .isEqualTo(128);
    }

    @Test
    void memory_is_not_checked_only_where_the_java_machine_grants_that() {
        boolean checked = Boolean.getBoolean("inkling.memory.checked");
        assertThat(AllMemory.GRANTED).isEqualTo(!checked);
        assertThat(AllMemory.ALL.byteSize()).isEqualTo(checked ? 0 : Long.MAX_VALUE);
    }

    @Test
    void what_is_not_all_in_the_segment_is_refused() {
        assertThatThrownBy(() -> AllMemory.at(segment, -4, 8)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> AllMemory.at(segment, 128, 129)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> AllMemory.at(segment, 0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> AllMemory.at(segment, Long.MAX_VALUE, Long.MAX_VALUE))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void rows_are_refused_where_the_last_of_them_is_not_in_the_segment() {
        assertThat(AllMemory.at(segment, 0, 4, 64, 64)).isEqualTo(AllMemory.at(segment, 0, 256));
        assertThatThrownBy(() -> AllMemory.at(segment, 0, 4, 65, 64)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> AllMemory.at(segment, 0, 4, -64, 64)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> AllMemory.at(segment, 0, 6, 1L << 62, 64))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @EnumSource(Product.class)
    void a_product_of_freed_memory_is_refused(Product product) {
        Tensor alive = Tensor.allocate(Arena.ofAuto(), 64, 64); // whole panels and tiles, which are not checked
        Tensor freed;
        try (Arena arena = Arena.ofShared()) {
            freed = Tensor.allocate(arena, 64, 64);
        }
        try (CpuKernels kernels = new CpuKernels(2)) {
            assertThatThrownBy(() -> kernels.matmul(freed, alive, alive, product, Store.OVERWRITE))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> kernels.matmul(alive, freed, alive, product, Store.OVERWRITE))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> kernels.matmul(alive, alive, freed, product, Store.OVERWRITE))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_product_into_memory_that_is_only_for_reading_is_refused() {
        Tensor matrix = Tensor.allocate(Arena.ofAuto(), 64, 64);
        Tensor forReading = Tensor.over(matrix.segment().asReadOnly(), 64, 64);
        try (CpuKernels kernels = new CpuKernels(1)) {
            assertThatThrownBy(() -> kernels.matmul(forReading, matrix, matrix, Product.NN, Store.OVERWRITE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("only for reading");
            kernels.matmul(matrix, forReading, forReading, Product.NT, Store.OVERWRITE);
        }
    }

    @Test
    void attention_over_freed_memory_is_refused() {
        var shape = new AttentionShape(1, 64, new HeadLayout(2, 2, 32));
        Tensor fused = Tensor.allocate(Arena.ofAuto(), 64, 192);
        Tensor rows = Tensor.allocate(Arena.ofAuto(), 64, 64);
        Tensor logs = Tensor.allocate(Arena.ofAuto(), 2, 64);
        Tensor freedFused;
        Tensor freedRows;
        try (Arena arena = Arena.ofShared()) {
            freedFused = Tensor.allocate(arena, 64, 192);
            freedRows = Tensor.allocate(arena, 64, 64);
        }
        try (CpuKernels kernels = new CpuKernels(2)) {
            assertThatThrownBy(() -> kernels.attention(rows, logs, freedFused, shape))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> kernels.attention(freedRows, logs, fused, shape))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> kernels.attentionBackward(freedFused, rows, fused, rows, logs, shape))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> kernels.attentionBackward(fused, freedRows, fused, rows, logs, shape))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> kernels.attentionBackward(fused, rows, freedFused, rows, logs, shape))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
