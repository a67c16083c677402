package inkling.tokenizer.split;

/// [Gpt2Scanner] on 64 bytes at a time: shifts and logic on the masks of classes give the starts of pieces.
///
/// With `L`, `N`, `S` the masks of letters, numbers and white space, `sp` that of the plain space and `p…` a
/// mask moved on by one byte:
///
/// `start = S & (~pS | next is not S)  |  ~S & ~pSp & (pS | L ≠ pL | N ≠ pN)`
///
/// The first half says that a run of white space starts a piece, and that its last character does so too,
/// because it is kept back for what follows. The second half says that anything else starts a piece where the
/// class changes, unless a plain space before it already did.
final class Gpt2BlockScanner extends BlockScanner {

    Gpt2BlockScanner(boolean vectors) {
        super(new Gpt2Scanner(), vectors);
    }

    @Override
    Walk newWalk(ClassMasks masks) {
        return new Gpt2Walk(masks);
    }

    private static final class Gpt2Walk extends Walk {
        private long previousLetter;
        private long previousNumber;
        private long previousSpace;
        private long previousPlain;

        Gpt2Walk(ClassMasks masks) {
            super(masks);
        }

        @Override
        void forget() {
            previousLetter = 0;
            previousNumber = 0;
            previousSpace = 0;
            previousPlain = 0;
        }

        @Override
        boolean load() {
            return masks.load(base, false);
        }

        @Override
        long starts() {
            long letters = masks.letters;
            long numbers = masks.numbers;
            long spaces = masks.spaces;
            long nextSpace = spaces >>> 1 | (spaceFollows() ? Long.MIN_VALUE : 0);
            long beforeSpace = spaces << 1 | previousSpace;
            long beforePlain = masks.plainSpaces << 1 | previousPlain;
            long changed = (letters ^ (letters << 1 | previousLetter)) | (numbers ^ (numbers << 1 | previousNumber));
            previousLetter = letters >>> 63;
            previousNumber = numbers >>> 63;
            previousSpace = spaces >>> 63;
            previousPlain = masks.plainSpaces >>> 63;
            return spaces & (~beforeSpace | ~nextSpace) | ~spaces & ~beforePlain & (beforeSpace | changed);
        }

        @Override
        int contraction(int at) {
            return Gpt2Scanner.contraction(text, at, to);
        }
    }
}
