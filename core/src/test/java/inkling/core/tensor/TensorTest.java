package inkling.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// Tensors are views with checked shapes.
class TensorTest {
    private final Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

    @Test
    void rows_and_reshapes_share_the_memory() {
        tensor.rows(1, 2).set(0, 30);
        tensor.reshape(6).set(5, 60);
        assertThat(tensor.toArray()).containsExactly(1, 2, 30, 4, 5, 60);
    }

    @Test
    void a_tensor_is_a_matrix_of_its_last_dimension() {
        Tensor cube = Tensor.of(new float[24], 2, 3, 4);
        assertThat(cube.rows()).isEqualTo(6);
        assertThat(cube.columns()).isEqualTo(4);
        assertThat(cube.shapeText()).isEqualTo("(2, 3, 4)");
        assertThat(Tensor.of(new float[] {7}).size()).isEqualTo(1);
    }

    @Test
    void impossible_shapes_are_refused() {
        assertThatThrownBy(() -> tensor.reshape(4, 2))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("(3, 2) has 6 elements");
        assertThatThrownBy(() -> tensor.rows(2, 4)).hasMessageContaining("2 to 4 of a tensor with 3 rows");
        assertThatThrownBy(() -> Tensor.virtual(-1, 2)).hasMessageContaining("negative");
        assertThatThrownBy(() -> Tensor.elements(1 << 30, 1 << 30, 1 << 30)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> tensor.copyFrom(new float[5])).hasMessageContaining("the array 5");
    }

    @Test
    void memory_of_the_java_heap_is_refused() {
        MemorySegment heap = MemorySegment.ofArray(new float[6]);
        assertThatThrownBy(() -> Tensor.over(heap, 3, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a tensor needs memory from an arena, not an array of the Java heap");
    }

    @Test
    void a_virtual_tensor_has_a_shape_and_no_memory() {
        Tensor virtual = Tensor.virtual(1 << 20, 1 << 10);
        assertThat(virtual.isVirtual()).isTrue();
        assertThat(virtual.byteSize()).isEqualTo(4L << 30);
        assertThat(virtual.rows(5, 7).isVirtual()).isTrue();
        assertThat(tensor.isVirtual()).isFalse();
    }

    @Test
    void ids_are_views_too() {
        Ids ids = Ids.of(5, 6, 7, 8);
        ids.slice(1, 3).set(0, 60);
        assertThat(ids.toArray()).containsExactly(5, 60, 7, 8);
        assertThatThrownBy(() -> ids.copyFrom(new int[3])).hasMessageContaining("3 ids for a vector of 4");
    }
}
