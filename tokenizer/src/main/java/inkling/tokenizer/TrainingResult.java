package inkling.tokenizer;

import java.time.Duration;
import java.util.List;

/// A trained tokenizer and what it took.
///
/// @param tokenizer the tokenizer
/// @param merges how many merges were learnt; fewer than asked for if no pair was left
/// @param textBytes bytes of text read, after unpacking
/// @param pieces how many pieces the text was split into
/// @param distinctPieces how many different pieces there were
/// @param phases time and memory, phase by phase
public record TrainingResult(
        Tokenizer tokenizer, int merges, long textBytes, long pieces, int distinctPieces, List<PhaseReport> phases) {

    /// Time and memory of one phase.
    ///
    /// @param phase which one
    /// @param time how long it took
    /// @param peakBytes the most memory the process had used at its end: resident memory where the system
    ///     tells it, else the Java heap
    public record PhaseReport(ProgressListener.Phase phase, Duration time, long peakBytes) {}
}
