package inkling.core.device.cpu;

import inkling.core.device.AdamWStep;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// AdamW in one pass: reads parameter, gradient and both moments once, writes three of them, with the clipping factor
/// applied on the way.
///
/// The three orders of [AdamWStep] differ in constants only. With `p ← (p·before − rate · m/(√v·root + ε))·after`:
///
/// | order | before | rate | root | after |
/// |---|---|---|---|---|
/// | DECAY_FIRST | 1 − lr·λ | lr·√(1−β₂ᵗ)/(1−β₁ᵗ) | 1 | 1 |
/// | DECAY_LAST | 1 | lr·√(1−β₂ᵗ)/(1−β₁ᵗ) | 1 | 1 − lr·λ |
/// | PYTORCH | 1 − lr·λ | lr/(1−β₁ᵗ) | 1/√(1−β₂ᵗ) | 1 |
final class AdamWKernel {
    private final WorkerPool pool;

    AdamWKernel(WorkerPool pool) {
        this.pool = pool;
    }

    private record Constants(
            float beta1, float beta2, float scale, float epsilon, float before, float rate, float root, float after) {
        static Constants of(AdamWStep step) {
            double decay = 1 - (double) step.learningRate() * step.weightDecay();
            double rate = step.learningRate() / (1 - Math.pow(step.beta1(), step.step()));
            double correction = Math.sqrt(1 - Math.pow(step.beta2(), step.step()));
            boolean last = step.order() == AdamWStep.Order.DECAY_LAST;
            boolean pytorch = step.order() == AdamWStep.Order.PYTORCH;
            return new Constants(
                    step.beta1(),
                    step.beta2(),
                    step.gradientScale(),
                    step.epsilon(),
                    last ? 1 : (float) decay,
                    (float) (pytorch ? rate : rate * correction),
                    pytorch ? (float) (1 / correction) : 1,
                    last ? (float) decay : 1);
        }
    }

    private record Tensors(MemorySegment p, MemorySegment g, MemorySegment m, MemorySegment v) {}

    void adamW(Tensor parameters, Tensor gradients, Tensor first, Tensor second, AdamWStep step) {
        long size = parameters.size();
        KernelChecks.size("adamW", "gradients", gradients, size);
        KernelChecks.size("adamW", "firstMoment", first, size);
        KernelChecks.size("adamW", "secondMoment", second, size);
        Constants constants = Constants.of(step);
        Tensors all = new Tensors(parameters.segment(), gradients.segment(), first.segment(), second.segment());
        int blocks = ElementwiseKernel.blocks(size);
        pool.run(8 * size, (worker, workers) -> {
            int last = WorkerPool.from(blocks, worker + 1, workers);
            for (int block = WorkerPool.from(blocks, worker, workers); block < last; block++) {
                long at = 4L * block * ElementwiseKernel.BLOCK;
                update(all, at, ElementwiseKernel.length(size, block), constants);
            }
        });
    }

    private static void update(Tensors all, long at, int length, Constants c) {
        int whole = Lanes.whole(length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            long o = at + 4L * i;
            FloatVector g = Lanes.load(all.g, o).mul(c.scale);
            FloatVector m = firstMoment(Lanes.load(all.m, o), g, c);
            FloatVector v = secondMoment(Lanes.load(all.v, o), g, c);
            Lanes.store(m, all.m, o);
            Lanes.store(v, all.v, o);
            Lanes.store(parameter(Lanes.load(all.p, o), m, v, c), all.p, o);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            long o = at + 4L * whole;
            FloatVector g = Lanes.load(all.g, o, tail).mul(c.scale);
            FloatVector m = firstMoment(Lanes.load(all.m, o, tail), g, c);
            FloatVector v = secondMoment(Lanes.load(all.v, o, tail), g, c);
            Lanes.store(m, all.m, o, tail);
            Lanes.store(v, all.v, o, tail);
            Lanes.store(parameter(Lanes.load(all.p, o, tail), m, v, c), all.p, o, tail);
        }
    }

    private static FloatVector firstMoment(FloatVector m, FloatVector g, Constants c) {
        return m.fma(Lanes.all(c.beta1), g.mul((float) (1 - (double) c.beta1)));
    }

    private static FloatVector secondMoment(FloatVector v, FloatVector g, Constants c) {
        return v.fma(Lanes.all(c.beta2), g.mul((float) (1 - (double) c.beta2)).mul(g));
    }

    private static FloatVector parameter(FloatVector p, FloatVector m, FloatVector v, Constants c) {
        FloatVector denominator = v.sqrt().fma(Lanes.all(c.root), Lanes.all(c.epsilon));
        return m.mul(-c.rate).div(denominator).add(p.mul(c.before)).mul(c.after);
    }
}
