package inkling.core.optim;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.device.AdamWStep;
import inkling.core.device.Kernels;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.tensor.Initializer;
import inkling.core.tensor.Parameter;
import inkling.core.tensor.Parameters;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/// What the published runs, which `ReferenceCheckTest` follows, leave open.
final class AdamWTest {
    private final Kernels kernels = new ReferenceKernels();

    private static Parameters vector(float... values) {
        var declarations = new Parameters.Declarations();
        Parameter parameter = declarations.vector("w", new Initializer.Constant(0), values.length);
        Parameters parameters = declarations.allocate(Arena.ofAuto());
        parameter.value().copyFrom(values);
        return parameters;
    }

    @Test
    void weight_decay_leaves_gains_alone_unless_asked() {
        for (boolean decayGains : new boolean[] {false, true}) {
            Parameters parameters = vector(1, 2, 3);
            var spec = new OptimizerSpec.AdamW(0.9, 0.95, 1e-8, 0.5, decayGains, AdamWStep.Order.DECAY_FIRST);
            new AdamW(spec, kernels, parameters, Arena.ofAuto()).step(0.1, 1);
            float factor = decayGains ? 0.95f : 1;
            assertThat(parameters.all().getFirst().value().toArray())
                    .usingComparatorWithPrecision(1e-6f)
                    .containsExactly(factor, 2 * factor, 3 * factor);
        }
    }
}
