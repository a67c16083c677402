/// The fast device: Vector API kernels on all cores of the machine.
///
/// Read [CpuKernels] first (the list), then [WorkerPool] (how work is shared), [Lanes] (the vector helpers), then
/// any one kernel: each stands in a file of its own, with its tiling drawn in its doc.
///
/// Work is split by output rows, heads or fixed tiles, never by what is summed, so results do not depend on the
/// number of threads.
@NullMarked
package inkling.core.device.cpu;

import org.jspecify.annotations.NullMarked;
