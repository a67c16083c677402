/// A device that passes every call to another one and keeps the time, the FLOPs and the bytes of each kind of call.
///
/// Read [ProfilingKernels].
@NullMarked
package inkling.core.device.profiling;

import org.jspecify.annotations.NullMarked;
