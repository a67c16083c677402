package inkling.tokenizer.split;

/// A walk by two rules: the second splits every piece of the first as if it were a text of its own.
final class ChainWalk implements PieceWalk {
    private static final byte[] NO_TEXT = {};

    private final PieceWalk outer;
    private final PieceWalk inner;
    private final int[] outerEnds = new int[256];
    private int outerCount;
    private int outerIndex;
    private byte[] text = NO_TEXT;
    private int at;

    ChainWalk(PieceWalk outer, PieceWalk inner) {
        this.outer = outer;
        this.inner = inner;
    }

    @Override
    public void begin(byte[] newText, int from, int to) {
        text = newText;
        at = from;
        outerCount = 0;
        outerIndex = 0;
        outer.begin(newText, from, to);
        inner.begin(newText, from, from);
    }

    @Override
    public int next(int[] ends) {
        int count = inner.next(ends);
        while (count == 0) {
            if (outerIndex == outerCount) {
                outerIndex = 0;
                outerCount = outer.next(outerEnds);
                if (outerCount == 0) {
                    text = NO_TEXT;
                    return 0;
                }
            }
            int end = outerEnds[outerIndex++];
            inner.begin(text, at, end);
            at = end;
            count = inner.next(ends);
        }
        return count;
    }
}
