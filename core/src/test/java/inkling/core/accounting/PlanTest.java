package inkling.core.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import inkling.core.accounting.MatrixProduct.Part;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.core.nn.ModelPresets;
import org.junit.jupiter.api.Test;

/// The figures people quote, and identities that hold for every variant.
class PlanTest {
    private static final Plan XL = Plan.of("gpt2-xl", ModelPresets.GPT2_XL.config());

    @Test
    void gpt2_xl_with_swiglu_has_the_published_parameters_and_flops() {
        assertThat(XL.parameters().total().value()).isEqualTo(2_127_057_600L);
        assertThat(XL.products().total().value()).isEqualTo(4_513_336_524_800L);
        Plan longer = Plan.of("long", Variants.withContext(ModelPresets.GPT2_XL.config(), 16_384));
        assertThat(longer.products().total().value()).isEqualTo(149_522_795_724_800L);
    }

    @Test
    void adamw_at_80_gb_fits_a_batch_of_two_of_gpt2_xl() {
        assertThat(XL.memory().fixed().value()).isEqualTo(16 * 2_127_057_600L);
        assertThat(XL.memory().largestBatch(Quantities.bytes("80GB"))).isEqualTo(2);
    }

    @Test
    void four_hundred_thousand_steps_of_1024_take_6583_days_at_half_of_19_5_teraflops() {
        TrainingTime time =
                XL.within(new Budget(1024, 400_000, 19.5e12, 0.5)).time().orElseThrow();
        assertThat(time.days()).isCloseTo(6583.6, within(0.05));
    }

    @Test
    void two_matrix_and_narrow_variants_have_their_own_counts() {
        ModelConfig silu = Variants.withFeedForward(ModelPresets.GPT2_SMALL.config(), new FeedForwardSpec.Silu(3072));
        assertThat(ParameterCount.of(silu).total().value()).isEqualTo(162_148_608L);
        ModelConfig narrow = Variants.withFeedForward(ModelPresets.GPT2_XL.config(), new FeedForwardSpec.SwiGlu(4288));
        assertThat(ParameterCount.of(narrow).total().value()).isEqualTo(1_640_452_800L);
    }

    @Test
    void parts_add_up_to_totals_for_every_variant() {
        for (ModelConfig config : Variants.all()) {
            Plan plan = Plan.of("variant", config);
            ParameterCount count = plan.parameters();
            assertThat(sum(count.parts())).isEqualTo(count.total().value());
            assertThat(config.numLayers() * sum(count.layerParts()))
                    .isEqualTo(count.layers().value());
            assertThat(count.total().value() - count.nonEmbedding().value())
                    .isEqualTo(count.tokenEmbedding().value());
            assertThat(sum(plan.products().byPart()))
                    .isEqualTo(plan.products().total().value());
            for (Part part : Part.values()) {
                long listed = plan.products().list().stream()
                        .filter(product -> product.part() == part)
                        .mapToLong(product -> product.flops().value())
                        .sum();
                assertThat(listed).as(part.key()).isEqualTo(plan.products().flops(part));
            }
            assertThat(sum(plan.memory().activations()))
                    .isEqualTo(plan.memory().perSequence().value());
            assertThat(sum(plan.optimizer().parts()))
                    .isEqualTo(plan.optimizer().total().value());
        }
    }

    @Test
    void equations_show_symbols_numbers_and_value() {
        assertThat(XL.parameters().total().equation())
                .isEqualTo("2·V·D + L·(4·D² + 3·D·F + 2·D) + D = 2·50,257·1,600 + 48·(4·1,600² + 3·1,600·6,400 + "
                        + "2·1,600) + 1,600 = 2,127,057,600");
        assertThat(XL.products().byPart().getFirst().equation())
                .isEqualTo("6·L·T·D² = 6·48·1,024·1,600² = 754,974,720,000");
        assertThat(XL.memory().fixed().equation()).isEqualTo("16·P = 16·2,127,057,600 = 34,032,921,600");
    }

    @Test
    void absurd_sizes_are_refused_with_the_figure_that_overflows() {
        ModelConfig absurd =
                ModelConfig.standard(2_000_000_000, 2_000_000_000, 2_000_000_000, 2_000_000_000, 1, 2_000_000_000);
        assertThatThrownBy(() -> Plan.of("absurd", absurd))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than this program counts");
        assertThatThrownBy(() -> new Budget(0, 1, 1, 1)).hasMessageContaining("batch size is 0");
        assertThatThrownBy(() -> new Budget(1, 1, 1, 1.5)).hasMessageContaining("MFU is 1.5");
    }

    private static long sum(Iterable<Figure> figures) {
        long sum = 0;
        for (Figure figure : figures) {
            sum += figure.value();
        }
        return sum;
    }
}
