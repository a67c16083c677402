package inkling.core.nn;

import static inkling.core.nn.Closeness.assertClose;
import static inkling.core.nn.Closeness.tolerance;

import inkling.core.device.Kernels;
import inkling.core.ops.LogSoftmax;
import inkling.core.ops.Softmax;
import inkling.core.ops.Tape;
import inkling.core.ops.Variable;
import inkling.core.tensor.Tensor;
import inkling.testkit.Npz;

/// The softmax fixtures name the dimension to sum over; the operation sums over the last, so the test moves it
/// there.
final class SoftmaxFixture {
    private SoftmaxFixture() {}

    static void check(int number, Kernels kernels) {
        String name = "nn/softmax_" + number;
        Npz fixture = Npz.read("fixtures/cs336/" + name + ".npz");
        int[] shape = fixture.shape("x");
        int axis = Math.floorMod((int) fixture.number("dim"), shape.length);
        Tape tape = Tape.recording(kernels, SmallModel.poisoned(1 << 12));
        Variable x = tape.input(moved(fixture.doubles("x"), shape, axis));
        Variable y = Softmax.apply(tape, x);
        double[] expected = doubles(moved(fixture.doubles("out64"), shape, axis));
        assertClose(name, y.value(), expected, tolerance(name, "out"));
        Tensor logarithm = LogSoftmax.apply(tape, tape.constant(x.value())).value();
        double[] logarithms = new double[expected.length];
        for (int i = 0; i < expected.length; i++) {
            logarithms[i] = Math.log(expected[i]);
        }
        assertClose(name + " log", logarithm, logarithms, 1e-6);
        tape.backward(y, moved(fixture.doubles("dout"), shape, axis));
        double[] dx = doubles(moved(fixture.doubles("dx"), shape, axis));
        assertClose(name + " dx", x.gradient(), dx, tolerance(name, "dx"));
    }

    /// The array as a matrix whose columns are one of its dimensions.
    private static Tensor moved(double[] values, int[] shape, int axis) {
        int columns = shape[axis];
        int inner = 1;
        for (int i = axis + 1; i < shape.length; i++) {
            inner *= shape[i];
        }
        Tensor moved = Tensor.of(new float[values.length], values.length / columns, columns);
        for (int i = 0; i < values.length; i++) {
            int column = i / inner % columns;
            int row = i / inner / columns * inner + i % inner;
            moved.set((long) row * columns + column, (float) values[i]);
        }
        return moved;
    }

    private static double[] doubles(Tensor tensor) {
        double[] values = new double[(int) tensor.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(i);
        }
        return values;
    }
}
