package inkling.core.device.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What is no usable oneDNN is refused in one sentence that names it.
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
final class OneDnnFileTest {
    @TempDir
    Path folder;

    private void refused(Path named, String sentence) {
        assertThatThrownBy(() -> OneDnnFile.open(Optional.of(named), folder.resolve("cache"), 1))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(named + ": ")
                .hasMessageContaining(sentence);
    }

    @Test
    void a_missing_file_says_how_to_get_it() {
        refused(folder.resolve("none.so"), "mvn dependency:get");
    }

    @Test
    void a_folder_without_a_library_is_refused() {
        refused(folder, "neither libdnnl.so.3 nor a dnnl-");
    }

    @Test
    void a_jar_that_is_none_or_of_something_else_is_refused() throws IOException {
        Path broken = Files.writeString(folder.resolve("dnnl-3.1-linux-x86_64.jar"), "no jar");
        refused(broken, "this jar cannot be read");
        Path other = folder.resolve("other.jar");
        try (var zip = new ZipOutputStream(Files.newOutputStream(other))) {
            zip.putNextEntry(new ZipEntry("readme"));
        }
        refused(other, "this jar has no org/bytedeco/dnnl");
    }

    @Test
    void what_is_no_native_library_is_refused_before_it_is_loaded() throws IOException {
        refused(Files.writeString(folder.resolve("libdnnl.so.3"), "text"), "no native library for x86-64");
        refused(Files.write(folder.resolve("empty.so"), new byte[0]), "no native library for x86-64");
    }

    @Test
    void a_library_cut_short_is_refused_before_it_is_loaded() throws IOException {
        Path whole = Path.of(System.getProperty("java.home"), "lib", "libjava.so");
        byte[] bytes = Files.readAllBytes(whole);
        for (int length : new int[] {64, 1000, bytes.length / 2, bytes.length - 1}) {
            Path cut = Files.write(folder.resolve("cut" + length + ".so"), java.util.Arrays.copyOf(bytes, length));
            refused(cut, "cut short");
        }
    }

    @Test
    void another_library_is_refused() {
        refused(Path.of(System.getProperty("java.home"), "lib", "libjava.so"), "no function dnnl_version");
    }

    @Test
    void a_header_that_points_anywhere_is_refused() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0, 0x464C457F).putShort(4, (short) 0x0102).putShort(18, (short) 62);
        header.putLong(32, Long.MAX_VALUE).putShort(54, (short) 56).putShort(56, (short) 3);
        header.putLong(40, 1L << 40).putShort(58, (short) 64).putShort(60, (short) 3);
        refused(Files.write(folder.resolve("wild.so"), header.array()), "cut short");
    }

    @Test
    void a_folder_with_the_jar_is_unpacked_once_and_repaired() throws IOException {
        OneDnnForTests.tiles(1).close(); // skips where there is none
        Path cache = Path.of("target", "onednn");
        try (var unpacked = Files.list(cache)) {
            Path library = unpacked.findFirst().orElseThrow().resolve("libdnnl.so.3");
            var before = Files.getLastModifiedTime(library);
            OneDnnForTests.tiles(1).close();
            assertThat(Files.getLastModifiedTime(library)).isEqualTo(before);
        }
    }
}
