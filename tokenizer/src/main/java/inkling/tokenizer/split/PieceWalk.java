package inkling.tokenizer.split;

/// A walk over the pieces of a text, many at a time. Every byte belongs to exactly one piece, whatever the bytes are.
///
/// One walk serves one text after the other and belongs to one thread at a time.
public interface PieceWalk {
    /// Begins at `from`; the text ends before `to`. What was left of an earlier text is forgotten.
    void begin(byte[] text, int from, int to);

    /// Fills `ends`, which must have room for one, with the ends of the following pieces and returns how many there
    /// are; 0 where the text is used up.
    int next(int[] ends);
}
