package inkling.core.device.profiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import inkling.core.device.counting.CountingKernels;
import inkling.core.device.counting.KernelCount;
import inkling.core.device.reference.ReferenceKernels;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.StepMemory;
import inkling.core.nn.TransformerLm;
import inkling.core.ops.Tape;
import inkling.core.tensor.Ids;
import inkling.core.tensor.Parameters;
import inkling.core.tensor.Workspace;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The places that kernels are called from, and that nothing is lost on the way.
class StepProfilerTest {
    private static final int BATCH = 2;
    private static final int TIME = 8;
    private static final ModelConfig MODEL = ModelConfig.standard(50, TIME, 16, 2, 2, 32);

    @Test
    void counts_what_the_counting_device_counts() {
        var counting = new CountingKernels();
        long _ = StepMemory.training(MODEL, BATCH, TIME, counting);
        KernelCount sum = KernelCount.ZERO;
        for (PlacedKernel kernel : profiled(MODEL)) {
            sum = sum.plus(kernel.profile().count());
            assertThat(kernel.profile().calls())
                    .isEqualTo(kernel.profile().count().calls());
            assertThat(kernel.profile().nanos()).isPositive();
        }
        assertThat(sum).isEqualTo(counting.total());
    }

    @Test
    void every_kernel_of_a_layer_is_placed_in_it_forwards_and_backwards() {
        List<PlacedKernel> kernels = profiled(MODEL);
        for (String layer : List.of("layer 0", "layer 1")) {
            assertThat(lines(kernels, layer))
                    .containsAll(List.of(
                            "FORWARD norm ln1 rms norm",
                            "FORWARD attention q+k+v matmul NT",
                            "FORWARD attention  rope",
                            "FORWARD attention  attention",
                            "FORWARD attention output matmul NT",
                            "FORWARD norm ln2 rms norm",
                            "FORWARD feed-forward w1+w3 matmul NT",
                            "FORWARD feed-forward  swi glu",
                            "FORWARD feed-forward w2 matmul NT",
                            "BACKWARD feed-forward w2 matmul TN",
                            "BACKWARD feed-forward w2 matmul NN",
                            "BACKWARD feed-forward  swi glu backward",
                            "BACKWARD feed-forward w1+w3 matmul TN",
                            "BACKWARD norm ln2 rms norm backward",
                            "BACKWARD attention output matmul TN",
                            "BACKWARD attention  attention backward",
                            "BACKWARD attention  rope backward",
                            "BACKWARD attention q+k+v matmul NN",
                            "BACKWARD norm ln1 rms norm backward"));
        }
        assertThat(lines(kernels, "embedding")).containsExactly("BACKWARD   embed backward", "FORWARD   embed");
        assertThat(lines(kernels, "output head"))
                .contains("FORWARD   matmul NT", "FORWARD   cross entropy with gradient", "BACKWARD   matmul TN");
        assertThat(layers(kernels)).containsExactly("embedding", "final norm", "layer 0", "layer 1", "output head");
    }

    @Test
    void a_tied_head_is_a_head_and_other_feed_forward_networks_are_named_too() {
        ModelConfig plain = ModelConfig.standard(50, TIME, 16, 1, 2, 32);
        ModelConfig tied = new ModelConfig(
                plain.vocabularySize(),
                plain.contextLength(),
                plain.dModel(),
                plain.numLayers(),
                plain.numHeads(),
                plain.numKeyValueHeads(),
                plain.norm(),
                plain.placement(),
                plain.position(),
                new FeedForwardSpec.Silu(32),
                true);
        List<PlacedKernel> kernels = profiled(tied);
        assertThat(lines(kernels, "output head")).contains("FORWARD   matmul NT", "BACKWARD   matmul NN");
        assertThat(lines(kernels, "embedding")).contains("FORWARD   embed", "BACKWARD   embed backward");
        assertThat(lines(kernels, "layer 0")).contains("FORWARD feed-forward  silu");
    }

    @Test
    void the_limit_is_the_longer_of_computing_and_moving() {
        var profile = new KernelProfile("matmul NT", 1, 1, new KernelCount(1, 600, 600, 100, 50));
        assertThat(profile.limitNanos(100e9, 1e12)).isCloseTo(6, within(1e-9));
        assertThat(profile.limitNanos(100e9, 10e9)).isCloseTo(15, within(1e-9));
    }

    private static Set<String> lines(List<PlacedKernel> kernels, String layer) {
        return kernels.stream()
                .map(PlacedKernel::place)
                .filter(place -> place.layer().equals(layer))
                .map(place -> place.phase() + " " + place.part() + " " + place.role() + " " + place.kernel())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> layers(List<PlacedKernel> kernels) {
        return kernels.stream().map(kernel -> kernel.place().layer()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<PlacedKernel> profiled(ModelConfig config) {
        try (Arena arena = Arena.ofConfined()) {
            var declarations = new Parameters.Declarations();
            TransformerLm model = TransformerLm.declare(config, declarations);
            Parameters parameters = declarations.allocate(arena);
            parameters.initialize(1);
            try (var kernels = new StepProfiler(new ReferenceKernels(), parameters)) {
                long bytes = StepMemory.training(config, BATCH, TIME, new CountingKernels());
                Tape tape = Tape.recording(kernels, Workspace.allocate(arena, bytes));
                Ids ids = Ids.of(new int[BATCH * TIME]);
                double _ = model.lossAndGradients(tape, ids, ids, BATCH, TIME, 1);
                return kernels.kernels();
            }
        }
    }
}
