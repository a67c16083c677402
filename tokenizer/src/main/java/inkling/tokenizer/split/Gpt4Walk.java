package inkling.tokenizer.split;

/// The starts of pieces under the rule of GPT-4, shared by GPT-4o, whose differences are the overridable methods.
///
/// `L`, `N`, `S`, `E` and `O` are the masks of letters, numbers, white space, line ends and all else, `sp`
/// that of the plain space, `p…` a mask moved on by one byte. `A` are line ends right behind an `O`, which
/// belong to its piece. What starts a piece:
///
/// - a letter, unless behind a letter, behind white space other than a line end, or behind a lone symbol (one
///   that itself starts a piece);
/// - a number behind something else, and then every third one;
/// - a symbol, unless behind a symbol or a plain space;
/// - white space that is not in `A`: at the start of its run, or as its last character if that is no line end,
///   because it is kept back for what follows; and behind the last line end of its run.
abstract sealed class Gpt4Walk extends BlockScanner.Walk permits Cl100kBlockScanner.Cl100kWalk, O200kWalk {
    private final int maxDigits;
    private long previousLetter;
    private long previousNumber;
    private long previousSpace;
    private long previousPlain;
    private long previousLineEnd;
    private long previousSymbol;
    private long previousLoneSymbol;
    private long previousAbsorbed;
    private int digits;

    Gpt4Walk(ClassMasks masks, int maxDigits) {
        super(masks);
        this.maxDigits = maxDigits;
    }

    @Override
    void forget() {
        previousLetter = 0;
        previousNumber = 0;
        previousSpace = 0;
        previousPlain = 0;
        previousLineEnd = 0;
        previousSymbol = 0;
        previousLoneSymbol = 0;
        previousAbsorbed = 0;
        digits = 0;
    }

    @Override
    boolean load() {
        return masks.load(base, true);
    }

    @Override
    long starts() {
        long letters = masks.letters;
        long numbers = masks.numbers;
        long spaces = masks.spaces;
        long lineEnds = masks.lineEnds;
        long all = ~(letters | numbers | spaces);
        long absorbable = absorbable();
        long absorbedFirst = lineEnds & (all << 1 | previousSymbol | previousAbsorbed) | absorbable & previousAbsorbed;
        long absorbed = absorbable & ((absorbable + absorbedFirst ^ absorbable) | absorbedFirst); // to the end of runs
        long symbols = all & ~absorbed;
        long beforePlain = masks.plainSpaces << 1 | previousPlain;
        long beforeSymbol = symbols << 1 | previousSymbol;
        long beforeSpace = spaces << 1 | previousSpace;
        long beforeLineEnd = lineEnds << 1 | previousLineEnd;
        long lone = symbols & ~beforeSymbol & ~beforePlain;
        long loneRest = restOfCharacters(lone);
        long beforeLone = (lone | loneRest) << 1 | previousLoneSymbol;
        long beforeAbsorbed = absorbed << 1 | previousAbsorbed;
        long nextSpace = spaces >>> 1 | (spaceFollows() ? Long.MIN_VALUE : 0);
        long starts = letters & ~(letters << 1 | previousLetter) & ~(beforeSpace & ~beforeLineEnd) & ~beforeLone
                | lone
                | spaces & ~absorbed & (~beforeSpace | beforeAbsorbed)
                | spaces & ~lineEnds & ~nextSpace
                | numbers & ~(numbers << 1 | previousNumber);
        long indents = spaces & ~lineEnds & beforeLineEnd & nextSpace & ~starts;
        starts |= numbers == 0 ? 0 : digitGroups(numbers);
        starts |= indents == 0 ? 0 : behindLastLineEnds(indents);
        previousLetter = letters >>> 63;
        previousNumber = numbers >>> 63;
        previousSpace = spaces >>> 63;
        previousPlain = masks.plainSpaces >>> 63;
        previousLineEnd = lineEnds >>> 63;
        previousSymbol = symbols >>> 63;
        previousLoneSymbol = (lone | loneRest) >>> 63;
        previousAbsorbed = absorbed >>> 63;
        return starts;
    }

    /// What may belong to the piece of the symbols before it: line ends.
    long absorbable() {
        return masks.lineEnds;
    }

    /// The bytes after the first of lone symbols beyond ASCII.
    private long restOfCharacters(long lone) {
        long rest = masks.continuations;
        return rest == 0 ? 0 : rest & ~(rest + (rest & (lone << 1 | previousLoneSymbol)));
    }

    /// Of white space behind a line end, that whose run has no other line end.
    private long behindLastLineEnds(long candidates) {
        long found = 0;
        for (long left = candidates; left != 0; left &= left - 1) {
            int at = base + Long.numberOfTrailingZeros(left);
            if (!Runs.spaceHasLineEnd(text, at, to)) {
                found |= left & -left;
            }
        }
        return found;
    }

    /// The starts of groups inside runs of numbers; `digits` is how many the group at the end of the block
    /// before has.
    private long digitGroups(long numbers) {
        long starts = 0;
        int carried = previousNumber == 0 ? 0 : digits;
        for (long left = numbers; left != 0; ) {
            int first = Long.numberOfTrailingZeros(left);
            int end = first + Long.numberOfTrailingZeros(~(left >>> first));
            int done = first == 0 && previousNumber != 0 ? carried : 0;
            for (int at = first + (maxDigits - done) % maxDigits; at < end; at += maxDigits) {
                starts |= 1L << at;
            }
            digits = (done + end - first) % maxDigits;
            left = end >= ClassMasks.BLOCK ? 0 : left >>> end << end;
        }
        return starts;
    }

    @Override
    int contraction(int at) {
        return Runs.contraction(text, at, to);
    }
}
