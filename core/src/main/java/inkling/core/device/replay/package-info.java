/// A device that repeats the calls of a step on another device.
///
/// Generation computes the same step for every token: [ReplayKernels] remembers its kernel calls once.
@NullMarked
package inkling.core.device.replay;

import org.jspecify.annotations.NullMarked;
