package inkling.tokenizer.split;

import inkling.tokenizer.unicode.CharClass;

/// The classes of 64 bytes of text as bit masks, lowest bit first. Bytes without a bit in letters, numbers or
/// spaces are symbols.
///
/// The block scanners load one block after the other. ASCII is classified many bytes at a time, by [VectorMasks]
/// or [WordMasks]; characters beyond it set the bits of all their bytes, also those in the next block.
abstract sealed class ClassMasks permits VectorMasks, WordMasks {
    /// Bytes of a block.
    static final int BLOCK = Long.SIZE;

    static final byte[] NO_TEXT = {};

    /// The text.
    byte[] text = NO_TEXT;
    /// Where it ends.
    int to;
    private int carriedBytes;
    private int carriedClass;

    /// Letters of any case.
    long letters;
    /// Numbers.
    long numbers;
    /// White space.
    long spaces;
    /// The plain space.
    long plainSpaces;
    /// The apostrophe.
    long apostrophes;
    /// Carriage returns and line feeds.
    long lineEnds;
    /// Bytes of characters beyond ASCII.
    long beyondAscii;
    /// Of these, the ones that are not the first of their character.
    long continuations;
    /// Capitals; those of ASCII only after [#loadCases].
    long capitals;
    /// Letters without case beyond ASCII.
    long caseless;
    /// Combining marks beyond ASCII.
    long marks;
    /// Slashes, after [#loadCases].
    long slashes;

    /// Begins anew with a text that ends at `end`.
    final void begin(byte[] newText, int end) {
        text = newText;
        to = end;
        carriedBytes = 0;
    }

    /// Loads the block at `base`; false if it has white space beyond ASCII, or numbers beyond ASCII where
    /// `asciiNumbers` wants none.
    boolean load(int base, boolean asciiNumbers) {
        classify(base);
        continuations = 0;
        capitals = 0;
        caseless = 0;
        marks = 0;
        return (beyondAscii == 0 && carriedBytes == 0) || classifyBeyondAscii(base, asciiNumbers);
    }

    /// Adds the masks of capitals and slashes to a loaded block.
    abstract void loadCases(int base);

    /// Sets the masks of the block at `base` as far as ASCII goes.
    abstract void classify(int base);

    private boolean classifyBeyondAscii(int base, boolean asciiNumbers) {
        mark(carriedClass, 0, carriedBytes);
        continuations = carriedBytes == 0 ? 0 : -1L >>> BLOCK - carriedBytes;
        long left = beyondAscii >>> carriedBytes << carriedBytes;
        carriedBytes = 0;
        while (left != 0) {
            int at = Long.numberOfTrailingZeros(left);
            int packed = CharClass.at(text, base + at, to);
            int charClass = CharClass.classOf(packed);
            int end = at + CharClass.lengthOf(packed);
            if (charClass == CharClass.SPACE || asciiNumbers && charClass == CharClass.NUMBER) {
                return false;
            }
            mark(charClass, at, Math.min(end, BLOCK));
            continuations |= end - at == 1 ? 0 : (-1L >>> BLOCK - (end - at - 1)) << at << 1;
            if (end >= BLOCK) {
                carriedBytes = end - BLOCK;
                carriedClass = charClass;
                break;
            }
            left = left >>> end << end;
        }
        return true;
    }

    private void mark(int charClass, int from, int end) {
        if (end == from) {
            return;
        }
        long bits = -1L >>> BLOCK - (end - from) << from;
        switch (charClass) {
            case CharClass.UPPER -> {
                letters |= bits;
                capitals |= bits;
            }
            case CharClass.LOWER -> letters |= bits;
            case CharClass.CASELESS -> {
                letters |= bits;
                caseless |= bits;
            }
            case CharClass.MARK -> marks |= bits;
            case CharClass.NUMBER -> numbers |= bits;
            default -> {}
        }
    }

    /// Writes `base` plus the index of every set bit to `ends` and returns how many numbers it then holds.
    static int emit(long starts, int base, int[] ends, int count) {
        int at = count;
        for (long left = starts; left != 0; left &= left - 1) {
            ends[at++] = base + Long.numberOfTrailingZeros(left);
        }
        return at;
    }
}
