package inkling.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import inkling.core.accounting.Plan;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.NormPlacement;
import inkling.core.nn.NormSpec;
import inkling.core.nn.PositionSpec;
import inkling.core.optim.LearningRate;
import inkling.core.train.TrainConfig;
import inkling.core.train.TrainPresets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The runs of a sweep differ from the given one in what was asked for, and in nothing else.
class SweepTest {
    private final TrainConfig base = TrainPresets.SMALL.config(100);

    @Test
    void parts_are_changed_one_at_a_time() {
        ModelConfig model = base.model();
        assertThat(ModelVariant.BASELINE.of(model)).isEqualTo(model);
        assertThat(ModelVariant.NO_NORM.of(model).norm()).isEqualTo(new NormSpec.None());
        assertThat(ModelVariant.POST_NORM.of(model).placement()).isEqualTo(NormPlacement.POST);
        assertThat(ModelVariant.NOPE.of(model).position()).isEqualTo(new PositionSpec.None());
        assertThat(ModelVariant.TIED.of(model).tiedHead()).isTrue();
        assertThat(ModelVariant.SILU.of(ModelVariant.SILU.of(model))).isEqualTo(ModelVariant.SILU.of(model));
    }

    @Test
    void a_network_without_gate_has_as_many_parameters() {
        Plan gated = Plan.of("", base.model());
        Plan plain = Plan.of("", ModelVariant.SILU.of(base.model()));
        assertThat(plain.parameters().total().value())
                .isEqualTo(gated.parameters().total().value());
    }

    @Test
    void a_learning_rate_moves_its_lowest_value_along() {
        Sweep sweep = Sweep.of(base, List.of("lr=0.5"));
        var before = (LearningRate.WarmupCosine) base.optimization().learningRate();
        var after = (LearningRate.WarmupCosine)
                sweep.variants().getFirst().config().optimization().learningRate();
        assertThat(sweep.variants().getFirst().name()).isEqualTo("lr 0.5");
        assertThat(after.max()).isEqualTo(0.5);
        assertThat(after.min() / after.max()).isEqualTo(before.min() / before.max());
        assertThat(after.warmup()).isEqualTo(before.warmup());
    }

    @Test
    void batches_of_any_size_see_as_many_tokens() {
        long tokens = base.steps() * base.tokensPerStep();
        assertThat(Sweep.of(base, List.of("batch-size=1,4,16")).variants()).allSatisfy(variant -> {
            TrainConfig config = variant.config();
            assertThat(config.steps() * config.tokensPerStep()).isEqualTo(tokens);
            assertThat(((LearningRate.WarmupCosine) config.optimization().learningRate()).cycle())
                    .isEqualTo(config.steps());
        });
    }

    @Test
    void axes_are_combined() {
        Sweep sweep = Sweep.of(base, List.of("model=baseline,nope", "seed=1,2"));
        assertThat(sweep.variants())
                .extracting(Sweep.Variant::name)
                .containsExactly("baseline, seed 1", "baseline, seed 2", "nope, seed 1", "nope, seed 2");
        assertThat(sweep.variants().getLast().config().seed()).isEqualTo(2);
        assertThat(sweep.variants().getLast().config().model().position()).isEqualTo(new PositionSpec.None());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lr",
                "lr=",
                "lr=x",
                "lr=-1",
                "lr=NaN",
                "lr=1e999",
                "lr=1,1",
                "batch-size=0",
                "batch-size=1.5",
                "model=x",
                "seed=",
                "colour=red",
                "batch-size=99999999999",
                "lr=1,,2"
            })
    void what_is_not_understood_is_refused_in_a_sentence(String axis) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sweep.of(base, List.of(axis)))
                .withMessageMatching("(sweep|model variant|learning rate).*");
    }

    @Test
    void too_many_runs_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Sweep.of(base, List.of("seed=1,2,3,4,5,6,7,8,9", "model=baseline,nope", "lr=1,2,3,4,5")))
                .withMessageContaining("64");
    }
}
