package inkling.core.device;

import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Seeded inputs for kernel tests.
final class RandomTensors {
    private final SplittableRandom random;

    RandomTensors(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Normal values with the given standard deviation.
    Tensor normal(double deviation, int... shape) {
        float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return Tensor.of(values, shape);
    }

    /// Normal values around an offset, all positive enough to be squares or variances.
    Tensor positive(int... shape) {
        Tensor tensor = normal(1, shape);
        for (long i = 0; i < tensor.size(); i++) {
            tensor.set(i, Math.abs(tensor.get(i)) + 0.3f);
        }
        return tensor;
    }

    /// Not-a-number everywhere, so that a kernel that reads its output is found out.
    static Tensor poison(int... shape) {
        float[] values = new float[Math.toIntExact(Tensor.elements(shape))];
        Arrays.fill(values, Float.NaN);
        return Tensor.of(values, shape);
    }

    static Tensor copyOf(Tensor tensor) {
        return Tensor.of(tensor.toArray(), tensor.shape());
    }

    Ids ids(int count, int bound) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(bound);
        }
        return Ids.of(values);
    }
}
