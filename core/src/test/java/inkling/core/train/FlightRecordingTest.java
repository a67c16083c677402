package inkling.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.data.BatchSource;
import inkling.core.device.Kernels;
import inkling.core.device.counting.CountingKernels;
import inkling.core.device.cpu.Processor;
import inkling.core.device.profiling.RecordedKernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.optim.LearningRate;
import inkling.core.optim.Optimizer;
import inkling.core.optim.OptimizerSpec;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Workspace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Steps and kernels as events of a flight recording, read back from its file.
class FlightRecordingTest {
    private static final int STEPS = 3;
    private static final ModelConfig MODEL = ModelConfig.standard(50, 8, 16, 2, 2, 32);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void steps_and_kernels_are_events() throws IOException {
        Path file = folder.resolve("run.jfr");
        List<Double> losses;
        try (Recording recording = new Recording()) {
            recording.enable("inkling.TrainingStep");
            recording.enable("inkling.Kernel");
            recording.start();
            losses = train();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        List<RecordedEvent> steps = named(events, "inkling.TrainingStep");
        assertThat(steps).hasSize(STEPS);
        for (int i = 0; i < STEPS; i++) {
            assertThat(steps.get(i).getLong("step")).isEqualTo(i + 1);
            assertThat(steps.get(i).getDouble("loss")).isEqualTo(losses.get(i));
            assertThat(steps.get(i).getLong("tokens")).isEqualTo(2 * 8);
            assertThat(steps.get(i).getDouble("millis")).isPositive();
        }
        List<RecordedEvent> kernels = named(events, "inkling.Kernel");
        assertThat(kernels).extracting(event -> event.getString("kernel")).contains("matmul NT", "attention", "adam w");
        assertThat(kernels).extracting(event -> event.getString("shape")).contains("16×48×16");
        var counting = new CountingKernels();
        long _ = inkling.core.nn.StepMemory.training(MODEL, 2, 8, counting);
        assertThat(kernels.stream()
                        .filter(event -> !event.getString("kernel").equals("adam w"))
                        .mapToLong(event -> event.getLong("flops"))
                        .sum())
                .isEqualTo(STEPS * counting.total().executedFlops());
    }

    @Test
    void kernels_are_watched_while_a_recording_runs() {
        try (Recording recording = new Recording()) {
            recording.start();
            try (Kernels device = Processor.device(1)) {
                assertThat(device).isInstanceOf(RecordedKernels.class);
                assertThat(device.name()).startsWith("cpu, 1 thread");
            }
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime)) // a file keeps no order
                .toList();
    }

    private static List<Double> train() {
        var config = new TrainConfig(
                MODEL,
                new TrainConfig.Optimization(
                        OptimizerSpec.AdamW.standard(), new LearningRate.WarmupCosine(1e-2, 1e-3, 1, 10), 1),
                new TrainConfig.Batch(2, 8, 1),
                STEPS,
                1,
                new TrainConfig.Evaluation(10, 1),
                new TrainConfig.Checkpoints(10, 1e9, 1));
        List<Double> losses = new ArrayList<>();
        try (Arena arena = Arena.ofConfined();
                Kernels kernels = RecordedKernels.whereRecording(new ReferenceKernels())) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(MODEL, declarations);
            Parameters parameters = declarations.allocate(arena);
            parameters.initialize(1);
            Optimizer optimizer = Optimizer.of(config.optimization().optimizer(), kernels, parameters, arena);
            Tape tape = Tape.recording(kernels, Workspace.allocate(arena, StepMemory.training(config)));
            var step = new TrainingStep(config, model, parameters, optimizer);
            for (int i = 0; i < STEPS; i++) {
                losses.add(step.run(tape, new Counting()).loss());
            }
        }
        return losses;
    }

    /// Ids in a row.
    private static final class Counting implements BatchSource {
        @Override
        public void next(Ids inputs, Ids targets) {
            for (int i = 0; i < inputs.size(); i++) {
                inputs.set(i, i % 50);
                targets.set(i, (i + 1) % 50);
            }
        }

        @Override
        public long state() {
            return 0;
        }

        @Override
        public void restore(long state) {}
    }
}
