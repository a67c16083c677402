package inkling.core.train;

import inkling.core.device.Kernels;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/// What a run is given by its surroundings.
///
/// @param kernels the device
/// @param nanoClock a clock that never goes back, in nanoseconds
/// @param flopsPerToken FLOPs of training on one token, by the formulas
/// @param peakFlopsPerSecond the machine's measured peak, where it is known
public record TrainSetup(
        Kernels kernels, LongSupplier nanoClock, double flopsPerToken, OptionalDouble peakFlopsPerSecond) {
    /// On these kernels, with the system's clock, without a known peak.
    public static TrainSetup on(Kernels kernels) {
        return new TrainSetup(kernels, System::nanoTime, 0, OptionalDouble.empty());
    }

    /// Model FLOPs utilisation at this speed.
    OptionalDouble mfu(double tokensPerSecond) {
        return peakFlopsPerSecond.isPresent()
                ? OptionalDouble.of(tokensPerSecond * flopsPerToken / peakFlopsPerSecond.getAsDouble())
                : OptionalDouble.empty();
    }
}
