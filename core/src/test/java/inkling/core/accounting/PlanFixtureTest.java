package inkling.core.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.core.accounting.MatrixProduct.Part;
import inkling.core.nn.FeedForwardSpec;
import inkling.core.nn.ModelConfig;
import inkling.testkit.SharedData;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every figure of the reference accounting, for every size and variant, exactly.
class PlanFixtureTest {
    static Stream<Arguments> entries() throws IOException {
        JsonPlace all = JsonReader.read(SharedData.path("fixtures/cs336/accounting.json"));
        return all.items().stream().map(entry -> Arguments.of(nameOf(entry), entry));
    }

    private static String nameOf(JsonPlace entry) {
        try {
            return entry.member("name").text() + ", " + entry.member("variant").text() + " " + entry.pointer();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("entries")
    void plan_equals_the_reference(String name, JsonPlace entry) throws IOException {
        Plan plan = Plan.of(name, config(entry.member("config")));
        parameters(plan.parameters(), entry.member("parameters"));
        flops(plan.products(), entry.member("forward_flops"));
        memory(plan.memory(), entry.member("adamw_memory"));
        assertThat(plan.optimizer().total().value()).isEqualTo(whole(entry, "adamw_flops_per_step"));
        if (entry.optional("training").isPresent()) {
            for (JsonPlace run : entry.member("training").items()) {
                time(plan, run);
            }
        }
    }

    private static ModelConfig config(JsonPlace place) throws IOException {
        int width = place.member("d_ff").integer(1, 1_000_000);
        ModelConfig swiGlu = ModelConfig.standard(
                place.member("vocab_size").integer(1, 1_000_000),
                place.member("context_length").integer(1, 1_000_000),
                place.member("d_model").integer(1, 1_000_000),
                place.member("num_layers").integer(1, 1_000_000),
                place.member("num_heads").integer(1, 1_000_000),
                width);
        boolean gated = place.member("ffn").text().equals("swiglu");
        assertThat(place.member("tied").truth()).isFalse();
        return gated ? swiGlu : Variants.withFeedForward(swiGlu, new FeedForwardSpec.Silu(width));
    }

    private static void parameters(ParameterCount count, JsonPlace expected) throws IOException {
        for (Figure part : count.parts()) {
            assertThat(part.value()).as(part.key()).isEqualTo(whole(expected, part.key()));
        }
        for (Figure part : count.layerParts()) {
            assertThat(part.value()).as(part.key()).isEqualTo(whole(expected.member("per_layer"), part.key()));
        }
        assertThat(count.total().value()).isEqualTo(whole(expected, "total"));
        assertThat(count.nonEmbedding().value()).isEqualTo(whole(expected, "non_embedding"));
    }

    private static void flops(Products products, JsonPlace expected) throws IOException {
        for (Part part : Part.values()) {
            assertThat(products.flops(part)).as(part.key()).isEqualTo(whole(expected, part.key()));
            assertThat(products.share(part))
                    .as(part.key())
                    .isEqualTo(expected.member("share").member(part.key()).number());
        }
        assertThat(products.total().value()).isEqualTo(whole(expected, "total"));
    }

    private static void memory(TrainingMemory memory, JsonPlace expected) throws IOException {
        assertThat(memory.parameters().value()).isEqualTo(whole(expected, "parameters_bytes"));
        assertThat(memory.gradients().value()).isEqualTo(whole(expected, "gradients_bytes"));
        assertThat(memory.moments().value()).isEqualTo(whole(expected, "optimizer_bytes"));
        assertThat(memory.fixed().value()).isEqualTo(whole(expected, "fixed_bytes"));
        assertThat(memory.perSequence().value()).isEqualTo(whole(expected, "activation_bytes_per_sequence"));
        assertThat(memory.largestBatch(Quantities.bytes("80GB"))).isEqualTo(whole(expected, "max_batch_80_GB"));
        assertThat(memory.largestBatch(Quantities.bytes("80GiB"))).isEqualTo(whole(expected, "max_batch_80_GiB"));
    }

    private static void time(Plan plan, JsonPlace run) throws IOException {
        Budget budget = new Budget(
                whole(run, "batch"),
                whole(run, "steps"),
                run.member("peak_flops").number(),
                run.member("mfu").number());
        TrainingTime time = plan.within(budget).time().orElseThrow();
        assertThat(new BigDecimal(time.totalFlops()))
                .isEqualByComparingTo(
                        new BigDecimal(Double.toString(run.member("total_flops").number())));
        assertThat(time.seconds()).isEqualTo(run.member("seconds").number());
        assertThat(time.hours()).isEqualTo(run.member("hours").number());
        assertThat(time.days()).isEqualTo(run.member("days").number());
    }

    private static long whole(JsonPlace place, String name) throws IOException {
        return place.member(name).integer(0L, Long.MAX_VALUE);
    }
}
