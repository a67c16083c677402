package inkling.tokenizer.split;

/// [Cl100kScanner] on 64 bytes at a time; [Gpt4Walk] has the rules.
final class Cl100kBlockScanner extends BlockScanner {
    private final int maxDigits;

    Cl100kBlockScanner(int maxDigits, boolean vectors) {
        super(new Cl100kScanner(maxDigits), vectors);
        this.maxDigits = maxDigits;
    }

    @Override
    Walk newWalk(ClassMasks masks) {
        return new Cl100kWalk(masks, maxDigits);
    }

    /// The walk of this rule as it is.
    static final class Cl100kWalk extends Gpt4Walk {
        Cl100kWalk(ClassMasks masks, int maxDigits) {
            super(masks, maxDigits);
        }
    }
}
