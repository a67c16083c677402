package inkling.app.plan;

import inkling.core.accounting.Budget;
import inkling.core.accounting.Quantities;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What is asked about a model: the batch, the memory it must fit, and the run it is for.
///
/// @param batch sequences in a step
/// @param memories limits for the largest batch, in both families of units
/// @param steps optimizer steps of the run, where given
/// @param tokens tokens of the run, where given instead of steps
/// @param machine where the run takes place, where known
record PlanQuestion(
        long batch, List<Memory> memories, OptionalLong steps, OptionalLong tokens, Optional<Rate> machine) {
    /// An amount of memory, as typed and in bytes.
    record Memory(String text, long bytes) {}

    /// How fast a machine computes.
    ///
    /// @param peakFlops FLOPs per second at best
    /// @param mfu the share of it that a run reaches
    /// @param source where the peak comes from
    record Rate(double peakFlops, double mfu, String source) {}

    /// The amount in GB and the same number in GiB, the typed one first.
    static List<Memory> inBothUnits(String text) {
        String typed = text.replaceAll("[\\s_,]", "");
        String other = typed.endsWith("iB")
                ? typed.replace("iB", "B")
                : typed.replaceFirst("B$", "iB").replace("kiB", "KiB");
        Memory first = new Memory(typed, Quantities.bytes(typed));
        return typed.matches(".*[0-9.]B") ? List.of(first) : List.of(first, new Memory(other, Quantities.bytes(other)));
    }

    /// The run's budget, where both the number of steps and the machine are known.
    Optional<Budget> budget(int tokensInSequence) {
        if (machine.isEmpty() || steps.isEmpty() && tokens.isEmpty()) {
            return Optional.empty();
        }
        Rate rate = machine.get();
        long count =
                steps.isPresent() ? steps.getAsLong() : Budget.stepsFor(tokens.getAsLong(), batch, tokensInSequence);
        return Optional.of(new Budget(batch, count, rate.peakFlops(), rate.mfu()));
    }
}
