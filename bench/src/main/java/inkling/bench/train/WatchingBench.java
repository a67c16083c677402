package inkling.bench.train;

import inkling.core.device.AdamWStep;
import inkling.core.device.Kernels;
import inkling.core.device.counting.CountingKernels;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.profiling.RecordedKernels;
import inkling.core.device.profiling.StepProfiler;
import inkling.core.nn.StepMemory;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import jdk.jfr.Recording;

/// What watching costs: training steps on the bare device, on the one of `inkling profile`, and with every kernel in a
/// flight recording, in turns.
///
/// `bench/run train.WatchingBench [MODEL BATCH ROUNDS [THREADS]]`, by default `M 32 30`.
public final class WatchingBench {
    private static final int WARM_UP = 5;

    private final int batch;
    private final int time;
    private final TransformerLm lm;
    private final Parameters parameters;
    private final Tensor firstMoment;
    private final Tensor secondMoment;
    private final Ids inputs;
    private final Ids targets;
    private final Workspace workspace;

    private WatchingBench(BenchModel model, int batch) {
        this.batch = batch;
        this.time = model.config.contextLength();
        Arena arena = Arena.global();
        var declarations = new Parameters.Declarations();
        lm = TransformerLm.declare(model.config, declarations);
        parameters = declarations.allocate(arena);
        parameters.initialize(1);
        workspace = Workspace.allocate(arena, StepMemory.training(model.config, batch, time, new CountingKernels()));
        firstMoment = Tensor.allocate(arena, parameters.values().shape());
        secondMoment = Tensor.allocate(arena, parameters.values().shape());
        inputs = Ids.allocate(arena, batch * time);
        targets = Ids.allocate(arena, batch * time);
        var random = new SplittableRandom(7);
        for (int i = 0; i < batch * time; i++) {
            inputs.set(i, random.nextInt(model.config.vocabularySize()));
            targets.set(i, random.nextInt(model.config.vocabularySize()));
        }
    }

    private long step(Tape tape) {
        long start = System.nanoTime();
        Kernels kernels = tape.kernels();
        parameters.discardGradients();
        double loss = lm.lossAndGradients(tape, inputs, targets, batch, time, 1f / (batch * time));
        double norm = Math.sqrt(kernels.sumOfSquares(parameters.gradients()));
        float clip = (float) (norm < 1 ? 1 : 1 / (norm + 1e-6));
        var update = new AdamWStep(3e-4f, 0.9f, 0.95f, 1e-8f, 0.1f, clip, 1, AdamWStep.Order.DECAY_FIRST);
        kernels.adamW(parameters.values(), parameters.gradients(), firstMoment, secondMoment, update);
        if (!Double.isFinite(loss)) {
            throw new IllegalStateException("loss " + loss);
        }
        return System.nanoTime() - start;
    }

    private void run(Kernels bare, int rounds) {
        Map<String, Kernels> devices = new LinkedHashMap<>();
        devices.put("bare", bare);
        devices.put("profiled", new StepProfiler(bare, parameters));
        devices.put("recorded", RecordedKernels.whereRecording(bare));
        Map<String, long[]> nanos = new LinkedHashMap<>();
        for (int round = -WARM_UP; round < rounds; round++) {
            for (Map.Entry<String, Kernels> entry : devices.entrySet()) {
                long took = step(Tape.recording(entry.getValue(), workspace));
                if (round >= 0) {
                    nanos.computeIfAbsent(entry.getKey(), _ -> new long[rounds])[round] = took;
                }
            }
        }
        nanos.forEach((name, each) -> {
            Arrays.sort(each);
            System.out.printf(
                    Locale.ROOT,
                    "%-9s median %8.3f ms, best %8.3f, quarter %8.3f, three quarters %8.3f%n",
                    name,
                    each[rounds / 2] / 1e6,
                    each[0] / 1e6,
                    each[rounds / 4] / 1e6,
                    each[3 * rounds / 4] / 1e6);
        });
    }

    /// Runs the benchmark.
    public static void main(String[] args) {
        BenchModel model = BenchModel.valueOf(args.length > 0 ? args[0] : "M");
        int batch = args.length > 1 ? Integer.parseInt(args[1]) : 32;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 30;
        int threads = args.length > 3
                ? Integer.parseInt(args[3])
                : Runtime.getRuntime().availableProcessors();
        try (Recording recording = new Recording();
                Kernels device = new CpuKernels(threads)) {
            recording.enable("inkling.Kernel");
            recording.start();
            new WatchingBench(model, batch).run(device, rounds);
        }
    }
}
