package inkling.tokenizer.split;

/// A walk by a scanner, which needs to know nothing but where the last piece ended.
final class ScannerWalk implements PieceWalk {
    private static final byte[] NO_TEXT = {};

    private final PieceScanner scanner;
    private byte[] text = NO_TEXT;
    private int at;
    private int to;

    ScannerWalk(PieceScanner scanner) {
        this.scanner = scanner;
    }

    @Override
    public void begin(byte[] newText, int from, int end) {
        text = newText;
        at = from;
        to = end;
    }

    @Override
    public int next(int[] ends) {
        if (at >= to) {
            text = NO_TEXT; // it may be large, while the walk lives on
            return 0;
        }
        int count = scanner.scan(text, at, to, ends);
        at = ends[count - 1];
        return count;
    }
}
