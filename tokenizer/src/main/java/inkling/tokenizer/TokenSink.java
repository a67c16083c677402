package inkling.tokenizer;

/// Takes ids as they are found, several at a time.
@FunctionalInterface
public interface TokenSink {
    /// Takes `ids[from]` to `ids[to - 1]`. The array is used again afterwards.
    void accept(int[] ids, int from, int to);
}
