package inkling.core.device.cpu;

import inkling.core.device.Kernels;
import inkling.core.device.profiling.RecordedKernels;
import inkling.core.tensor.WeightFormat;
import inkling.core.tensor.WeightLayout;
import inkling.tokenizer.split.VectorSupport;

/// The processor as a device: [CpuKernels] where the Java runtime has the vector module, else [ScalarKernels].
///
/// The module is an incubating one, so a program must ask for it (`--add-modules jdk.incubator.vector`, as the launcher
/// does), and a small runtime image may lack it. That is said once, by the logger `inkling`.
///
/// Where a flight recording is running, every call becomes an event in it ([RecordedKernels]).
public final class Processor {
    /// Bits of one float: what a loop without vectors computes at a time, as far as anybody has promised.
    private static final int SCALAR_BITS = 32;

    private Processor() {}

    /// A device of so many threads; the calling thread counts as one of them.
    public static Kernels device(int threads) {
        return RecordedKernels.whereRecording(hasVectors() ? new CpuKernels(threads) : new ScalarKernels(threads));
    }

    /// A device of so many threads whose matrix products are done in bf16 by `tiles`; closing it closes them.
    public static Kernels device(int threads, Bf16Tiles tiles) {
        return RecordedKernels.whereRecording(new CpuKernels(threads, tiles));
    }

    /// A device of as many threads as the machine (or its container) has processors.
    public static Kernels onAllCores() {
        return device(cores());
    }

    /// Processors of the machine, or as many as its container may use.
    public static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /// True where kernels on the Vector API can run.
    public static boolean hasVectors() {
        return VectorSupport.AVAILABLE;
    }

    /// True where weights in this format are worth being laid out for generation ([inkling.core.tensor.PackedMatrix]):
    /// without vectors, plain loops are faster over rows of 32 bits as they are.
    public static boolean packs(WeightFormat format) {
        return hasVectors() || format != WeightFormat.FLOAT32;
    }

    /// How weights in this format are laid out for this processor.
    public static WeightLayout layout(WeightFormat format) {
        return hasVectors() ? CpuKernels.layout(format) : WeightLayout.whole(format);
    }

    /// Width of the vectors in use, in bits; that of one float where there are none.
    public static int vectorBits() {
        return hasVectors() ? CpuKernels.vectorBits() : SCALAR_BITS;
    }
}
