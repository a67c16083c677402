package inkling.tokenizer.split;

/// [Cl100kScanner] on 64 bytes at a time; [Gpt4Walk] has the rules.
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

    /// The walk of this rule as it is.
    static final class Cl100kWalk extends Gpt4Walk {
        Cl100kWalk(byte[] text, int from, int to, int[] ends, int count, int maxDigits) {
            super(text, from, to, ends, count, maxDigits);
        }
    }
}
