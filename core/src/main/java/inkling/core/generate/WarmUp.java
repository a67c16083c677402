package inkling.core.generate;

import inkling.core.device.Kernels;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.TransformerLm;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.WeightFormat;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// Lets a tiny model write for nobody while a real one is still being read, so that the compiler has seen the loops of
/// generation when they are needed: on a machine with a second processor the first token comes sooner.
///
/// ```java
/// try (var _ = WarmUp.start(() -> new CpuKernels(1), Optional.of(WeightFormat.FLOAT32))) {
///     model = folder.loadModel(checkpoint, WeightFormat.FLOAT32, arena);
/// }
/// ```
public final class WarmUp implements AutoCloseable {
    /// One layer whose widths are and are not multiples of a vector, so that both ways through every loop are seen.
    private static final ModelConfig TINY = ModelConfig.standard(200, 32, 64, 1, 2, 172);

    private static final double LONGEST_SECONDS = 3;

    private final Supplier<Kernels> device;
    private final Optional<WeightFormat> packed;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("inkling-warm-up").unstarted(this::write);
    private volatile boolean enough;

    private WarmUp(Supplier<Kernels> device, Optional<WeightFormat> packed) {
        this.device = device;
        this.packed = packed;
    }

    /// Begins in a thread of its own.
    ///
    /// @param device makes a device of one thread, of the kind that will be used; it is closed at the end
    /// @param packed the format that the weights of the real model are laid out in, if they are
    public static WarmUp start(Supplier<Kernels> device, Optional<WeightFormat> packed) {
        var warmUp = new WarmUp(device, packed);
        warmUp.thread.start();
        return warmUp;
    }

    private void write() {
        try (Kernels kernels = device.get();
                Arena arena = Arena.ofShared()) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(TINY, declarations);
            Parameters parameters = declarations.allocateValues(arena); // zeros will do
            packed.ifPresent(format -> parameters.pack(format, arena));
            var sampler = new Sampler(new SamplingSpec(0.8, 0, 0.95), new SplittableRandom(1));
            var request = new Generator.Request(TINY.contextLength() - 4, Set.of());
            long start = System.nanoTime();
            try (var generator = new Generator(model, kernels)) {
                while (!enough && System.nanoTime() - start < LONGEST_SECONDS * 1e9) {
                    Generator.End _ = generator.generate(new int[] {1, 2, 3, 4}, request, sampler, _ -> !enough);
                }
            }
        }
    }

    /// True until it has ended.
    boolean isRunning() {
        return thread.isAlive();
    }

    /// Ends it, and waits for that; once more does nothing.
    @Override
    public void close() {
        enough = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
