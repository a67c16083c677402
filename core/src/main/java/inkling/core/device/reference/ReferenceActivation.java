package inkling.core.device.reference;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Tensor;

/// SiLU and SwiGLU of the reference device.
final class ReferenceActivation {
    private ReferenceActivation() {}

    static void swiGlu(Tensor y, Tensor gateUp) {
        KernelChecks.swiGlu(y, gateUp);
        int width = y.columns();
        for (int i = 0; i < y.rows(); i++) {
            for (int j = 0; j < width; j++) {
                double gate = gateUp.get(2L * i * width + j);
                double up = gateUp.get(2L * i * width + width + j);
                y.set((long) i * width + j, (float) (gate * sigmoid(gate) * up));
            }
        }
    }

    static void swiGluBackward(Tensor dGateUp, Tensor dy, Tensor gateUp) {
        KernelChecks.swiGlu(dy, gateUp);
        KernelChecks.same("swiGluBackward", "dGateUp", dGateUp, gateUp);
        int width = dy.columns();
        for (int i = 0; i < dy.rows(); i++) {
            for (int j = 0; j < width; j++) {
                long gateAt = 2L * i * width + j;
                double gate = gateUp.get(gateAt);
                double up = gateUp.get(gateAt + width);
                double d = dy.get((long) i * width + j);
                dGateUp.set(gateAt, (float) (d * up * siluSlope(gate)));
                dGateUp.set(gateAt + width, (float) (d * gate * sigmoid(gate)));
            }
        }
    }

    static void silu(Tensor y, Tensor x) {
        KernelChecks.same("silu", "y", y, x);
        for (long i = 0; i < x.size(); i++) {
            y.set(i, (float) (x.get(i) * sigmoid(x.get(i))));
        }
    }

    static void siluBackward(Tensor dx, Tensor dy, Tensor x) {
        KernelChecks.same("siluBackward", "dx", dx, x);
        KernelChecks.same("siluBackward", "dy", dy, x);
        for (long i = 0; i < x.size(); i++) {
            dx.set(i, (float) (dy.get(i) * siluSlope(x.get(i))));
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double siluSlope(double x) {
        double s = sigmoid(x);
        return s * (1 + x * (1 - s));
    }
}
