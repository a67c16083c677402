package inkling.bench.generate;

import inkling.core.device.Kernels;
import inkling.core.device.Product;
import inkling.core.device.Store;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// Nothing but the matrix products of a prompt: each layer's for all its tokens, the output head's for the last.
final class PromptProducts {
    private final Kernels kernels;
    private final List<Parameter> weights = new ArrayList<>();
    private final Tensor x;
    private final Tensor y;
    private final int tokens;

    PromptProducts(Kernels kernels, Parameters parameters, int tokens) {
        this.kernels = kernels;
        this.tokens = tokens;
        long in = 1;
        long out = 1;
        for (Parameter parameter : parameters.all()) {
            if (parameter.shape().length == 2 && !parameter.name().equals("token_embeddings.weight")) {
                weights.add(parameter);
                in = Math.max(in, (long) rows(parameter) * parameter.columns());
                out = Math.max(out, (long) rows(parameter) * parameter.rows());
            }
        }
        x = Tensor.allocate(Arena.ofAuto(), Math.toIntExact(in));
        y = Tensor.allocate(Arena.ofAuto(), Math.toIntExact(out));
        for (long i = 0; i < in; i++) {
            x.set(i, 0.01f * (i % 13));
        }
    }

    private int rows(Parameter weight) {
        return weight.name().equals("lm_head.weight") ? 1 : tokens;
    }

    void run() {
        for (Parameter weight : weights) {
            Tensor a = view(x, rows(weight), weight.columns());
            Tensor c = view(y, rows(weight), weight.rows());
            if (weight.isPacked()) {
                kernels.matmulPacked(c, a, weight.packed(), Store.OVERWRITE);
            } else {
                kernels.matmul(c, a, weight.value(), Product.NT, Store.OVERWRITE);
            }
        }
    }

    private static Tensor view(Tensor memory, int rows, int columns) {
        return Tensor.over(memory.segment().asSlice(0, 4L * rows * columns), rows, columns);
    }

    double flops() {
        double flops = 0;
        for (Parameter weight : weights) {
            flops += 2.0 * rows(weight) * weight.size();
        }
        return flops;
    }
}
