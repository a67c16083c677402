package inkling.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.core.device.AdamWStep;
import inkling.core.format.ModelConfigJson;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.NormPlacement;
import inkling.core.nn.NormSpec;
import inkling.core.nn.PositionSpec;
import inkling.core.optim.LearningRate;
import inkling.core.optim.OptimizerSpec;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.json.JsonWriter;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class TrainConfigJsonTest {
    private static final String MINIMAL = """
            {"model": {"vocab_size": 100, "context_length": 16, "d_model": 32, "num_layers": 2, "num_heads": 4,
                       "d_ff": 96},
             "batch": {"sequences": 8, "time": 16}, "steps": 1000, "learning_rate": {"kind": "cosine", "max": 0.003}}
            """;

    private static TrainConfig read(String json) throws IOException {
        return TrainConfigJson.read(JsonReader.read("config.json", json));
    }

    private static TrainConfig writtenAndRead(TrainConfig config) throws IOException {
        return read(JsonWriter.indented(TrainConfigJson.write(config)));
    }

    @ParameterizedTest
    @EnumSource
    void presets_survive_the_round_trip(TrainPresets preset) throws IOException {
        assertThat(writtenAndRead(preset.config())).isEqualTo(preset.config());
        assertThat(TrainPresets.named(preset.label())).isEqualTo(preset);
    }

    @Test
    void every_variant_survives_the_round_trip() throws IOException {
        TrainConfig base = read(MINIMAL);
        var model = new ModelConfig(
                100,
                16,
                32,
                2,
                4,
                2,
                new NormSpec.Rms(1e-6f),
                NormPlacement.POST,
                new PositionSpec.None(),
                new FeedForwardSpec.Silu(64),
                true);
        var adamW = new OptimizerSpec.AdamW(0.8, 0.99, 1e-7, 0.01, true, AdamWStep.Order.PYTORCH);
        TrainConfig other = new TrainConfig(
                model,
                new TrainConfig.Optimization(adamW, new LearningRate.Constant(0.1), 0.5),
                new TrainConfig.Batch(8, 12, 4),
                7,
                -3,
                new TrainConfig.Evaluation(3, 4),
                new TrainConfig.Checkpoints(5, 0.5, 6));
        assertThat(writtenAndRead(other)).isEqualTo(other);
        var sgd = new TrainConfig.Optimization(new OptimizerSpec.Sgd(true), new LearningRate.Constant(1), 1);
        TrainConfig third = new TrainConfig(
                base.model(), sgd, base.batch(), base.steps(), base.seed(), base.evaluation(), base.checkpoints());
        assertThat(writtenAndRead(third)).isEqualTo(third);
    }

    @Test
    void what_is_left_out_has_its_standard_value() throws IOException {
        TrainConfig config = read(MINIMAL);
        assertThat(config.model()).isEqualTo(ModelConfig.standard(100, 16, 32, 2, 4, 96));
        assertThat(config.optimization().optimizer()).isEqualTo(OptimizerSpec.AdamW.standard());
        assertThat(config.optimization().learningRate())
                .isEqualTo(new LearningRate.WarmupCosine(0.003, 0.003 / 10, 50, 1000));
        assertThat(config.batch().microBatches()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "num_heads": 4|"num_heads": 5|at /model: 5 heads do not divide the model width 32
            "d_ff": 96|"d_ff": 96, "dropout": 0.1|at /model: the member "dropout" is not known
            "d_model": 32|"d_model": -1|at /model/d_model: expected an integer from 1
            "vocab_size": 100,||at /model: the member "vocab_size" is missing
            "d_ff": 96|"d_ff": 96, "norm": "layer"|at /model/norm: expected one of pre, post, none, found layer
            "time": 16|"time": 17|batch time 17 is longer than the context length 16
            "time": 16|"time": 16, "micro_batches": 3|at /batch: training: 3 micro-batches do not divide 8 sequences
            "steps": 1000|"steps": 0|at /steps: expected an integer from 1
            "steps": 1000          | "steps": 1000, "stepz": 1     | the member "stepz" is not known
            "kind": "cosine"|"kind": "linear"|at /learning_rate: expected kind to be cosine or constant, found linear
            "max": 0.003|"max": -1|at /learning_rate: learning rate:
            "steps": 1000|"steps": 1000, "optimizer": {"kind": "adamw", "beta1": 1.5}|/optimizer: AdamW: betas are
            "steps": 1000|"steps": 1000, "optimizer": {"kind": "lion"}|expected kind to be adamw or sgd, found lion
            "steps": 1000|"steps": 1000, "max_gradient_norm": 0|max gradient norm is 0.0
            """)
    void mistakes_are_named_with_their_place(String original, String mistake, String reason) {
        String json = MINIMAL.replace(original, mistake == null ? "" : mistake);
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("config.json")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("\n");
    }

    @Test
    void unknown_presets_are_refused_with_the_known_ones() {
        assertThatThrownBy(() -> TrainPresets.named("huge")).hasMessageContainingAll("\"huge\"", "demo, small");
    }

    @Test
    void a_model_written_by_the_handouts_names_is_read() throws IOException {
        ModelConfig config = ModelConfigJson.read(JsonReader.read("m", """
                {"vocab_size": 97, "context_length": 16, "d_model": 32, "num_layers": 2, "num_heads": 4, "d_ff": 96,
                 "rope_theta": 10000.0, "norm": "post"}"""));
        assertThat(config.placement()).isEqualTo(NormPlacement.POST);
        assertThat(config.numKeyValueHeads()).isEqualTo(4);
    }
}
