package inkling.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import inkling.core.tensor.Tensor;
import inkling.testkit.SharedData;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Torch checkpoints are read as data; anything that would run code is refused.
class TorchFileTest {
    private static final String CKPT = "fixtures/cs336/ckpt/";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void weights_equal_those_of_the_safetensors_file() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Map<String, Tensor> torch =
                    TorchFile.read(SharedData.path(CKPT + "model.pt"), arena).stateDict("");
            SafetensorsFile safe = SafetensorsFile.map(SharedData.path(CKPT + "model.safetensors"), arena);
            assertThat(torch.keySet()).containsExactlyInAnyOrderElementsOf(safe.names());
            for (String name : safe.names()) {
                Tensor expected = safe.tensor(name, arena);
                Tensor actual = torch.getOrDefault(name, Tensor.of(new float[0], 0));
                assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
                assertThat(actual.toArray()).as(name).isEqualTo(expected.toArray());
            }
        }
    }

    @Test
    void training_checkpoint_has_model_optimizer_and_iteration() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            TorchFile file = TorchFile.read(SharedData.path(CKPT + "checkpoint.pt"), arena);
            JsonPlace expected = JsonReader.read(SharedData.path(CKPT + "checkpoint_expected.json"));
            assertThat(file.numbers()).containsEntry("iteration", 5.0);
            Map<String, Tensor> model = file.stateDict("model");
            for (String name : expected.member("checksums").object().members().keySet()) {
                double sum = 0;
                for (float value :
                        model.getOrDefault(name, Tensor.of(new float[0], 0)).toArray()) {
                    sum += value;
                }
                assertThat(sum)
                        .as(name)
                        .isCloseTo(expected.member("checksums").member(name).number(), within(1e-4));
            }
            assertThat(file.stateDict("optimizer.state.0")).containsKeys("exp_avg", "exp_avg_sq");
        }
    }

    @Test
    void code_and_unknown_instructions_are_refused() throws IOException {
        assertRefused("cos\nsystem\n(X\u0002\0\0\0lstR.", "refused to load os.system");
        assertRefused("}iabc\ndef\n.", "refused the pickle instruction 0x69");
        assertRefused("}", "ends without its stop instruction");
        assertRefused("X\u00ff\u00ff\0\0abc.", "is longer than the pickle");
        assertRefused("s.", "takes more than it has put down");
        assertRefused("h\u0007.", "recalls slot 7");
    }

    @Test
    void files_of_other_kinds_are_refused_in_one_sentence() throws IOException {
        Path text = Files.writeString(folder.resolve("text.pt"), "no archive");
        assertThatThrownBy(() -> TorchFile.read(text, Arena.ofAuto()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected a torch checkpoint (a zip archive)");
    }

    private void assertRefused(String pickle, String message) throws IOException {
        Path file = folder.resolve("evil.pt");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("evil/data.pkl"));
            zip.write(pickle.getBytes(StandardCharsets.ISO_8859_1));
        }
        assertThatThrownBy(() -> TorchFile.read(file, Arena.ofAuto()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }
}
