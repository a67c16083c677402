package inkling.core.device.reference;

import inkling.core.device.HeadLayout;
import inkling.core.device.KernelChecks;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;

/// RMSNorm and rotary embedding of the reference device.
final class ReferenceNorm {
    private ReferenceNorm() {}

    static void rmsNorm(Tensor y, Tensor inverseRms, Tensor x, Tensor gain, float epsilon) {
        KernelChecks.rmsNorm(y, inverseRms, x, gain);
        int width = x.columns();
        for (int i = 0; i < x.rows(); i++) {
            long row = (long) i * width;
            double squares = 0;
            for (int j = 0; j < width; j++) {
                squares += (double) x.get(row + j) * x.get(row + j);
            }
            double r = 1 / Math.sqrt(squares / width + epsilon);
            inverseRms.set(i, (float) r);
            for (int j = 0; j < width; j++) {
                y.set(row + j, (float) (x.get(row + j) * r * gain.get(j)));
            }
        }
    }

    static void rmsNormBackward(Tensor dx, Tensor dGain, Tensor dy, Tensor x, Tensor gain, Tensor inverseRms) {
        KernelChecks.rmsNorm(dy, inverseRms, x, gain);
        KernelChecks.same("rmsNormBackward", "dx", dx, x);
        KernelChecks.size("rmsNormBackward", "dGain", dGain, x.columns());
        int width = x.columns();
        double[] gainSums = new double[width];
        for (int i = 0; i < x.rows(); i++) {
            long row = (long) i * width;
            double r = inverseRms.get(i);
            double hx = 0;
            for (int j = 0; j < width; j++) {
                hx += (double) gain.get(j) * dy.get(row + j) * x.get(row + j);
                gainSums[j] += (double) dy.get(row + j) * x.get(row + j) * r;
            }
            for (int j = 0; j < width; j++) {
                double h = (double) gain.get(j) * dy.get(row + j);
                double d = r * h - x.get(row + j) * r * r * r * hx / width;
                dx.set(row + j, (float) (dx.get(row + j) + d));
            }
        }
        for (int j = 0; j < width; j++) {
            dGain.set(j, (float) (dGain.get(j) + gainSums[j]));
        }
    }

    static void rope(Tensor x, Tensor angles, Ids positions, HeadLayout heads, boolean inverse) {
        KernelChecks.rope(x, angles, positions, heads);
        int rotatedWidth = heads.queryWidth() + heads.keyValueWidth();
        for (int i = 0; i < positions.size(); i++) {
            long row = (long) i * heads.fusedWidth();
            long angleRow = (long) positions.get(i) * heads.headWidth();
            for (int j = 0; j < rotatedWidth; j += 2) {
                long angle = angleRow + j % heads.headWidth();
                double cos = angles.get(angle);
                double sin = inverse ? -angles.get(angle + 1) : angles.get(angle + 1);
                double a = x.get(row + j);
                double b = x.get(row + j + 1);
                x.set(row + j, (float) (a * cos - b * sin));
                x.set(row + j + 1, (float) (a * sin + b * cos));
            }
        }
    }
}
