package inkling.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.format.NpyFile;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenFileTest {
    @TempDir
    Path folder;

    private Path write(int vocabulary, int... ids) throws IOException {
        Path file = folder.resolve("tokens.npy");
        try (TokenFileWriter writer = TokenFileWriter.create(file, vocabulary)) {
            writer.append(ids);
            writer.commit();
        }
        return file;
    }

    private Path count(int tokens) throws IOException {
        return write(tokens, IntStream.range(0, tokens).toArray());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 65_536, 65_537, 200_000})
    void ids_survive_in_the_narrowest_type_that_holds_the_vocabulary(int vocabulary) throws IOException {
        Path file = write(vocabulary, 0, 1, vocabulary - 1);
        assertThat(Files.size(file)).isEqualTo(128 + 3 * (vocabulary <= 65_536 ? 2 : 4));
        try (TokenFile tokens = TokenFile.open(file, vocabulary)) {
            assertThat(tokens.length()).isEqualTo(3);
            assertThat(tokens.get(2)).isEqualTo(vocabulary - 1);
        }
    }

    @Test
    void many_ids_pass_through_the_writer_in_order() throws IOException {
        try (TokenFile tokens = TokenFile.open(count(300_000), 300_000)) {
            for (int i = 0; i < 300_000; i += 997) {
                assertThat(tokens.get(i)).isEqualTo(i);
            }
        }
    }

    @Test
    void an_id_beyond_the_vocabulary_is_named_with_its_position() throws IOException {
        int[] ids = new int[100_000];
        ids[70_001] = 511;
        ids[70_002] = 512;
        Path file = write(1000, ids);
        assertThatThrownBy(() -> TokenFile.open(file, 511))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(file.toString(), "token 70001 has id 511", "below the vocabulary size 511");
        TokenFile.open(file, 513).close();
        assertThatThrownBy(() -> write(1000, 1, 1000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("id 1000 is not below");
    }

    @Test
    void files_of_the_wrong_kind_are_refused() throws IOException {
        Path floats = folder.resolve("floats.npy");
        NpyFile.write(floats, Tensor.of(new float[4], 4));
        assertThatThrownBy(() -> TokenFile.open(floats)).hasMessageContainingAll("expected token ids", "found <f4");
        Path good = count(100);
        byte[] bytes = Files.readAllBytes(good);
        Path cut = Files.write(folder.resolve("cut.npy"), Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> TokenFile.open(cut)).hasMessageContaining("it is cut short");
        Path empty = Files.write(folder.resolve("empty.npy"), new byte[0]);
        assertThatThrownBy(() -> TokenFile.open(empty)).hasMessageContaining("expected a .npy file");
    }

    @Test
    void an_unfinished_file_leaves_nothing_behind() throws IOException {
        Path file = folder.resolve("sub/tokens.npy");
        try (TokenFileWriter writer = TokenFileWriter.create(file, 10)) {
            writer.append(new int[200_000]);
        }
        assertThat(folder.resolve("sub")).isEmptyDirectory();
    }

    @Test
    void starts_are_uniform_up_to_the_last_that_leaves_a_target() throws IOException {
        int time = 7;
        try (TokenFile tokens = TokenFile.open(count(100))) {
            var sampler = new BatchSampler(tokens, time, 42);
            int[] hits = new int[100];
            for (int i = 0; i < 93_000; i++) {
                hits[(int) sampler.nextStart()]++;
            }
            assertThat(Arrays.stream(hits).limit(93).min().orElse(0)).isGreaterThan(850);
            assertThat(Arrays.stream(hits).limit(93).max().orElse(0)).isLessThan(1150);
            assertThat(Arrays.copyOfRange(hits, 93, 100)).containsOnly(0); // 92 = n − m − 1 is the last
        }
    }

    @Test
    void targets_are_the_successors_of_the_inputs() throws IOException {
        try (TokenFile tokens = TokenFile.open(count(50))) {
            Ids inputs = Ids.of(new int[3 * 5]);
            Ids targets = Ids.of(new int[3 * 5]);
            new BatchSampler(tokens, 5, 1).next(inputs, targets);
            for (int i = 0; i < 15; i++) {
                assertThat(targets.get(i)).isEqualTo(inputs.get(i) + 1);
                assertThat(inputs.get(i)).isEqualTo(inputs.get(i - i % 5) + i % 5);
            }
        }
    }

    @Test
    void a_restored_sampler_draws_on_as_if_never_stopped() throws IOException {
        try (TokenFile tokens = TokenFile.open(count(1000))) {
            var first = new BatchSampler(tokens, 8, 5);
            Ids a = Ids.of(new int[32]);
            Ids b = Ids.of(new int[32]);
            first.next(a, b);
            long state = first.state();
            first.next(a, b);
            var second = new BatchSampler(tokens, 8, 99);
            second.restore(state);
            Ids c = Ids.of(new int[32]);
            second.next(c, b);
            assertThat(c.toArray()).containsExactly(a.toArray());
        }
    }

    @Test
    void a_file_of_one_window_is_enough_and_a_shorter_one_is_refused() throws IOException {
        try (TokenFile tokens = TokenFile.open(count(9))) {
            assertThat(new BatchSampler(tokens, 8, 0).nextStart()).isZero();
            assertThatThrownBy(() -> new BatchSampler(tokens, 9, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("it has 9 tokens, expected at least 10");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 6, 7, 21, 22, 23, 40, 41})
    void evaluation_predicts_every_token_but_the_first_once(int count) throws IOException {
        try (TokenFile tokens = TokenFile.open(count(count))) {
            var windows = new EvaluationWindows(tokens, 4, 5, Long.MAX_VALUE);
            int next = 0;
            while (windows.advance()) {
                assertThat(windows.inputs().size()).isEqualTo(windows.batch() * windows.time());
                for (int i = 0; i < windows.inputs().size(); i++) {
                    assertThat(windows.inputs().get(i)).isEqualTo(next++);
                    assertThat(windows.targets().get(i)).isEqualTo(next);
                }
                assertThat(windows.done()).isEqualTo(next);
            }
            assertThat(next).isEqualTo(count - 1);
            assertThat(windows.total()).isEqualTo(count - 1);
        }
    }

    @Test
    void evaluation_of_a_part_looks_at_so_many_tokens() throws IOException {
        try (TokenFile tokens = TokenFile.open(count(100))) {
            var windows = new EvaluationWindows(tokens, 2, 5, 33);
            while (windows.advance()) {
                assertThat(windows.done()).isLessThanOrEqualTo(33);
            }
            assertThat(windows.done()).isEqualTo(33);
        }
    }
}
