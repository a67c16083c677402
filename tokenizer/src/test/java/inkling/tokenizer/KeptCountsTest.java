package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Counting that stops and goes on gives the bytes of counting in one go.
final class KeptCountsTest {
    private static final TrainerOptions OPTIONS =
            TrainerOptions.of(700).withSpecialTokens(List.of("<|endoftext|>", "<|pad|>"));

    @TempDir
    Path folder;

    private Path kept = Path.of("");
    private List<Path> files = List.of();

    /// Stands for whatever ends a training.
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @BeforeEach
    void three_files_of_text() throws IOException {
        kept = folder.resolve("kept/tok.counts");
        Random random = new Random(77);
        Path plain = Files.write(folder.resolve("a.txt"), SmallTokenizer.randomText(random, 1_200_000));
        Path packed = folder.resolve("b.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(SmallTokenizer.randomText(random, 900_000));
        }
        Path last = Files.write(folder.resolve("c.txt"), SmallTokenizer.randomText(random, 800_000));
        files = List.of(plain, packed, last);
    }

    @Test
    void a_training_stopped_anywhere_and_resumed_gives_the_same_bytes() throws IOException {
        byte[] expected = json(new BpeTrainer(OPTIONS).train(files, ProgressListener.NONE));
        for (long every : new long[] {1, 1_500_000}) {
            for (long stop : new long[] {1, 2_000_000, 3_500_000}) {
                Files.deleteIfExists(kept);
                stopAfter(stop, every);
                TrainerOptions threads = OPTIONS.withThreads(1 + (int) (stop % 3));
                byte[] resumed = json(
                        new BpeTrainer(threads).train(files, new KeptCounts(kept, every, true), ProgressListener.NONE));
                assertThat(resumed).isEqualTo(expected);
            }
        }
    }

    @Test
    void counts_of_the_whole_corpus_are_kept_until_someone_deletes_them() throws IOException {
        KeptCounts all = new KeptCounts(kept, Long.MAX_VALUE, true);
        TrainingResult first = new BpeTrainer(OPTIONS).train(files, all, ProgressListener.NONE);
        assertThat(kept).isNotEmptyFile();
        TrainingResult second = new BpeTrainer(OPTIONS).train(files, all, ProgressListener.NONE);
        assertThat(json(second)).isEqualTo(json(first));
        assertThat(second.textBytes()).isEqualTo(first.textBytes());
        assertThat(second.pieces()).isEqualTo(first.pieces());
    }

    @Test
    void other_files_and_options_are_refused_unless_the_counts_are_not_wanted() throws IOException {
        new BpeTrainer(OPTIONS).train(files, new KeptCounts(kept, 4_000_000, true), ProgressListener.NONE);
        refused(new BpeTrainer(OPTIONS.withSpecialTokens(List.of("<|pad|>"))), files, "other special tokens");
        refused(new BpeTrainer(OPTIONS), files.subList(0, 2), "other text files");
        Files.setLastModifiedTime(files.getLast(), FileTime.fromMillis(1_000));
        refused(new BpeTrainer(OPTIONS), files, "other text files");
        assertThatCode(() -> new BpeTrainer(OPTIONS)
                        .train(files, new KeptCounts(kept, 4_000_000, false), ProgressListener.NONE))
                .doesNotThrowAnyException();
    }

    @Test
    void damaged_counts_are_refused_in_one_sentence() throws IOException {
        new BpeTrainer(OPTIONS).train(files, new KeptCounts(kept, Long.MAX_VALUE, true), ProgressListener.NONE);
        byte[] bytes = Files.readAllBytes(kept);
        Random random = new Random(5);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = Arrays.copyOf(bytes, i % 2 == 0 ? random.nextInt(bytes.length) : bytes.length);
            if (damaged.length == bytes.length) {
                damaged[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            }
            Files.write(kept, damaged);
            refused(new BpeTrainer(OPTIONS), files, "tok.counts: ");
        }
    }

    private void stopAfter(long bytes, long every) {
        ProgressListener stop = (_, done, total) -> {
            if (done >= bytes && done < total) {
                throw new Stopped();
            }
        };
        BpeTrainer trainer = new BpeTrainer(OPTIONS.withThreads(2));
        assertThatThrownBy(() -> trainer.train(files, new KeptCounts(kept, every, false), stop))
                .isInstanceOf(Stopped.class);
    }

    private void refused(BpeTrainer trainer, List<Path> texts, String words) {
        assertThatThrownBy(() -> trainer.train(texts, new KeptCounts(kept, 1 << 20, true), ProgressListener.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(words)
                .message()
                .doesNotContain("\n");
    }

    private byte[] json(TrainingResult result) throws IOException {
        Path file = folder.resolve("out.json");
        result.tokenizer().save(file);
        return Files.readAllBytes(file);
    }
}
