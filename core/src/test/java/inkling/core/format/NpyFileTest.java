package inkling.core.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NpyFileTest {
    @TempDir
    Path folder;

    private static byte[] array(String dictionary, int dataBytes) {
        byte[] text = dictionary.getBytes(ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(10 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("\u0093NUMPY\1\0".getBytes(ISO_8859_1))
                .putShort((short) text.length)
                .put(text);
        return bytes.array();
    }

    private static NpyFile parse(byte[] bytes) throws IOException {
        return NpyFile.of("x.npy", MemorySegment.ofArray(bytes));
    }

    @Test
    void what_is_written_is_read_back() throws IOException {
        Path file = folder.resolve("t.npy");
        NpyFile.write(file, Tensor.of(new float[] {1, 2, 3, 4, 5, -6}, 2, 3));
        try (Arena arena = Arena.ofConfined()) {
            NpyFile read = NpyFile.map(file, arena);
            assertThat(read.header().shape()).containsExactly(2L, 3L);
            assertThat(read.header().byteSize() % 64).isZero();
            assertThat(read.tensor(arena).toArray()).containsExactly(1, 2, 3, 4, 5, -6);
        }
    }

    @Test
    void headers_of_numpy_are_read() throws IOException {
        assertThat(parse(array("{'descr': '<f8', 'fortran_order': False, 'shape': (), }   ", 8))
                        .tensor(Arena.ofAuto())
                        .toArray())
                .containsExactly(0);
        assertThat(parse(array("{\"shape\":(2,),\"fortran_order\":True,\"descr\":\"<u2\"}", 4))
                        .header()
                        .type())
                .isEqualTo(NpyType.UINT16);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'descr': '<u2', 'fortran_order': False, 'shape': (3,), }        | 4 | makes a file of
            {'descr': '<u2', 'fortran_order': False, 'shape': (3,), }|8|something follows the array
            {'descr': '>u2', 'fortran_order': False, 'shape': (2,), }        | 4 | found >u2
            {'descr': '<u2', 'fortran_order': True, 'shape': (2, 1), }|4|found Fortran order
            {'descr': '<u2', 'fortran_order': False, 'shape': (2, -1), }|4|expected a dimension
            {'descr': '<u2', 'fortran_order': False}|0|expected descr, fortran_order and shape
            {'descr': '<u2', 'fortran_order': no, 'shape': (2,), }|4|expected True or False
            {'descr': '<u2', 'fortran_order': False, 'shape': (2,), 'x': 1}  | 4 | found x
            {'descr': '<u2', 'fortran_order': False, 'shape': (2,), } more|4|expected nothing but spaces
            {'descr': '<u4', 'fortran_order': False, 'shape': (999999999999999999, 9), }|4|larger than any file
            """)
    void broken_headers_are_refused_with_the_reason(String dictionary, int dataBytes, String reason) {
        assertThatThrownBy(() -> parse(array(dictionary, dataBytes)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("x.npy", reason);
    }

    @Test
    void no_cut_of_a_good_file_is_accepted() {
        byte[] good = array("{'descr': '<u2', 'fortran_order': False, 'shape': (3,), }", 6);
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> parse(cut)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void other_files_are_refused() throws IOException {
        Path text = Files.writeString(folder.resolve("text.npy"), "Once upon a time there was a file.");
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> NpyFile.map(text, arena)).hasMessageContaining("expected a .npy file");
            assertThatThrownBy(() -> NpyFile.map(folder, arena)).hasMessageContaining("found a folder");
            assertThatThrownBy(() -> NpyFile.map(folder.resolve("none"), arena))
                    .hasMessageContaining("there is no such file");
        }
    }

    @Test
    void headers_are_those_that_numpy_itself_writes() {
        byte[] header = NpyHeader.of(NpyType.UINT16, 4000).bytes();
        assertThat(new String(header, ISO_8859_1))
                .startsWith("\u0093NUMPY\1\0v\0{'descr': '<u2', 'fortran_order': False, 'shape': (4000,), }")
                .endsWith(" \n")
                .hasSize(128);
    }
}
