/// A device that computes nothing and adds up what a real one would have to do.
///
/// Run a step on [CountingKernels] with virtual tensors and a planning workspace: the sums say what the step
/// costs, and the workspace how much memory it takes.
@NullMarked
package inkling.core.device.counting;

import org.jspecify.annotations.NullMarked;
