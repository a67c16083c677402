package inkling.core.device.cpu;

import inkling.core.device.AdamWStep;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// AdamW in one pass over memory: 16 bytes read and 12 written per parameter, which is all the time it takes.
///
/// All three orders are one formula with different constants:
///
/// ```
/// θ ← (θ·before − rate · m / (√v·root + ε)) · after
/// ```
///
/// `before` or `after` is `1 − lr·λ`, the other 1; `rate` and `root` hold the bias correction.
final class AdamWKernel {
    private static final int PIECE = 1 << 14;

    private final WorkerPool pool;

    AdamWKernel(WorkerPool pool) {
        this.pool = pool;
    }

    /// The constants of one step.
    private record Constants(
            float beta1,
            float beta2,
            float gradientScale,
            float before,
            float after,
            float rate,
            float root,
            float epsilon) {
        static Constants of(AdamWStep step) {
            double correction1 = 1 - Math.pow(step.beta1(), step.step());
            double correction2 = Math.sqrt(1 - Math.pow(step.beta2(), step.step()));
            float kept = (float) (1 - (double) step.learningRate() * step.weightDecay());
            boolean decayLast = step.order() == AdamWStep.Order.DECAY_LAST;
            boolean pytorch = step.order() == AdamWStep.Order.PYTORCH;
            return new Constants(
                    step.beta1(),
                    step.beta2(),
                    step.gradientScale(),
                    decayLast ? 1f : kept,
                    decayLast ? kept : 1f,
                    (float) (step.learningRate() * (pytorch ? 1 : correction2) / correction1),
                    pytorch ? (float) (1 / correction2) : 1f,
                    step.epsilon());
        }
    }

    void update(Tensor parameters, Tensor gradients, Tensor firstMoment, Tensor secondMoment, AdamWStep step) {
        for (Tensor tensor : new Tensor[] {gradients, firstMoment, secondMoment}) {
            KernelChecks.size("adamW", "gradient or moment", tensor, parameters.size());
        }
        Constants constants = Constants.of(step);
        var slabs = new Slabs(parameters.segment(), gradients.segment(), firstMoment.segment(), secondMoment.segment());
        long size = parameters.size();
        pool.run(Math.toIntExact((size + PIECE - 1) / PIECE), (piece, worker) -> {
            long from = (long) piece * PIECE;
            long to = Math.min(size, from + PIECE);
            updateRange(slabs, from, to, constants);
        });
    }

    private record Slabs(MemorySegment theta, MemorySegment g, MemorySegment m, MemorySegment v) {}

    private static void updateRange(Slabs slabs, long from, long to, Constants c) {
        MemorySegment theta = slabs.theta;
        MemorySegment g = slabs.g;
        MemorySegment m = slabs.m;
        MemorySegment v = slabs.v;
        long i = from;
        float oneMinusBeta1 = 1 - c.beta1;
        float oneMinusBeta2 = 1 - c.beta2;
        for (; i + Lanes.COUNT <= to; i += Lanes.COUNT) {
            FloatVector gradient = Lanes.load(g, i).mul(c.gradientScale);
            FloatVector first = Lanes.load(m, i).mul(c.beta1).add(gradient.mul(oneMinusBeta1));
            FloatVector second =
                    Lanes.load(v, i).mul(c.beta2).add(gradient.mul(gradient).mul(oneMinusBeta2));
            Lanes.store(first, m, i);
            Lanes.store(second, v, i);
            FloatVector divisor = second.sqrt().mul(c.root).add(c.epsilon);
            FloatVector change = first.mul(c.rate).div(divisor);
            Lanes.store(Lanes.load(theta, i).mul(c.before).sub(change).mul(c.after), theta, i);
        }
        for (; i < to; i++) {
            float gradient = Lanes.get(g, i) * c.gradientScale;
            float first = Lanes.get(m, i) * c.beta1 + gradient * oneMinusBeta1;
            float second = Lanes.get(v, i) * c.beta2 + gradient * gradient * oneMinusBeta2;
            Lanes.set(m, i, first);
            Lanes.set(v, i, second);
            float change = first * c.rate / ((float) Math.sqrt(second) * c.root + c.epsilon);
            Lanes.set(theta, i, (Lanes.get(theta, i) * c.before - change) * c.after);
        }
    }
}
