package inkling.core.train;

import inkling.core.format.SafetensorsFile;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightLayout;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/// The state of a run after some step, in a folder of its own:
///
/// ```
/// step-00000500/
///   model.safetensors        weights, under the official names; any safetensors reader can use them alone
///   optimizer.safetensors    moments, as first_moment.NAME and second_moment.NAME
///   state.json               step, tokens, seconds, random state, validation loss, checksums of everything
/// ```
///
/// The folder is written under another name and renamed when it is complete.
public final class Checkpoint {
    private static final String MODEL = "model.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String STATE = "state.json";

    private final Path folder;
    private final Facts facts;
    private final Set<String> verified = new HashSet<>();

    /// What `state.json` says.
    ///
    /// @param step optimizer steps made
    /// @param tokens tokens seen
    /// @param wallSeconds seconds spent
    /// @param batchState random state from which the next batch will be drawn
    /// @param dataTokens length of the training file, to notice when another one is used
    /// @param validationLoss the loss at this step, where it was computed
    public record Facts(
            long step,
            long tokens,
            double wallSeconds,
            long batchState,
            long dataTokens,
            OptionalDouble validationLoss) {}

    private Checkpoint(Path folder, Facts facts) {
        this.folder = folder;
        this.facts = facts;
    }

    /// Where it lies.
    public Path folder() {
        return folder;
    }

    /// What it says about itself.
    public Facts facts() {
        return facts;
    }

    /// Writes a complete checkpoint into a folder that is not yet there.
    public static void write(Path folder, Facts facts, Map<String, Tensor> weights, Map<String, Tensor> optimizer)
            throws IOException {
        Files.createDirectories(folder);
        SafetensorsFile.write(folder.resolve(MODEL), weights, Map.of("format", "pt"));
        SafetensorsFile.write(folder.resolve(OPTIMIZER), optimizer, Map.of("format", "pt"));
        JsonObject state = JsonValue.object()
                .with("step", facts.step())
                .with("tokens", facts.tokens())
                .with("wall_seconds", facts.wallSeconds())
                .with("batch_state", facts.batchState())
                .with("data_tokens", facts.dataTokens());
        if (facts.validationLoss().isPresent()) {
            state = state.with("validation_loss", facts.validationLoss().getAsDouble());
        }
        state = state.with(MODEL, Checksum.of(folder.resolve(MODEL)))
                .with(OPTIMIZER, Checksum.of(folder.resolve(OPTIMIZER)));
        JsonWriter.write(folder.resolve(STATE), state.with("state", Checksum.of(compact(state))));
    }

    /// Reads and checks `state.json`; the tensor files are checked when they are loaded.
    public static Checkpoint open(Path folder) throws IOException {
        JsonPlace state = JsonReader.read(folder.resolve(STATE));
        state.requireKnownMembers(Set.of(
                "step",
                "tokens",
                "wall_seconds",
                "batch_state",
                "data_tokens",
                "validation_loss",
                MODEL,
                OPTIMIZER,
                "state"));
        Map<String, JsonValue> members = new LinkedHashMap<>(state.object().members());
        members.remove("state");
        if (!Checksum.matches(state.member("state").text(), compact(new JsonObject(members)))) {
            throw state.error("the checksum of the state differs, the checkpoint is damaged");
        }
        var loss = state.optional("validation_loss");
        return new Checkpoint(
                folder,
                new Facts(
                        state.member("step").integer(0, Long.MAX_VALUE),
                        state.member("tokens").integer(0, Long.MAX_VALUE),
                        state.member("wall_seconds").number(),
                        state.member("batch_state").integer(Long.MIN_VALUE, Long.MAX_VALUE),
                        state.member("data_tokens").integer(0, Long.MAX_VALUE),
                        loss.isPresent() ? OptionalDouble.of(loss.get().number()) : OptionalDouble.empty()));
    }

    /// Fills the weights of a model.
    ///
    /// @throws IOException if the file is damaged, or the tensors are not those of the model
    public void loadWeights(Map<String, Tensor> weights) throws IOException {
        load(MODEL, weights);
    }

    /// Reads the weights of a model that was declared without memory, and lays them out for generation.
    ///
    /// @throws IOException if the file is damaged, or the tensors are not those of the model
    public void loadPacked(Parameters model, WeightLayout layout, Arena arena) throws IOException {
        verify(MODEL);
        try (Arena mapping = Arena.ofConfined()) {
            SafetensorsFile file = SafetensorsFile.map(folder.resolve(MODEL), mapping);
            file.requireExactly(model.names());
            model.readPacked(file::read, layout, arena);
        }
    }

    /// Fills the tensors of an optimizer.
    public void loadOptimizer(Map<String, Tensor> tensors) throws IOException {
        load(OPTIMIZER, tensors);
    }

    /// Checks all files against their checksums.
    void verify() throws IOException {
        verifyWeights();
        verify(OPTIMIZER);
    }

    /// Checks the weights against their checksum.
    void verifyWeights() throws IOException {
        verify(MODEL);
    }

    private void load(String name, Map<String, Tensor> tensors) throws IOException {
        verify(name);
        try (Arena arena = Arena.ofConfined()) {
            SafetensorsFile.map(folder.resolve(name), arena).load(tensors);
        }
    }

    /// Once for each file: all its bytes are read for it.
    private void verify(String name) throws IOException {
        if (verified.contains(name)) {
            return;
        }
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": the file is missing, the checkpoint is damaged");
        }
        String expected = JsonReader.read(folder.resolve(STATE)).member(name).text();
        if (!Checksum.matches(expected, file)) {
            throw new IOException(
                    file + ": the checksum differs from the one in " + STATE + ", the checkpoint is damaged");
        }
        verified.add(name);
    }

    private static byte[] compact(JsonObject state) {
        return JsonWriter.compact(state).getBytes(StandardCharsets.UTF_8);
    }
}
