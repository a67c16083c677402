package inkling.core.device;

import static inkling.core.device.RandomTensors.poison;

import inkling.core.tensor.Ids;
import inkling.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The bits that every kernel that sums computes from the same inputs, at sizes that fill several pieces, strips and
/// blocks.
final class KernelFingerprint {
    private KernelFingerprint() {}

    /// All outputs, one after the other.
    static float[] of(Kernels kernels) {
        var random = new RandomTensors(13);
        List<Tensor> outputs = new ArrayList<>();
        attentionOutputs(kernels, random, outputs);
        productOutputs(kernels, random, outputs);
        rowOutputs(kernels, random, outputs);
        float[] all = new float[(int) outputs.stream().mapToLong(Tensor::size).sum()];
        int at = 0;
        for (Tensor output : outputs) {
            System.arraycopy(output.toArray(), 0, all, at, (int) output.size());
            at += (int) output.size();
        }
        return all;
    }

    private static Tensor kept(List<Tensor> outputs, Tensor output) {
        outputs.add(output);
        return output;
    }

    private static void attentionOutputs(Kernels kernels, RandomTensors random, List<Tensor> outputs) {
        var heads = new HeadLayout(4, 2, 24);
        var shape = new AttentionShape(3, 50, heads);
        Tensor qkv = kept(outputs, random.normal(1, 150, heads.fusedWidth()));
        kernels.rope(qkv, random.normal(1, 50, 24), random.ids(150, 50), heads, false);
        Tensor y = kept(outputs, poison(150, heads.queryWidth()));
        Tensor log = kept(outputs, poison(12, 50));
        kernels.attention(y, log, qkv, shape);
        Tensor dy = random.normal(1, 150, heads.queryWidth());
        kernels.attentionBackward(kept(outputs, poison(qkv.shape())), dy, qkv, y, log, shape);
        Tensor keys = random.normal(1, 2, 190, 24);
        kernels.attentionCached(
                kept(outputs, poison(150, heads.queryWidth())), qkv, keys, random.normal(1, 2, 190, 24), 40, heads);
        Tensor one = random.normal(1, 1, heads.fusedWidth());
        kernels.attentionCached(
                kept(outputs, poison(1, heads.queryWidth())), one, keys, random.normal(1, 2, 190, 24), 189, heads);
    }

    private static void productOutputs(Kernels kernels, RandomTensors random, List<Tensor> outputs) {
        for (int rows : new int[] {1, 3, 150, 500}) {
            Tensor x = random.normal(1, rows, 77);
            Tensor w = random.normal(1, 300, 77);
            Tensor y = kept(outputs, random.normal(1, rows, 300));
            kernels.matmul(y, x, w, Product.NT, Store.ADD);
            kernels.matmul(kept(outputs, poison(rows, 77)), y, w, Product.NN, Store.OVERWRITE);
            kernels.matmul(kept(outputs, poison(300, 77)), y, x, Product.TN, Store.OVERWRITE);
        }
        Tensor long1 = random.normal(1, 2000, 90);
        kernels.matmul(kept(outputs, poison(90, 90)), long1, long1, Product.TN, Store.OVERWRITE);
    }

    private static void rowOutputs(Kernels kernels, RandomTensors random, List<Tensor> outputs) {
        Tensor x = random.normal(1, 150, 78);
        Tensor gain = random.normal(1, 78);
        Tensor r = kept(outputs, poison(150, 1));
        kernels.rmsNorm(kept(outputs, poison(150, 78)), r, x, gain, 1e-5f);
        Tensor dy = random.normal(1, 150, 78);
        Tensor dx = kept(outputs, random.normal(1, 150, 78));
        kernels.rmsNormBackward(dx, kept(outputs, random.normal(1, 78)), dy, x, gain, r);
        kernels.swiGlu(kept(outputs, poison(150, 39)), x);
        kernels.swiGluBackward(kept(outputs, poison(150, 78)), random.normal(1, 150, 39), x);
        kernels.softmax(kept(outputs, poison(150, 78)), x);
        Ids ids = random.ids(150, 78);
        kernels.embedBackward(kept(outputs, random.normal(1, 78, 78)), dy, ids);
        Tensor logits = kept(outputs, random.normal(3, 150, 78));
        kernels.crossEntropyWithGradient(kept(outputs, poison(150, 1)), logits, ids, 0.1f);
        Tensor large = random.normal(1, 200_003);
        Tensor moment = random.positive(200_003);
        kernels.adamW(
                kept(outputs, random.normal(1, 200_003)),
                large,
                kept(outputs, random.normal(1, 200_003)),
                moment,
                new AdamWStep(1e-2f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.5f, 3, AdamWStep.Order.DECAY_FIRST));
        outputs.add(Tensor.of(new float[] {(float) kernels.sumOfSquares(large)}, 1));
    }
}
