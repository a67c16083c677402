package inkling.core.accounting;

import static inkling.core.accounting.Expression.times;

import java.util.List;
import java.util.Map;

/// FLOPs of one AdamW step, counted per parameter.
///
/// Every addition, multiplication, division and square root is one FLOP. What is the same for all parameters (the bias
/// correction, `1 − lr·λ`) is computed once a step and not counted.
///
/// @param parts the four lines of the algorithm
/// @param total `14·P`
public record OptimizerFlops(List<Figure> parts, Figure total) {
    /// The count for so many parameters.
    public static OptimizerFlops of(long parameters) {
        Map<Symbol, Long> sizes = Map.of(Symbol.P, parameters);
        return new OptimizerFlops(
                List.of(
                        Figure.of("first_moment", "m ← β₁·m + (1−β₁)·g: 2 products, 1 sum", times(3, Symbol.P), sizes),
                        Figure.of(
                                "second_moment", "v ← β₂·v + (1−β₂)·g·g: 3 products, 1 sum", times(4, Symbol.P), sizes),
                        Figure.of(
                                "update",
                                "θ ← θ − α·m/(√v + ε): root, sum, quotient, product, difference",
                                times(5, Symbol.P),
                                sizes),
                        Figure.of("decay", "θ ← θ − lr·λ·θ: product, difference", times(2, Symbol.P), sizes)),
                Figure.of("adamw_flops_per_step", "AdamW, one step", times(14, Symbol.P), sizes));
    }
}
