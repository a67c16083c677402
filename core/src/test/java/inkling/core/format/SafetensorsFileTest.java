package inkling.core.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsFileTest {
    @TempDir
    Path folder;

    private Path file(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        return Files.write(folder.resolve("x.safetensors"), bytes.array());
    }

    @Test
    void what_is_written_is_read_back() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("a", Tensor.of(new float[] {1, -2, 3.5f, 4, 5, Float.MIN_VALUE}, 2, 3));
        tensors.put("empty", Tensor.of(new float[0], 0, 4));
        tensors.put("b \"quoted\" ü", Tensor.of(new float[] {7}, 1));
        Path path = folder.resolve("sub/model.safetensors");
        SafetensorsFile.write(path, tensors, Map.of("format", "pt"));
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile read = SafetensorsFile.map(path, arena);
            assertThat(read.names()).containsExactlyElementsOf(tensors.keySet());
            assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
            for (String name : tensors.keySet()) {
                assertThat(read.tensor(name, arena).toArray())
                        .containsExactly(
                                tensors.getOrDefault(name, Tensor.virtual(0)).toArray());
            }
            assertThat(read.shape("a")).containsExactly(2, 3);
        }
    }

    @Test
    void other_types_are_converted() throws IOException {
        String header = """
                {"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},\
                "i":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},\
                "h":{"dtype":"F16","shape":[1],"data_offsets":[16,18]},\
                "b":{"dtype":"BF16","shape":[],"data_offsets":[18,20]}}   \
                """;
        Path path = file(header, 20);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        int data = bytes.capacity() - 20;
        bytes.putDouble(data, 0.1).putLong(data + 8, -5);
        bytes.putShort(data + 16, (short) 0x3E00).putShort(data + 18, (short) 0xC040);
        Files.write(path, bytes.array());
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile read = SafetensorsFile.map(path, arena);
            assertThat(read.tensor("d", arena).get(0)).isEqualTo(0.1f);
            assertThat(read.tensor("h", arena).get(0)).isEqualTo(1.5f);
            assertThat(read.tensor("b", arena).get(0)).isEqualTo(-3f);
            assertThat(read.integers("i")).containsExactly(-5);
            assertThatThrownBy(() -> read.tensor("i", arena)).hasMessageContaining("expected floats");
            assertThatThrownBy(() -> read.integers("d")).hasMessageContaining("expected integers");
            assertThatThrownBy(() -> read.shape("z")).hasMessageContaining("there is no tensor z");
        }
    }

    @Test
    void names_and_shapes_must_be_those_of_the_model() throws IOException {
        Path path = folder.resolve("m.safetensors");
        SafetensorsFile.write(path, Map.of("w", Tensor.of(new float[] {1, 2}, 2)), Map.of());
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile read = SafetensorsFile.map(path, arena);
            assertThatThrownBy(() -> read.load(Map.of("v", Tensor.of(new float[2], 2))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(path.toString(), "missing are [v]", "not known are [w]");
            assertThatThrownBy(() -> read.load(Map.of("w", Tensor.of(new float[3], 3))))
                    .hasMessageContainingAll("tensor w is [2]", "expected (3)");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}|4|take 0 bytes of data, the file has 4
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}|4|it is cut short
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}|4|make 8 bytes, the data offsets span 4
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}|8|begins at data byte 4, expected 0
            {"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}              | 4 | found F31
            {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}|4|expected an integer from 0
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}|4|expected two data offsets
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}              | 4 | span -4
            {"a":{"dtype":"F32","shape":[2000000000,2000000000,9],"data_offsets":[0,4]}}|4|larger than any file
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}|4|the member "x" is not known
            {"a":{"dtype":"F32","shape":[1]}}|4|the member "data_offsets" is missing
            ["a"]|0|expected the header to start with {
            {"__metadata__":{"a":1}}|0|expected a text
            """)
    void broken_headers_are_refused_with_the_reason(String header, int dataBytes, String reason) throws IOException {
        Path path = file(header, dataBytes);
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> SafetensorsFile.map(path, arena))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(path.toString(), reason);
        }
    }

    @Test
    void no_cut_of_a_good_file_is_accepted() throws IOException {
        Path path = folder.resolve("good.safetensors");
        SafetensorsFile.write(path, Map.of("w", Tensor.of(new float[] {1, 2, 3}, 3)), Map.of());
        byte[] good = Files.readAllBytes(path);
        for (int length = 0; length < good.length; length++) {
            Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(good, length));
            try (Arena arena = Arena.ofConfined()) {
                assertThatThrownBy(() -> SafetensorsFile.map(cut, arena)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void a_header_length_beyond_the_file_is_refused() throws IOException {
        byte[] bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) 0xFF);
        Path path = Files.write(folder.resolve("huge"), bytes);
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> SafetensorsFile.map(path, arena))
                    .hasMessageContaining("claims 18446744073709551615 bytes");
        }
    }
}
