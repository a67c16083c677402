package inkling.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.testkit.SharedData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Torch checkpoints are read as data; whatever would run code, or claims more than there is, is refused in one
/// sentence. That the course's checkpoints are read rightly is shown by `ReferenceCheckTest`.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TorchFileTest {
    @TempDir
    private Path folder = Path.of("");

    private static TorchArchive small() {
        return new TorchArchive()
                .matrix("w", 2, 3, 1, 2, 3, 4, 5, 6)
                .matrix("_orig_mod.b", 1, 2, 7, 8)
                .text("step")
                .number(5);
    }

    @Test
    void tensors_and_numbers_are_read() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            TorchFile file = TorchFile.read(small().write(folder.resolve("small.pt")), arena);
            assertThat(file.numbers()).containsEntry("step", 5.0);
            assertThat(file.stateDict("")).containsOnlyKeys("w", "b");
            assertThat(file.tensors().get("w"))
                    .satisfies(w -> assertThat(w.toArray()).containsExactly(1, 2, 3, 4, 5, 6));
        }
    }

    @Test
    void code_and_unknown_instructions_are_refused() throws IOException {
        assertRefused("cos\nsystem\n(X\u0002\0\0\0lstR.", "refused to load os.system");
        assertRefused("c__builtin__\neval\n.", "refused to load __builtin__.eval");
        assertRefused("ctorch\nload\n.", "refused to load torch.load");
        assertRefused("\u0080\u0004X\u0002\0\0\0osX\u0006\0\0\0system\u0093.", "refused the pickle instruction 0x93");
        assertRefused("}iabc\ndef\n.", "refused the pickle instruction 0x69");
        assertRefused("Pabc\n.", "refused the pickle instruction 0x50");
        assertRefused("}", "ends without its stop instruction");
        assertRefused("X\u00ff\u00ff\0\0abc.", "is longer than the pickle");
        assertRefused("X\u00ff\u00ff\u00ff\u00ffabc.", "is longer than the pickle");
        assertRefused("s.", "takes more than it has put down");
        assertRefused("h\u0007.", "recalls slot 7");
        assertRefused("\u008a\u00ffabc.", "too long");
        assertRefused("c" + "x".repeat(300) + "\ny\n.", "longer than 200 bytes");
        assertRefused("cos\u0000\u001b[31m\nsystem\n.", "refused to load os??[31m.system");
    }

    @Test
    void claims_beyond_the_file_are_refused() throws IOException {
        int most = Integer.MAX_VALUE;
        assertRefused(view("0", new int[] {3, 3}, 3, 1), "does not lie inside its storage of 4 elements");
        assertRefused(view("0", new int[] {most, most}, 1, 1), "does not lie inside its storage");
        assertRefused(view("0", new int[] {most}, 0), "does not lie inside its storage"); // repeats one element
        assertRefused(view("0", new int[] {2, 2}, most, most), "does not lie inside its storage");
        assertRefused(view("0", new int[] {2}, -1), "does not lie inside its storage");
        assertRefused(view("0", new int[] {-2}, 1), "a dimension of -2");
        assertRefused(view("0", new int[] {2}, 1, 1), "does not lie inside its storage");
        assertRefused(view("../../../etc/passwd", new int[] {1}, 1), "the archive lacks archive/data/../../../etc");
        TorchArchive many = new TorchArchive().matrix("w", 2, 2, 1, 2, 3, 4);
        for (int i = 0; i < 2_000; i++) {
            many.text("w" + i).view("0", 4, new int[] {2, 2}, new int[] {2, 1});
        }
        many.write(folder.resolve("many.pt"));
        // views of 16 bytes need 100 bytes of pickle each: within the budget
        assertThat(TorchFile.read(folder.resolve("many.pt"), Arena.ofAuto()).tensors())
                .hasSize(2_001);
        TorchArchive huge = new TorchArchive().matrix("w", 1, 100_000, new float[100_000]);
        for (int i = 0; i < 100; i++) {
            huge.text("w" + i).view("0", 100_000, new int[] {100_000}, new int[] {1});
        }
        assertRefused(huge, "its tensors claim more than");
    }

    private static TorchArchive view(String key, int[] shape, int... strides) {
        return new TorchArchive().matrix("w", 2, 2, 1, 2, 3, 4).text("v").view(key, 4, shape, strides);
    }

    @Test
    void bombs_do_not_go_off() throws IOException {
        // lists of ten references to the list before: 10³⁰ numbers when taken apart
        StringBuilder laughs = new StringBuilder("]q\0(" + "K\1".repeat(10) + "e");
        for (int level = 1; level < 30; level++) {
            char before = (char) (level - 1);
            laughs.append("]q")
                    .append((char) level)
                    .append('(')
                    .append(("h" + before).repeat(10))
                    .append('e');
        }
        assertRefused(laughs.append('.').toString(), "more than 1048576 values");
        assertRefused("]q\0(h\0e.", "nested deeper than 32"); // a list that holds itself
        byte[] deep = ("(".repeat(100_000) + "]".repeat(100_000) + ".").getBytes(StandardCharsets.US_ASCII);
        readOrRefuse(new TorchArchive().write(folder.resolve("deep.pt"), deep));
        Path bomb = folder.resolve("bomb.pt");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
            zip.putNextEntry(new ZipEntry("a/data.pkl"));
            zip.write(new byte[1 << 20]);
        }
        assertRefused(bomb, "is compressed, expected it stored");
    }

    @Test
    void files_of_other_kinds_are_refused_in_one_sentence() throws IOException {
        assertRefused(
                Files.writeString(folder.resolve("text.pt"), "no archive"),
                "expected a torch checkpoint (a zip archive)");
        assertRefused(Files.createFile(folder.resolve("empty.pt")), "expected a torch checkpoint");
        assertRefused(folder, "expected");
        assertRefused(folder.resolve("nowhere.pt"), "nowhere.pt");
    }

    @Test
    void truncated_files_are_refused() throws IOException {
        byte[] whole = Files.readAllBytes(small().write(folder.resolve("small.pt")));
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Files.write(folder.resolve("cut.pt"), Arrays.copyOf(whole, length)), "");
        }
    }

    @Test
    void truncated_pickles_are_refused() throws IOException {
        byte[] whole = small().pickle();
        for (int length = 0; length < whole.length; length++) {
            assertRefused(small().write(folder.resolve("cut.pt"), Arrays.copyOf(whole, length)), "");
        }
    }

    @Test
    void damaged_pickles_are_read_or_refused_in_one_sentence() throws IOException {
        byte[] whole = small().pickle();
        var random = new SplittableRandom(7);
        for (int round = 0; round < 4_000; round++) {
            byte[] damaged = whole.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            readOrRefuse(small().write(folder.resolve("damaged.pt"), damaged));
        }
    }

    @Test
    void damaged_archives_are_read_or_refused_in_one_sentence() throws IOException {
        damage(Files.readAllBytes(small().write(folder.resolve("small.pt"))), 4_000);
    }

    @Test
    void damaged_checkpoints_of_torch_are_read_or_refused_in_one_sentence() throws IOException {
        byte[] whole = Files.readAllBytes(SharedData.path("fixtures/cs336/ckpt/model.pt"));
        damage(whole, 300);
    }

    private void damage(byte[] whole, int rounds) throws IOException {
        var random = new SplittableRandom(11);
        for (int round = 0; round < rounds; round++) {
            byte[] damaged = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            readOrRefuse(Files.write(folder.resolve("damaged.pt"), damaged));
        }
    }

    private static void readOrRefuse(Path file) {
        try (Arena arena = Arena.ofConfined()) {
            TorchFile.read(file, arena);
        } catch (IOException e) {
            assertThat(e.getMessage())
                    .startsWith(file.toString())
                    .hasSizeLessThan(600)
                    .hasLineCount(1);
        }
    }

    private void assertRefused(String pickle, String message) throws IOException {
        byte[] bytes = pickle.getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(new TorchArchive().write(folder.resolve("evil.pt"), bytes), message);
    }

    private void assertRefused(TorchArchive archive, String message) throws IOException {
        assertRefused(archive.write(folder.resolve("evil.pt")), message);
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> TorchFile.read(file, Arena.ofAuto()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message)
                .message()
                .startsWith(file.toString())
                .hasLineCount(1);
    }
}
