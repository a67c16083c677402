package inkling.tokenizer;

import inkling.tokenizer.split.SplitPattern;
import java.util.HashSet;
import java.util.List;

/// What a [BpeTrainer] is to make.
///
/// @param vocabularySize how many ids there may be: special tokens, 256 bytes and merges together
/// @param specialTokens they split the text and take no part in merges; they get the first ids, in this order
/// @param splitPattern how text is split; merges never cross the pieces
/// @param minFrequency pairs that occur less often are not merged
/// @param tieBreak which of two equally frequent pairs comes first
/// @param threads how many threads count; the result does not depend on it
public record TrainerOptions(
        int vocabularySize,
        List<String> specialTokens,
        SplitPattern splitPattern,
        long minFrequency,
        TieBreak tieBreak,
        int threads) {

    private static final int BYTES = 256;

    /// Checks the options.
    ///
    /// @throws IllegalArgumentException if the vocabulary cannot hold bytes and special tokens, or a special
    /// token is empty or given twice
    public TrainerOptions {
        specialTokens = List.copyOf(specialTokens);
        if (new HashSet<>(specialTokens).size() < specialTokens.size() || specialTokens.contains("")) {
            throw new IllegalArgumentException(
                    "special tokens must be different and not empty, found " + specialTokens);
        }
        if (vocabularySize < BYTES + specialTokens.size()) {
            throw new IllegalArgumentException("the vocabulary size " + vocabularySize + " is too small: 256 bytes and "
                    + specialTokens.size() + " special tokens need " + (BYTES + specialTokens.size()));
        }
        if (vocabularySize > 1 << 20) {
            throw new IllegalArgumentException(
                    "the vocabulary size " + vocabularySize + " is too large: at most " + (1 << 20));
        }
        if (threads < 1 || minFrequency < 0) {
            throw new IllegalArgumentException("expected at least 1 thread and no negative minimum frequency, found "
                    + threads + " and " + minFrequency);
        }
    }

    /// Options of the course: `<|endoftext|>` as the only special token, GPT-2's split rule, all processors.
    public static TrainerOptions of(int vocabularySize) {
        return new TrainerOptions(
                vocabularySize,
                List.of("<|endoftext|>"),
                SplitPattern.Known.GPT2,
                1,
                TieBreak.CS336,
                Runtime.getRuntime().availableProcessors());
    }

    /// These options with other special tokens.
    public TrainerOptions withSpecialTokens(List<String> texts) {
        return new TrainerOptions(vocabularySize, texts, splitPattern, minFrequency, tieBreak, threads);
    }

    /// These options with another split rule.
    public TrainerOptions withSplitPattern(SplitPattern pattern) {
        return new TrainerOptions(vocabularySize, specialTokens, pattern, minFrequency, tieBreak, threads);
    }

    /// These options with another minimum frequency.
    public TrainerOptions withMinFrequency(long frequency) {
        return new TrainerOptions(vocabularySize, specialTokens, splitPattern, frequency, tieBreak, threads);
    }

    /// These options with another rule for ties.
    public TrainerOptions withTieBreak(TieBreak ties) {
        return new TrainerOptions(vocabularySize, specialTokens, splitPattern, minFrequency, ties, threads);
    }

    /// These options with another number of threads.
    public TrainerOptions withThreads(int count) {
        return new TrainerOptions(vocabularySize, specialTokens, splitPattern, minFrequency, tieBreak, count);
    }
}
