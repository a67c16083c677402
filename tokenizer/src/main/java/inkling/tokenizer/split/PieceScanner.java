package inkling.tokenizer.split;

/// Finds where pieces end. Every byte belongs to exactly one piece, whatever the bytes are.
///
/// A scanner keeps nothing from one call to the next, but belongs to one thread at a time.
interface PieceScanner {
    /// The end of the piece that starts at `from`, which must be below `to`; always above `from`.
    int next(byte[] text, int from, int to);

    /// Fills `ends` with the ends of the following pieces and returns how many there are.
    ///
    /// Stops when the text is used up, or before `ends` is full; go on at the last end found. There is always
    /// one.
    default int scan(byte[] text, int from, int to, int[] ends) {
        int count = 0;
        int at = from;
        while (at < to && count < ends.length) {
            at = next(text, at, to);
            ends[count++] = at;
        }
        return count;
    }
}
