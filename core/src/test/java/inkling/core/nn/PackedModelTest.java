package inkling.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.Kernels;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.cpu.Processor;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import inkling.core.tensor.WeightLayout;
import inkling.core.train.Checkpoint;
import inkling.testkit.SharedData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Models whose matrices are laid out for generation.
class PackedModelTest {
    private static SmallModel variant(Kernels kernels, boolean tied, WeightFormat format) {
        ModelConfig standard = ModelConfig.standard(70, 24, 48, 2, 4, 80);
        ModelConfig config = new ModelConfig(
                standard.vocabularySize(),
                standard.contextLength(),
                standard.dModel(),
                standard.numLayers(),
                standard.numHeads(),
                2,
                standard.norm(),
                standard.placement(),
                standard.position(),
                standard.feedForward(),
                tied);
        SmallModel small = SmallModel.of(config, kernels);
        small.parameters().initialize(11);
        small.parameters().pack(Processor.layout(format), Arena.ofAuto());
        return small;
    }

    /// A prompt, then one token after the other.
    private static float[] lastLogits(SmallModel small) {
        KeyValueCache cache =
                KeyValueCache.allocate(Arena.ofAuto(), small.model().config(), 24);
        Tensor logits = small.model().next(small.inference(), Ids.of(5, 9, 1, 60, 33, 2, 8), cache);
        for (int token = 0; token < 10; token++) {
            logits = small.model().next(small.inference(), Ids.of(7 * token % 70), cache);
        }
        return logits.toArray();
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32,true", "FLOAT32,false", "BFLOAT16,true", "BFLOAT16,false", "INT8,true", "INT8,false"})
    void both_devices_predict_the_same(WeightFormat format, boolean tied) {
        try (Kernels cpu = new CpuKernels(2)) {
            float[] actual = lastLogits(variant(cpu, tied, format));
            float[] expected = lastLogits(variant(new ReferenceKernels(), tied, format));
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(2e-5f));
            }
        }
    }

    @Test
    void steps_that_are_repeated_predict_what_the_layers_predict() {
        try (Kernels cpu = new CpuKernels(2)) {
            TransformerLm model = variant(cpu, false, WeightFormat.INT8).model();
            var step = new TokenStep(model, cpu, Arena.ofAuto(), 1 << 20);
            Tensor logits = step.start(5, 9, 1, 60, 33, 2, 8);
            for (int token = 0; token < 10; token++) {
                logits = step.append(7 * token % 70);
            }
            assertThat(logits.toArray()).isEqualTo(lastLogits(variant(cpu, false, WeightFormat.INT8)));
            Tensor _ = step.start(1, 2);
            float[] after = step.append(3).toArray();
            Tensor _ = step.start(1);
            Tensor _ = step.append(2);
            assertThat(step.append(3).toArray()).containsExactly(after, within(1e-5f));
        }
    }

    /// Packing while reading gives what packing in memory gives, stacked matrices and vectors included.
    @ParameterizedTest
    @EnumSource
    void weights_read_from_a_checkpoint_are_those_of_memory(WeightFormat format, @TempDir Path folder)
            throws IOException {
        try (Kernels cpu = new CpuKernels(2);
                Arena arena = Arena.ofShared()) {
            SmallModel small = SmallModel.of(ModelConfig.standard(70, 24, 48, 2, 4, 80), cpu);
            small.parameters().initialize(12);
            Map<String, Tensor> weights = small.parameters().stateDict();
            var facts = new Checkpoint.Facts(1, 1, 1, 1, 1, OptionalDouble.empty());
            Checkpoint.write(folder.resolve("step"), facts, weights, weights);
            var declarations = new Parameters.Declarations();
            TransformerLm read = TransformerLm.declare(small.model().config(), declarations);
            Checkpoint.open(folder.resolve("step")).loadPacked(declarations.virtual(), Processor.layout(format), arena);
            small.parameters().pack(Processor.layout(format), arena);
            var expected = new TokenStep(small.model(), cpu, arena, 1 << 20);
            var actual = new TokenStep(read, cpu, arena, 1 << 20);
            float[] logits = expected.start(5, 9, 1, 60).toArray();
            assertThat(actual.start(5, 9, 1, 60).toArray()).isEqualTo(logits);
        }
    }

    @Test
    void weights_of_another_model_are_refused(@TempDir Path folder) throws IOException {
        Map<String, Tensor> weights = Map.of("w", Tensor.of(new float[2], 2));
        var facts = new Checkpoint.Facts(1, 1, 1, 1, 1, OptionalDouble.empty());
        Checkpoint.write(folder.resolve("step"), facts, weights, weights);
        var declarations = new Parameters.Declarations();
        TransformerLm _ = TransformerLm.declare(ModelConfig.standard(70, 24, 48, 2, 4, 80), declarations);
        Checkpoint checkpoint = Checkpoint.open(folder.resolve("step"));
        assertThatThrownBy(() -> checkpoint.loadPacked(
                        declarations.virtual(), WeightLayout.whole(WeightFormat.INT8), Arena.ofAuto()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not known are [w]");
    }

    /// What fewer bits cost: the loss of a published model on the story that it tells most willingly.
    @ParameterizedTest
    @CsvSource({"BFLOAT16,0.003", "INT8,0.003"})
    void the_loss_of_a_published_model_hardly_changes(WeightFormat format, double bound) throws IOException {
        try (Kernels cpu = new CpuKernels(2)) {
            SmallModel small = Llama2cFiles.model(SharedData.path("data/models/stories260K.bin"), cpu);
            Ids ids = Stories260kTest.ids("greedy_ids_from_BOS");
            double before = meanLoss(small, ids);
            small.parameters().pack(Processor.layout(format), Arena.ofAuto());
            assertThat(meanLoss(small, ids)).isCloseTo(before, within(bound)).isNotEqualTo(before);
        }
    }

    private static double meanLoss(SmallModel small, Ids ids) {
        int n = ids.size() - 1;
        Tensor losses = small.model().losses(small.inference(), ids.slice(0, n), ids.slice(1, n + 1), 1, n);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += losses.get(i);
        }
        return sum / n;
    }
}
