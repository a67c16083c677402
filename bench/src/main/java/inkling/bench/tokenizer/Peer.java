package inkling.bench.tokenizer;

/// A tokenizer program to be measured.
interface Peer extends AutoCloseable {
    /// What it is called in the table.
    String name();

    /// The ids of a text.
    int[] ids(byte[] text);

    /// Encodes a text as fast as the program can, from the form it prefers.
    void encode(byte[] text);

    /// This program with nothing remembered of earlier texts, or itself if it remembers nothing.
    default Peer withEmptyCache() {
        return this;
    }

    /// Whether only a part of the text is to be used.
    default boolean isSlow() {
        return false;
    }

    @Override
    default void close() {}
}
