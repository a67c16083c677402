package inkling.app.plan;

import inkling.core.accounting.Budget;
import inkling.core.accounting.Quantities;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What is asked about a model: the batch, the memory it must fit, and the run it is for.
///
/// @param batch sequences in a step
/// @param microBatches parts of the batch that are computed one after the other
/// @param memory what a run may take, where given
/// @param memories limits for the largest batch, in both families of units
/// @param steps optimizer steps of the run, where given
/// @param tokens tokens of the run, where given instead of steps
/// @param peak FLOPs per second of the machine, where given
/// @param mfu share of the peak that training reaches, where given
record PlanQuestion(
        long batch,
        int microBatches,
        OptionalLong memory,
        List<Memory> memories,
        OptionalLong steps,
        OptionalLong tokens,
        OptionalDouble peak,
        OptionalDouble mfu) {
    /// An amount of memory, as typed and in bytes.
    record Memory(String text, long bytes) {}

    /// The amount in GB and the same number in GiB, the typed one first.
    static List<Memory> inBothUnits(String text) {
        String typed = text.replaceAll("[\\s_,]", "");
        String other = typed.endsWith("iB")
                ? typed.replace("iB", "B")
                : typed.replaceFirst("B$", "iB").replace("kiB", "KiB");
        Memory first = new Memory(typed, Quantities.bytes(typed));
        return typed.matches(".*[0-9.]B") ? List.of(first) : List.of(first, new Memory(other, Quantities.bytes(other)));
    }

    /// Optimizer steps of the run, where it was asked for.
    OptionalLong stepsOf(int tokensInSequence) {
        return steps.isPresent() || tokens.isEmpty()
                ? steps
                : OptionalLong.of(Budget.stepsFor(tokens.getAsLong(), batch, tokensInSequence));
    }
}
