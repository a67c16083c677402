package inkling.app.profile;

import inkling.core.device.profiling.PlacedKernel;
import java.util.List;

/// What some training steps took, all together.
///
/// @param device name of the device
/// @param parameters learned elements of the model
/// @param tokensPerStep tokens of one step
/// @param stepFlops FLOPs of one step as papers count them
/// @param warmUpSteps steps made before
/// @param steps steps measured
/// @param nanos time of all steps measured
/// @param kernels what each kernel took, all steps together, in the order of the calls
record StepProfile(
        String device,
        long parameters,
        long tokensPerStep,
        double stepFlops,
        int warmUpSteps,
        int steps,
        long nanos,
        List<PlacedKernel> kernels) {

    /// Time of all kernels.
    long kernelNanos() {
        return kernels.stream().mapToLong(one -> one.profile().nanos()).sum();
    }

    /// The rest of the time: between two kernels the program takes and releases memory, finds the next batch, and reads
    /// the clock.
    long otherNanos() {
        return nanos - kernelNanos();
    }

    double stepMillis() {
        return nanos / 1e6 / steps;
    }

    double tokensPerSecond() {
        return tokensPerStep * 1e9 * steps / nanos;
    }

    double flopsPerSecond() {
        return stepFlops * 1e9 * steps / nanos;
    }
}
