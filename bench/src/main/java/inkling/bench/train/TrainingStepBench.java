package inkling.bench.train;

import inkling.bench.kernels.Devices;
import inkling.bench.kernels.FloatPeak;
import inkling.core.device.AdamWStep;
import inkling.core.device.Kernels;
import inkling.core.device.counting.CountingKernels;
import inkling.core.device.cpu.CpuKernels;
import inkling.core.device.profiling.KernelProfile;
import inkling.core.device.profiling.ProfilingKernels;
import inkling.core.nn.StepMemory;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.Workspace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/// Forward, backward, clipping and AdamW on random tokens: tokens per second, their share of the peak measured just
/// before, and what all threads together allocate on the heap; then, in steps of their own, what each kernel takes.
///
/// `bench/run train.TrainingStepBench MODEL BATCH [THREADS [STEPS [MATMUL]]]`, for example `S 8 2 20 onednn-bf16`.
public final class TrainingStepBench {
    private static final int WARM_UP = 5;

    private final int threads;
    private final int batch;
    private final int time;
    private final ProfilingKernels profiler;
    private final Tape plain;
    private final Tape profiled;
    private final TransformerLm lm;
    private final Parameters parameters;
    private final Tensor firstMoment;
    private final Tensor secondMoment;
    private final Ids inputs;
    private final Ids targets;
    private final long stepFlops;
    private long steps;
    private double loss;

    private TrainingStepBench(BenchModel model, int batch, CpuKernels device) {
        this.threads = device.threads();
        this.batch = batch;
        this.time = model.config.contextLength();
        profiler = new ProfilingKernels(device);
        Arena arena = Arena.global();
        var declarations = new Parameters.Declarations();
        lm = TransformerLm.declare(model.config, declarations);
        parameters = declarations.allocate(arena);
        parameters.initialize(1);
        var counting = new CountingKernels();
        long arenaBytes = StepMemory.training(model.config, batch, time, counting);
        stepFlops = counting.total().flops();
        Workspace workspace = Workspace.allocate(arena, arenaBytes);
        plain = Tape.recording(device, workspace);
        profiled = Tape.recording(profiler, workspace);
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
                profiler.name(),
                parameters.count(),
                arenaBytes >> 20,
                stepFlops / 1e9);
    }

    private void step(Tape tape) {
        Kernels kernels = tape.kernels();
        parameters.discardGradients();
        loss = lm.lossAndGradients(tape, inputs, targets, batch, time, 1f / (batch * time));
        double norm = Math.sqrt(kernels.sumOfSquares(parameters.gradients()));
        float clip = (float) (norm < 1 ? 1 : 1 / (norm + 1e-6));
        var update = new AdamWStep(3e-4f, 0.9f, 0.95f, 1e-8f, 0.1f, clip, ++steps, AdamWStep.Order.DECAY_FIRST);
        kernels.adamW(parameters.values(), parameters.gradients(), firstMoment, secondMoment, update);
    }

    private void run(int count) throws InterruptedException, IOException {
        double peak = FloatPeak.flopsPerSecond(threads, 8);
        for (int i = 0; i < WARM_UP; i++) {
            step(plain);
        }
        long[] nanos = new long[count];
        long allocated = Allocation.bytes();
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            step(plain);
            nanos[i] = System.nanoTime() - start;
        }
        allocated = Allocation.bytes() - allocated;
        Arrays.sort(nanos);
        double median = nanos[count / 2] / 1e9;
        System.out.printf(
                Locale.ROOT,
                "step median %.2f ms (best %.2f): %,.0f tokens/s, %.1f GFLOP/s, %.1f %% of the peak of %.0f, loss %.5f%n",
                median * 1e3,
                nanos[0] / 1e6,
                batch * time / median,
                stepFlops / median / 1e9,
                100 * stepFlops / median / peak,
                peak / 1e9,
                loss);
        System.out.printf(
                Locale.ROOT,
                "allocated a step: %.1f KiB, most memory of the process %,d MiB%n",
                allocated / 1024.0 / count,
                ResidentMemory.mostKib() >> 10);
        profile(count);
    }

    /// Steps again, every kernel measured.
    private void profile(int count) {
        step(profiled);
        profiler.reset();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            step(profiled);
        }
        long total = System.nanoTime() - start;
        long inKernels = 0;
        long inProducts = 0;
        System.out.println("kernel                       calls    ms/step  share   GFLOP/s     GB/s");
        for (KernelProfile profile : profiler.profiles()) {
            System.out.printf(
                    Locale.ROOT,
                    "%-28s %5d %10.3f %5.1f%% %9.1f %8.1f%n",
                    profile.kernel(),
                    profile.calls() / count,
                    profile.nanos() / 1e6 / count,
                    100.0 * profile.nanos() / total,
                    profile.flopsPerSecond() / 1e9,
                    profile.bytesPerSecond() / 1e9);
            inKernels += profile.nanos();
            inProducts += profile.kernel().startsWith("matmul") ? profile.nanos() : 0;
        }
        System.out.printf(
                Locale.ROOT,
                "outside matrix products: %.1f %% of the step, outside kernels: %.2f %%%n",
                100.0 * (total - inProducts) / total,
                100.0 * (total - inKernels) / total);
    }

    /// Runs one benchmark.
    public static void main(String[] args) throws InterruptedException, IOException {
        BenchModel model = BenchModel.valueOf(args.length > 0 ? args[0] : "S");
        int batch = args.length > 1 ? Integer.parseInt(args[1]) : 8;
        int threads = args.length > 2
                ? Integer.parseInt(args[2])
                : Runtime.getRuntime().availableProcessors();
        int steps = args.length > 3 ? Integer.parseInt(args[3]) : 20;
        String matmul = args.length > 4 ? args[4] : "java";
        try (CpuKernels device = Devices.of(threads, matmul)) {
            new TrainingStepBench(model, batch, device).run(steps);
        }
    }
}
