package inkling.core.device;

import static inkling.core.device.RandomTensors.copyOf;
import static inkling.core.device.RandomTensors.poison;

import inkling.core.device.cpu.Processor;
import inkling.core.tensor.Ids;
import inkling.core.tensor.PackedMatrix;
import inkling.core.tensor.Tensor;
import inkling.core.tensor.WeightFormat;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;

/// Every kernel once, at sizes that make several items for five threads and leave remainders; written outputs are
/// poison first. The results by kernel, bit by bit.
final class KernelFingerprint {
    private static final int ROWS = 150;
    private static final int WIDTH = 177;
    /// More than one item of every pass over memory.
    private static final int LONG = 200_003;

    private final RandomTensors random = new RandomTensors(13);
    private final Map<String, float[]> results = new LinkedHashMap<>();
    private final Kernels kernels;

    private KernelFingerprint(Kernels kernels) {
        this.kernels = kernels;
    }

    static Map<String, float[]> of(Kernels kernels) {
        var fingerprint = new KernelFingerprint(kernels);
        fingerprint.products();
        fingerprint.longSums();
        fingerprint.manyColumns();
        fingerprint.packedWeights();
        fingerprint.tables();
        fingerprint.norms();
        fingerprint.attention();
        fingerprint.activations();
        fingerprint.softmaxes();
        fingerprint.passes();
        return fingerprint.results;
    }

    private void keep(String kernel, Tensor... outputs) {
        for (int i = 0; i < outputs.length; i++) {
            results.put(kernel + " " + i, outputs[i].toArray());
        }
    }

    private void products() {
        for (int rows : new int[] {1, 3, ROWS, 530}) {
            for (Product product : Product.values()) {
                Tensor a = product == Product.TN ? random.normal(1, 301, rows) : random.normal(1, rows, 301);
                Tensor b = product == Product.NT ? random.normal(1, WIDTH, 301) : random.normal(1, 301, WIDTH);
                Tensor c = poison(rows, WIDTH);
                kernels.matmul(c, a, b, product, Store.OVERWRITE);
                Tensor sum = random.normal(1, rows, WIDTH);
                kernels.matmul(sum, a, b, product, Store.ADD);
                keep("matmul " + product + " of " + rows + " rows", c, sum);
            }
        }
    }

    /// Sums so long that they are made in several blocks.
    private void longSums() {
        Tensor tall = random.normal(1, 2_000, 90);
        Tensor c = poison(90, 90);
        kernels.matmul(c, tall, tall, Product.TN, Store.OVERWRITE);
        keep("matmul TN of 2,000 rows", c);
    }

    /// Columns enough that one thread or two have panels of their own, while five share them.
    private void manyColumns() {
        Tensor weight = random.normal(1, 1_000, 900);
        Tensor c = poison(ROWS, 1_000);
        kernels.matmul(c, random.normal(1, ROWS, 900), weight, Product.NT, Store.OVERWRITE);
        keep("matmul NT of 1,000 columns", c);
        PackedMatrix packed = PackedMatrix.of(weight, Processor.layout(WeightFormat.FLOAT32), Arena.ofAuto());
        kernels.matmulPacked(c, random.normal(1, ROWS, 900), packed, Store.ADD);
        keep("matmul packed of 1,000 columns", c);
    }

    private void packedWeights() {
        for (WeightFormat format : WeightFormat.values()) {
            PackedMatrix weights =
                    PackedMatrix.of(random.normal(1, WIDTH, 301), Processor.layout(format), Arena.ofAuto());
            for (int rows : new int[] {1, 3, ROWS}) {
                Tensor c = poison(rows, WIDTH);
                kernels.matmulPacked(c, random.normal(1, rows, 301), weights, Store.OVERWRITE);
                keep("matmul packed " + format + " of " + rows + " rows", c);
            }
            Tensor y = poison(ROWS, 301);
            kernels.embedPacked(y, weights, random.ids(ROWS, WIDTH));
            keep("embed packed " + format, y);
        }
    }

    private void tables() {
        Ids ids = random.ids(ROWS, 11);
        Tensor table = random.normal(1, 11, WIDTH);
        Tensor y = poison(ROWS, WIDTH);
        kernels.embed(y, table, ids);
        Tensor dTable = random.normal(1, 11, WIDTH);
        kernels.embedBackward(dTable, y, ids);
        keep("embed", y, dTable);
        for (boolean inverse : new boolean[] {false, true}) {
            var heads = new HeadLayout(4, 2, 18);
            Tensor x = random.normal(1, ROWS, heads.fusedWidth());
            kernels.rope(x, random.normal(1, 11, 18), ids, heads, inverse);
            keep("rope " + inverse, x);
        }
    }

