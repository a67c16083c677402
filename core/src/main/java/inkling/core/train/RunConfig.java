package inkling.core.train;

import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonObject;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// What the `config.json` of a run folder holds: the training configuration and where the data lies.
///
/// @param training the configuration
/// @param data token file of the training set
/// @param validation token file of the validation set, where there is one
public record RunConfig(TrainConfig training, Path data, Optional<Path> validation) {
    /// Reads a run's configuration; relative paths in it start at its folder, so that a run may be moved.
    static RunConfig read(Path file) throws IOException {
        JsonPlace place = JsonReader.read(file);
        place.requireKnownMembers(Set.of("training", "data", "validation"));
        Optional<JsonPlace> validation = place.optional("validation");
        return new RunConfig(
                TrainConfigJson.read(place.member("training")),
                file.resolveSibling(place.member("data").text()),
                validation.isPresent()
                        ? Optional.of(file.resolveSibling(validation.get().text()))
                        : Optional.empty());
    }

    void write(Path file) throws IOException {
        JsonObject json = JsonValue.object()
                .with("training", TrainConfigJson.write(training))
                .with("data", data.toString());
        if (validation.isPresent()) {
            json = json.with("validation", validation.get().toString());
        }
        JsonWriter.write(file, json);
    }
}
