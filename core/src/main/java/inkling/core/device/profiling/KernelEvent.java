package inkling.core.device.profiling;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// One kernel call in a flight recording.
@Name("inkling.Kernel")
@Label("Kernel")
@Category("inkling")
@Description("One call of a kernel: what it computed and moved, and how long it took")
@StackTrace(false)
final class KernelEvent extends Event {
    @Label("Kernel")
    String kernel = "";

    @Label("Shape")
    @Description("m×n×k of a matrix product, else rows × columns")
    String shape = "";

    @Label("FLOPs")
    @Description("Floating-point operations as executed; 0 where memory is what limits")
    long flops;

    @Label("Bytes")
    @Description("All inputs and outputs, each once")
    @DataAmount
    long bytes;

    @Label("GFLOP/s")
    double gigaflopsPerSecond;
}
