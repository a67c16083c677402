package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.tokenizer.split.SplitPattern.Known;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Parts of a file, worked on apart, give what the whole file gives.
final class FilePartTest {
    @TempDir
    Path folder;

    @Test
    void counts_of_parts_train_the_tokenizer_of_the_whole() throws IOException {
        byte[] text = SmallTokenizer.randomText(new Random(9), 20_000);
        Path file = Files.write(folder.resolve("text.txt"), text);
        BpeTrainer trainer = new BpeTrainer(TrainerOptions.of(350));
        trainer.train(List.of(file), ProgressListener.NONE).tokenizer().save(folder.resolve("whole.json"));
        CorpusCounts sum = trainer.newCounts();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (long from = 0; from < text.length; from += 997) {
            CorpusCounts part = trainer.newCounts();
            byte[] bytes = trainer.read(file, from, Math.min(text.length, from + 997));
            read.writeBytes(bytes);
            part.count(bytes);
            part.forEach(sum::add);
        }
        assertThat(read.toByteArray()).isEqualTo(text);
        trainer.train(sum, ProgressListener.NONE).tokenizer().save(folder.resolve("parts.json"));
        assertThat(folder.resolve("parts.json")).hasSameBinaryContentAs(folder.resolve("whole.json"));
    }

    @Test
    void ids_of_parts_are_the_ids_of_the_whole() throws IOException {
        Tokenizer tokenizer = SmallTokenizer.of(Known.O200K);
        byte[] text = SmallTokenizer.randomText(new Random(10), 20_000);
        Path file = Files.write(folder.resolve("text.txt"), text);
        long tokens = 0;
        for (long from = 0; from < text.length; from += 1_009) {
            tokens += tokenizer
                    .encodePart(file, from, Math.min(text.length, from + 1_009), folder.resolve("part.npy"))
                    .tokens();
        }
        assertThat(tokens).isEqualTo(tokenizer.count(text, 0, text.length, SpecialPolicy.ALLOW));
    }
}
