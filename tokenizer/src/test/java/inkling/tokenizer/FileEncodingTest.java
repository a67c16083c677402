package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.tokenizer.split.SplitPattern.Known;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileEncodingTest {
    private final Tokenizer tokenizer = SmallTokenizer.of(Known.GPT2);

    @TempDir
    Path folder;

    @Test
    void the_file_holds_the_ids_of_the_whole_text_for_any_number_of_threads() throws IOException {
        byte[] text = SmallTokenizer.randomText(new Random(21), 1_500_000);
        Path plain = Files.write(folder.resolve("text.txt"), text);
        int[] expected = tokenizer.encode(text, SpecialPolicy.ALLOW);
        byte[] first = null;
        for (int threads : new int[] {1, 2, 5}) {
            Path npy = folder.resolve("ids" + threads + ".npy");
            EncodedFile result = tokenizer.encodeFiles(List.of(plain), npy, threads, ProgressListener.NONE);
            assertThat(result.tokens()).isEqualTo(expected.length);
            assertThat(result.textBytes()).isEqualTo(text.length);
            byte[] bytes = Files.readAllBytes(npy);
            assertThat(first == null ? bytes : first).isEqualTo(bytes);
            first = bytes;
        }
        assertThat(ids(folder.resolve("ids1.npy"))).isEqualTo(expected);
    }

    @Test
    void gzip_and_several_files_are_one_sequence() throws IOException {
        Path plain = Files.writeString(folder.resolve("a.txt"), "Once upon ");
        Path packed = folder.resolve("b.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write("a time<|endoftext|>".getBytes(StandardCharsets.UTF_8));
        }
        Path npy = folder.resolve("sub/ids.npy");
        tokenizer.encodeFiles(List.of(plain, packed), npy, 2, ProgressListener.NONE);
        assertThat(tokenizer.decode(ids(npy))).isEqualTo("Once upon a time<|endoftext|>");
        String header = new String(Files.readAllBytes(npy), 10, 118, StandardCharsets.US_ASCII);
        assertThat(header)
                .startsWith("{'descr': '<u2', 'fortran_order': False, 'shape': (")
                .endsWith("\n");
    }

    @Test
    void bad_input_gives_one_sentence_and_leaves_nothing_behind() throws IOException {
        Path npy = folder.resolve("ids.npy");
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        Path broken = Files.writeString(folder.resolve("broken.gz"), "this is not gzip");
        assertMessage(
                List.of(folder.resolve("missing.txt")), npy, "missing.txt: expected a text file, found no such file");
        assertMessage(List.of(empty), npy, "empty.txt: expected a text file, found an empty one");
        assertMessage(List.of(folder), npy, ": expected a text file, found a folder");
        assertMessage(List.of(broken), npy, "broken.gz: expected a gzip file: Not in GZIP format");
        assertMessage(List.of(), npy, "expected at least one text file, found none");
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains("ids.npy"));
    }

    @Test
    void a_gzip_file_cut_short_names_itself_and_leaves_nothing_behind() throws IOException {
        Path packed = folder.resolve("cut.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(SmallTokenizer.randomText(new Random(22), 5_000));
        }
        byte[] bytes = Files.readAllBytes(packed);
        Files.write(packed, Arrays.copyOf(bytes, bytes.length / 2));
        assertMessage(List.of(packed), folder.resolve("ids.npy"), "cut.txt.gz: ");
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains("ids.npy"));
    }

    private void assertMessage(List<Path> inputs, Path npy, String message) {
        assertThatThrownBy(() -> tokenizer.encodeFiles(inputs, npy, 2, ProgressListener.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    private static int[] ids(Path npy) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(npy)).order(ByteOrder.LITTLE_ENDIAN);
        int[] ids = new int[(bytes.capacity() - 128) / 2];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = bytes.getShort(128 + 2 * i) & 0xFFFF;
        }
        return ids;
    }
}
