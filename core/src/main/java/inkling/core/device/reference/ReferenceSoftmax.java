package inkling.core.device.reference;

import inkling.core.device.KernelChecks;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;

/// Softmax and cross-entropy of the reference device.
final class ReferenceSoftmax {
    private ReferenceSoftmax() {}

    static void softmax(Tensor y, Tensor x) {
        KernelChecks.same("softmax", "y", y, x);
        int width = x.columns();
        for (int i = 0; i < x.rows(); i++) {
            long row = (long) i * width;
            double total = logSumExp(x, row, width);
            for (int j = 0; j < width; j++) {
                boolean empty = total == Double.NEGATIVE_INFINITY;
                y.set(row + j, empty ? 0 : (float) Math.exp(x.get(row + j) - total));
            }
        }
    }

    static void logSoftmax(Tensor y, Tensor x) {
        KernelChecks.same("logSoftmax", "y", y, x);
        int width = x.columns();
        for (int i = 0; i < x.rows(); i++) {
            long row = (long) i * width;
            double total = logSumExp(x, row, width);
            for (int j = 0; j < width; j++) {
                y.set(row + j, (float) (x.get(row + j) - total));
            }
        }
    }

    static void softmaxBackward(Tensor dx, Tensor dy, Tensor y) {
        KernelChecks.same("softmaxBackward", "dx", dx, y);
        KernelChecks.same("softmaxBackward", "dy", dy, y);
        int width = y.columns();
        for (int i = 0; i < y.rows(); i++) {
            long row = (long) i * width;
            double sum = 0;
            for (int j = 0; j < width; j++) {
                sum += (double) dy.get(row + j) * y.get(row + j);
            }
            for (int j = 0; j < width; j++) {
                dx.set(row + j, (float) (y.get(row + j) * (dy.get(row + j) - sum)));
            }
        }
    }

    static void crossEntropy(Tensor losses, Tensor logits, Ids targets) {
        KernelChecks.crossEntropy(losses, logits, targets);
        int width = logits.columns();
        for (int i = 0; i < logits.rows(); i++) {
            long row = (long) i * width;
            losses.set(i, (float) (logSumExp(logits, row, width) - logits.get(row + targets.get(i))));
        }
    }

    static void crossEntropyWithGradient(Tensor losses, Tensor logits, Ids targets, float scale) {
        KernelChecks.crossEntropy(losses, logits, targets);
        int width = logits.columns();
        for (int i = 0; i < logits.rows(); i++) {
            long row = (long) i * width;
            double total = logSumExp(logits, row, width);
            losses.set(i, (float) (total - logits.get(row + targets.get(i))));
            for (int j = 0; j < width; j++) {
                double probability = Math.exp(logits.get(row + j) - total);
                double target = j == targets.get(i) ? 1 : 0;
                logits.set(row + j, (float) ((probability - target) * scale));
            }
        }
    }

    private static double logSumExp(Tensor x, long row, int width) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < width; j++) {
            max = Math.max(max, x.get(row + j));
        }
        if (max == Double.NEGATIVE_INFINITY) {
            return max;
        }
        double sum = 0;
        for (int j = 0; j < width; j++) {
            sum += Math.exp(x.get(row + j) - max);
        }
        return max + Math.log(sum);
    }
}
