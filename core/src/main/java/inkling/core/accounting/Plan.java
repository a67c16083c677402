package inkling.core.accounting;

import inkling.core.nn.ModelConfig;
import java.util.Optional;

/// All figures of one configuration: the closed formulas' answer to "what will it cost?".
///
/// @param name how reports call it
/// @param config the architecture
/// @param tokens tokens in a sequence, `T`
/// @param parameters learned elements
/// @param products matrix products of a forward pass and their FLOPs
/// @param memory bytes of training with AdamW
/// @param optimizer FLOPs of an AdamW step
/// @param time FLOPs and duration of a whole run, where a budget was given
public record Plan(
        String name,
        ModelConfig config,
        int tokens,
        ParameterCount parameters,
        Products products,
        TrainingMemory memory,
        OptimizerFlops optimizer,
        Optional<TrainingTime> time) {

    /// The plan of a model at its own context length, without a budget.
    public static Plan of(String name, ModelConfig config) {
        ParameterCount parameters = ParameterCount.of(config);
        return new Plan(
                name,
                config,
                config.contextLength(),
                parameters,
                Products.of(config, config.contextLength()),
                TrainingMemory.of(config, config.contextLength()),
                OptimizerFlops.of(parameters.total().value()),
                Optional.empty());
    }

    /// The same plan with the cost of a whole run.
    public Plan within(Budget budget) {
        return new Plan(
                name,
                config,
                tokens,
                parameters,
                products,
                memory,
                optimizer,
                Optional.of(TrainingTime.of(products, tokens, budget)));
    }

    /// FLOPs of training on one token: `3 × forward / T`.
    public double trainingFlopsPerToken() {
        return 3.0 * products.total().value() / tokens;
    }
}
