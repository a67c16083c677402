package inkling.core.device;

import static inkling.core.device.RandomTensors.copyOf;
import static inkling.core.device.RandomTensors.poison;
import static inkling.core.device.Tolerance.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Tensor;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The part of [KernelsContract] that is about attention.
abstract class AttentionContract {
    final Kernels reference = new ReferenceKernels();
    final Kernels device = create(2);

    /// A device with so many threads.
    abstract Kernels create(int threads);

    @AfterEach
    void close() {
        device.close();
        reference.close();
    }

    /// Runs the same call on both devices and compares an output.
    void compare(Consumer<Kernels> onReference, Tensor expected, Consumer<Kernels> onDevice, Tensor actual, int k) {
        onReference.accept(reference);
        onDevice.accept(device);
        assertClose(actual, expected, k);
    }

    @ParameterizedTest
    @CsvSource({
        "1,1,1,1,1",
        "1,2,1,1,2",
        "2,5,2,1,3",
        "1,6,2,2,8",
        "2,7,4,2,16",
        "1,16,1,1,17",
        "2,17,3,3,32",
        "1,33,6,2,31",
        "2,47,2,2,33",
        "1,48,4,1,64",
        "1,49,2,2,20",
        "1,97,1,1,48",
        "1,130,2,1,65",
        "3,64,2,2,128"
    })
    void attention_and_its_gradient_equal_the_reference(int batch, int time, int heads, int keyHeads, int width) {
        var random = new RandomTensors(6);
        var shape = new AttentionShape(batch, time, new HeadLayout(heads, keyHeads, width));
        Tensor qkv = random.normal(1.5, shape.rows(), shape.heads().fusedWidth());
        Tensor expected = poison(shape.rows(), shape.heads().queryWidth());
        Tensor actual = poison(shape.rows(), shape.heads().queryWidth());
        Tensor log = poison(batch * heads, time);
        Tensor logActual = poison(batch * heads, time);
        compare(
                k -> k.attention(expected, log, qkv, shape),
                expected,
                k -> k.attention(actual, logActual, qkv, shape),
                actual,
                time + width);
        assertClose(logActual, log, time + width);
        Tensor dy = random.normal(1, shape.rows(), shape.heads().queryWidth());
        Tensor dQkv = poison(qkv.shape());
        Tensor dActual = poison(qkv.shape());
        compare(
                k -> k.attentionBackward(dQkv, dy, qkv, expected, log, shape),
                dQkv,
                k -> k.attentionBackward(dActual, dy, qkv, expected, log, shape),
                dActual,
                4 * (time + width));
    }

    /// A run that has gone astray has scores like these; its probabilities must not go astray as well.
    @Test
    void the_only_key_gets_the_whole_weight_however_large_its_score() {
        var random = new RandomTensors(8);
        var shape = new AttentionShape(9, 1, new HeadLayout(2, 2, 31));
        Tensor qkv = random.normal(1e5, 9, 186);
        Tensor y = poison(9, 62);
        Tensor logs = poison(18, 1);
        device.attention(y, logs, qkv, shape);
        Tensor dy = random.normal(1, 9, 62);
        Tensor dQkv = poison(9, 186);
        device.attentionBackward(dQkv, dy, qkv, y, logs, shape);
        for (int row = 0; row < 9; row++) {
            for (int j = 0; j < 62; j++) {
                assertThat(y.get(row * 62L + j)).isEqualTo(qkv.get(row * 186L + 124 + j));
                assertThat(dQkv.get(row * 186L + 124 + j)).isEqualTo(dy.get(row * 62L + j));
            }
        }
    }

    @Test
    void a_key_that_is_not_a_number_spoils_no_query_before_it() {
        var shape = new AttentionShape(1, 70, new HeadLayout(1, 1, 16));
        Tensor qkv = new RandomTensors(9).normal(1, 70, 48);
        qkv.set(40 * 48L + 16, Float.NaN);
        Tensor y = poison(70, 16);
        device.attention(y, poison(1, 70), qkv, shape);
        for (int row = 0; row < 70; row++) {
            assertThat(Float.isNaN(y.get(row * 16L))).as("row %d", row).isEqualTo(row >= 40);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1,4,4,16", "5,1,4,2,33", "40,1,2,1,8", "3,2,2,2,31", "0,6,2,2,32", "7,9,6,3,20", "30,50,2,1,64"})
    void cached_attention_equals_the_reference(int start, int count, int heads, int keyHeads, int width) {
        var random = new RandomTensors(7);
        var layout = new HeadLayout(heads, keyHeads, width);
        Tensor qkv = random.normal(1.5, count, layout.fusedWidth());
        Tensor keys = random.normal(1, keyHeads, start + count + 3, width);
        Tensor values = random.normal(1, keyHeads, start + count + 3, width);
        Tensor keysActual = copyOf(keys);
        Tensor valuesActual = copyOf(values);
        Tensor expected = poison(count, layout.queryWidth());
        Tensor actual = poison(count, layout.queryWidth());
        compare(
                k -> k.attentionCached(expected, qkv, keys, values, start, layout),
                expected,
                k -> k.attentionCached(actual, qkv, keysActual, valuesActual, start, layout),
                actual,
                start + count + width);
        assertClose(keysActual, keys, 1);
        assertClose(valuesActual, values, 1);
    }
}
