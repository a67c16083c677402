/// Tests of the devices that watch.
@NullMarked
package inkling.core.device.profiling;

import org.jspecify.annotations.NullMarked;
