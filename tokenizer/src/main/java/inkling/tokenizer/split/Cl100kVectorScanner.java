package inkling.tokenizer.split;

/// [Cl100kScanner] on 64 bytes at a time.
final class Cl100kVectorScanner extends VectorScanner {
    private final int maxDigits;

    Cl100kVectorScanner(int maxDigits) {
        super(new Cl100kScanner(maxDigits));
        this.maxDigits = maxDigits;
    }

    @Override
    Walk walk(byte[] text, int from, int to, int[] ends, int count) {
        return new Cl100kWalk(text, from, to, ends, count, maxDigits);
    }
}
