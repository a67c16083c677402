package inkling.tokenizer.split;

/// The starts of pieces under the rule of GPT-4o: those of [Gpt4Walk] with three differences.
///
/// - A capital starts a piece behind a small letter.
/// - Slashes among the line ends behind symbols belong to the symbols' piece too.
/// - A contraction belongs to the word before it; what follows starts a piece, another contraction included.
///
/// Combining marks, and letters without case beside letters with case, are left to the plain scanner.
final class O200kWalk extends Gpt4Walk {
    private static final int DIGITS = 3;

    private long previousSmall;
    private long previousCased;
    private long previousCaseless;
    private long behindLetter;
    private int contractionEnd = -1;

    O200kWalk(ClassMasks masks) {
        super(masks, DIGITS);
    }

    @Override
    void forget() {
        super.forget();
        previousSmall = 0;
        previousCased = 0;
        previousCaseless = 0;
        behindLetter = 0;
        contractionEnd = -1;
    }

    @Override
    boolean load() {
        if (!super.load() || masks.marks != 0) {
            return false;
        }
        masks.loadCases(base);
        long caseless = masks.caseless;
        long cased = masks.letters & ~caseless;
        boolean mixed = (caseless & (cased << 1 | cased >>> 1 | previousCased) | cased & previousCaseless) != 0;
        behindLetter = masks.letters << 1 | previousCased | previousCaseless;
        previousCased = cased >>> 63;
        previousCaseless = caseless >>> 63;
        return !mixed;
    }

    @Override
    long absorbable() {
        return masks.lineEnds | masks.slashes;
    }

    @Override
    long starts() {
        long small = masks.letters & ~masks.capitals & ~masks.caseless;
        long turns = masks.capitals & (small << 1 | previousSmall);
        previousSmall = small >>> 63;
        return super.starts() | turns;
    }

    @Override
    long contractions(long starts) {
        return starts & masks.apostrophes & behindLetter;
    }

    @Override
    int contraction(int at) {
        if (at == contractionEnd) {
            return at;
        }
        int end = super.contraction(at);
        contractionEnd = end > at ? end : contractionEnd;
        return end;
    }

    @Override
    boolean contractionsEndWords() {
        return true;
    }
}
