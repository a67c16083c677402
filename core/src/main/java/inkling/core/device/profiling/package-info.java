/// Devices that pass every call to another one and watch it: what each kernel takes and does.
///
/// [WatchedKernels] passes on; [ProfilingKernels] sums up by kernel, [StepProfiler] by the place in a training step,
/// [RecordedKernels] writes events into a flight recording.
@NullMarked
package inkling.core.device.profiling;

import org.jspecify.annotations.NullMarked;
