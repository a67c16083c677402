package inkling.bench.train;

import inkling.core.device.AdamWStep;
import inkling.core.device.Kernels;
import inkling.core.device.counting.CountingKernels;
import inkling.core.device.cpu.Processor;
import inkling.core.device.profiling.KernelProfile;
import inkling.core.device.profiling.ProfilingKernels;
import inkling.core.nn.StepMemory;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/// Forward, backward, clipping and AdamW on random tokens: tokens per second, what
/// each kernel takes, and what all threads together allocate on the heap.
///
/// `bench/run train.TrainingStepBench MODEL BATCH [THREADS [STEPS]]`, for example `S 8 2 20`.
public final class TrainingStepBench {
    private final int batch;
    private final int time;
    private final ProfilingKernels kernels;
    private final Tape tape;
    private final TransformerLm lm;
    private final Parameters parameters;
    private final Tensor firstMoment;
    private final Tensor secondMoment;
    private final Ids inputs;
    private final Ids targets;
    private final long stepFlops;
    private long steps;
    private double loss;

    private TrainingStepBench(BenchModel model, int batch, Kernels device) {
        this.batch = batch;
        this.time = model.config.contextLength();
        this.kernels = new ProfilingKernels(device);
        Arena arena = Arena.global();
        var declarations = new Parameters.Declarations();
        lm = TransformerLm.declare(model.config, declarations);
        parameters = declarations.allocate(arena);
        parameters.initialize(1);
        var counting = new CountingKernels();
        long arenaBytes = StepMemory.training(model.config, batch, time, counting);
        stepFlops = counting.total().flops();
        tape = Tape.recording(kernels, Workspace.allocate(arena, arenaBytes));
        firstMoment = Tensor.allocate(arena, parameters.values().shape());
        secondMoment = Tensor.allocate(arena, parameters.values().shape());
        inputs = Ids.allocate(arena, batch * time);
        targets = Ids.allocate(arena, batch * time);
        var random = new SplittableRandom(7);
        for (int i = 0; i < batch * time; i++) {
            inputs.set(i, random.nextInt(model.config.vocabularySize()));
            targets.set(i, random.nextInt(model.config.vocabularySize()));
        }
        System.out.printf(
                Locale.ROOT,
                "%s batch %d on %s: %,d parameters, arena %,d MiB, %.1f GFLOP a step%n",
                model,
                batch,
                kernels.name(),
                parameters.count(),
                arenaBytes >> 20,
                stepFlops / 1e9);
    }

    private void step() {
        kernels.fill(parameters.gradients(), 0);
        loss = lm.lossAndGradients(tape, inputs, targets, batch, time, 1f / (batch * time));
        double norm = Math.sqrt(kernels.sumOfSquares(parameters.gradients()));
        float clip = (float) (norm < 1 ? 1 : 1 / (norm + 1e-6));
        var update = new AdamWStep(3e-4f, 0.9f, 0.95f, 1e-8f, 0.1f, clip, ++steps, AdamWStep.Order.DECAY_FIRST);
        kernels.adamW(parameters.values(), parameters.gradients(), firstMoment, secondMoment, update);
    }

    private void run(int count) {
        for (int i = 0; i < 5; i++) {
            step();
        }
        kernels.reset();
        long[] nanos = new long[count];
        long allocated = Allocation.bytes();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            step();
            nanos[i] = System.nanoTime() - start;
        }
        allocated = Allocation.bytes() - allocated;
        long total = Arrays.stream(nanos).sum();
        Arrays.sort(nanos);
        double median = nanos[count / 2] / 1e9;
        System.out.printf(
                Locale.ROOT,
                "step median %.2f ms (best %.2f): %,.0f tokens/s, %.1f GFLOP/s, loss %.5f%n",
                median * 1e3,
                nanos[0] / 1e6,
                batch * time / median,
                stepFlops / median / 1e9,
                loss);
        System.out.printf(
                Locale.ROOT, "allocated a step, this profile included: %.1f KiB%n", allocated / 1024.0 / count);
        System.out.println("kernel                       calls    ms/step  share   GFLOP/s     GB/s");
        for (KernelProfile profile : kernels.profiles()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %5d %10.3f %5.1f%% %9.1f %8.1f%n",
                    profile.kernel(),
                    profile.calls() / count,
                    profile.nanos() / 1e6 / count,
                    100.0 * profile.nanos() / total,
                    profile.flopsPerSecond() / 1e9,
                    profile.bytesPerSecond() / 1e9);
        }
        long inKernels =
                kernels.profiles().stream().mapToLong(KernelProfile::nanos).sum();
        System.out.printf(Locale.ROOT, "outside kernels: %.2f %% of the step%n", 100.0 * (total - inKernels) / total);
    }

    /// Runs one benchmark.
    public static void main(String[] args) {
        BenchModel model = BenchModel.valueOf(args.length > 0 ? args[0] : "S");
        int batch = args.length > 1 ? Integer.parseInt(args[1]) : 8;
        int threads = args.length > 2
                ? Integer.parseInt(args[2])
                : Runtime.getRuntime().availableProcessors();
        int steps = args.length > 3 ? Integer.parseInt(args[3]) : 20;
        try (Kernels device = Processor.device(threads)) {
            new TrainingStepBench(model, batch, device).run(steps);
        }
    }
}
