package inkling.tokenizer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MappedInputTest {
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void gives_the_bytes_of_the_file_across_windows() throws IOException {
        byte[] bytes = new byte[17 * MEGABYTE + 5];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(folder.resolve("bytes"), bytes);
        try (InputStream input = new MappedInput(file)) {
            assertThat(input.read()).isEqualTo(bytes[0] & 0xFF);
            assertThat(input.readNBytes(9 * MEGABYTE)).isEqualTo(Arrays.copyOfRange(bytes, 1, 1 + 9 * MEGABYTE));
            input.skipNBytes(100);
            assertThat(input.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 101 + 9 * MEGABYTE, bytes.length));
            assertThat(input.read()).isEqualTo(-1);
        }
    }

    @Test
    void a_file_that_becomes_shorter_is_named_whether_its_page_is_gone_or_not() throws IOException {
        for (int left : new int[] {0, 5_000, MEGABYTE + 100, 9 * MEGABYTE}) {
            Path file = Files.write(folder.resolve("shrinks.txt"), new byte[12 * MEGABYTE]);
            try (InputStream input = new MappedInput(file)) {
                assertThat(input.readNBytes(MEGABYTE)).hasSize(MEGABYTE);
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.truncate(left);
                }
                assertThatThrownBy(input::readAllBytes)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("shrinks.txt: became shorter than 12582912 bytes while it was read");
            }
        }
    }
}