    private void norms() {
        Tensor x = random.normal(1, ROWS, WIDTH);
        Tensor gain = random.normal(1, WIDTH);
        Tensor y = poison(ROWS, WIDTH);
        Tensor r = poison(ROWS, 1);
        kernels.rmsNorm(y, r, x, gain, 1e-5f);
        Tensor dx = random.normal(1, ROWS, WIDTH);
        Tensor dGain = random.normal(1, WIDTH);
        kernels.rmsNormBackward(dx, dGain, y, x, gain, r);
        keep("rms norm", y, r, dx, dGain);
    }

    private void attention() {
        var shape = new AttentionShape(3, 50, new HeadLayout(4, 2, 24));
        Tensor qkv = random.normal(1, ROWS, shape.heads().fusedWidth());
        Tensor y = poison(ROWS, shape.heads().queryWidth());
        Tensor log = poison(12, 50);
        kernels.attention(y, log, qkv, shape);
        Tensor dQkv = poison(qkv.shape());
        kernels.attentionBackward(dQkv, y, qkv, y, log, shape);
        keep("attention", y, log, dQkv);
        for (int start : new int[] {0, 61}) {
            for (int rows : new int[] {1, 50}) {
                Tensor keys = random.normal(1, 2, 120, 24);
                Tensor values = random.normal(1, 2, 120, 24);
                Tensor next = poison(rows, shape.heads().queryWidth());
                kernels.attentionCached(next, qkv.rows(0, rows), keys, values, start, shape.heads());
                keep("attention cached " + start + " " + rows, next, keys, values);
            }
        }
    }

    private void activations() {
        Tensor gateUp = random.normal(3, ROWS, 2 * WIDTH);
        Tensor dy = random.normal(1, ROWS, WIDTH);
        Tensor y = poison(ROWS, WIDTH);
        kernels.swiGlu(y, gateUp);
        Tensor dGateUp = poison(ROWS, 2 * WIDTH);
        kernels.swiGluBackward(dGateUp, dy, gateUp);
        keep("swi glu", y, dGateUp);
        Tensor silu = poison(ROWS, WIDTH);
        kernels.silu(silu, dy);
        Tensor dx = poison(ROWS, WIDTH);
        kernels.siluBackward(dx, y, dy);
        keep("silu", silu, dx);
    }

    private void softmaxes() {
        Tensor x = random.normal(5, ROWS, WIDTH);
        Tensor y = poison(ROWS, WIDTH);
        kernels.softmax(y, x);
        Tensor log = poison(ROWS, WIDTH);
        kernels.logSoftmax(log, x);
        Tensor dx = poison(ROWS, WIDTH);
        kernels.softmaxBackward(dx, x, y);
        keep("softmax", y, log, dx);
        Ids targets = random.ids(ROWS, WIDTH);
        Tensor losses = poison(ROWS, 1);
        kernels.crossEntropy(losses, x, targets);
        Tensor again = poison(ROWS, 1);
        Tensor gradient = copyOf(x);
        kernels.crossEntropyWithGradient(again, gradient, targets, 0.37f);
        keep("cross entropy", losses, again, gradient);
    }

    private void passes() {
        Tensor x = random.normal(1, LONG);
        Tensor y = poison(LONG);
        kernels.copy(y, x);
        kernels.addScaled(y, x, -0.3f);
        kernels.scale(y, 1.7f);
        Tensor filled = poison(LONG);
        kernels.fill(filled, 2.5f);
        keep("passes", y, filled);
        results.put("sum of squares", new float[] {(float) kernels.sumOfSquares(x)});
        for (AdamWStep.Order order : AdamWStep.Order.values()) {
            Tensor theta = copyOf(x);
            Tensor m = random.normal(0.1, LONG);
            Tensor v = random.positive(LONG);
            kernels.adamW(theta, y, m, v, new AdamWStep(1e-2f, 0.9f, 0.99f, 1e-8f, 0.1f, 0.5f, 3, order));
            keep("adam w " + order, theta, m, v);
        }
    }
}
