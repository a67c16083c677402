package inkling.core.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageModelLossTest {
    private static final int ROWS = 2051;
    private static final int WIDTH = 3;
    private static final int VOCABULARY = 7;

    /// Chunks cover all rows, are equal but for the last, which lacks less than a row a chunk, and stay within 128 MiB
    /// where 256 rows do.
    @ParameterizedTest
    @CsvSource({
        "10000,2048,1024",
        "50257,1024,512",
        "50257,2048,512",
        "50257,2049,513",
        "50257,640,640",
        "7,1,1",
        "7,1025,513",
        "1000000,300,150"
    })
    void rows_are_cut_into_equal_chunks(int vocabulary, int rows, int chunk) {
        assertThat(LanguageModelLoss.chunkRows(vocabulary, rows)).isEqualTo(chunk);
    }

    @Test
    void several_chunks_have_the_losses_and_gradients_of_single_ones() {
        List<Tensor> whole = losses(ROWS);
        List<Tensor> pieces = losses(500);
        assertThat(whole.get(0).toArray()).isEqualTo(pieces.get(0).toArray());
        assertThat(whole.get(1).toArray()).isEqualTo(pieces.get(1).toArray());
        assertThat(whole.get(2).toArray()).containsExactly(pieces.get(2).toArray(), within(1e-5f));
    }

    /// Losses, gradients of the rows and of the head, so many rows at a time: all, or too few to be cut into chunks.
    private static List<Tensor> losses(int atOnce) {
        var declarations = new Parameters.Declarations();
        Parameter head = declarations.matrix("head", new Initializer.Constant(0), VOCABULARY, WIDTH);
        Parameters parameters = declarations.allocate(Arena.ofAuto());
        for (int i = 0; i < VOCABULARY * WIDTH; i++) {
            parameters.all().getFirst().value().set(i, (float) Math.sin(i));
        }
        Tape tape = Tape.recording(new ReferenceKernels(), Workspace.allocate(Arena.ofAuto(), 1 << 20));
        float[] losses = new float[ROWS];
        float[] dx = new float[ROWS * WIDTH];
        for (int from = 0; from < ROWS; from += atOnce) {
            int rows = Math.min(atOnce, ROWS - from);
            float[] x = new float[rows * WIDTH];
            int[] targets = new int[rows];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) Math.cos(from * WIDTH + i);
            }
            for (int i = 0; i < rows; i++) {
                targets[i] = (from + i) * 5 % VOCABULARY;
            }
            Variable input = tape.input(Tensor.of(x, rows, WIDTH));
            Tensor result = LanguageModelLoss.apply(tape, input, head, Ids.of(targets), 1f / ROWS);
            System.arraycopy(result.toArray(), 0, losses, from, rows);
            System.arraycopy(input.gradient().toArray(), 0, dx, from * WIDTH, rows * WIDTH);
            tape.reset();
        }
        return List.of(Tensor.of(losses, ROWS), Tensor.of(dx, ROWS, WIDTH), head.gradient());
    }
}
