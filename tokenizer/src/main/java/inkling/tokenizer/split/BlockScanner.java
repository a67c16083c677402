package inkling.tokenizer.split;

import inkling.tokenizer.unicode.CharClass;
import org.jspecify.annotations.Nullable;

/// A scanner that works on blocks of 64 bytes where it can, and piece by piece at the end of the text and
/// around rare characters.
abstract sealed class BlockScanner implements PieceScanner
        permits Gpt2BlockScanner, Cl100kBlockScanner, O200kBlockScanner {
    private final PieceScanner plain;
    private final boolean vectors;

    /// Made for the first text that is long enough: loading the classes of the vector module takes a while.
    private @Nullable Walk walk;

    BlockScanner(PieceScanner plain, boolean vectors) {
        this.plain = plain;
        this.vectors = vectors;
    }

    /// A walk by this rule.
    abstract Walk newWalk(ClassMasks masks);

    private Walk walk() {
        Walk known = walk;
        if (known == null) {
            known = newWalk(vectors ? new VectorMasks() : new WordMasks());
            walk = known;
        }
        return known;
    }

    @Override
    public final int next(byte[] text, int from, int to) {
        return plain.next(text, from, to);
    }

    @Override
    public final int scan(byte[] text, int from, int to, int[] ends) {
        int count = 0;
        int at = from;
        while (at < to && count < ends.length) {
            int plainUntil = to;
            if (to - at > ClassMasks.BLOCK && ends.length - count >= ClassMasks.BLOCK) {
                Walk blocks = walk();
                blocks.begin(text, at, to, ends, count);
                blocks.run();
                blocks.release();
                count = blocks.count;
                at = count == 0 ? from : ends[count - 1];
                plainUntil = blocks.base + ClassMasks.BLOCK;
                if (ends.length - count < ClassMasks.BLOCK && count > 0) {
                    return count;
                }
            }
            while (at < to && at < plainUntil && count < ends.length) {
                at = plain.next(text, at, to);
                ends[count++] = at;
            }
        }
        return count;
    }

    /// A walk over whole blocks; its state is what one block hands to the next. One serves all texts of a scanner:
    /// many are short, such as those between special tokens.
    abstract static class Walk {
        final ClassMasks masks;
        byte[] text = ClassMasks.NO_TEXT;
        int to;
        private int from;
        private int[] ends = {};

        /// The block to be worked on.
        int base;
        /// How many ends were found.
        private int count;
        /// Starts that the block before adds to the next one, and those it forbids.
        private long setNext;
        private long clearNext;

        Walk(ClassMasks masks) {
            this.masks = masks;
        }

        /// Begins anew at the start of a piece, behind `found` ends.
        final void begin(byte[] newText, int start, int end, int[] newEnds, int found) {
            masks.begin(newText, end);
            text = newText;
            from = start;
            to = end;
            ends = newEnds;
            base = start;
            count = found;
            setNext = 0;
            clearNext = 1; // the start of the first piece is no end
            forget();
        }

        /// Lets go of the text, which may be large, while the scanner lives on.
        private void release() {
            masks.begin(ClassMasks.NO_TEXT, 0);
            text = ClassMasks.NO_TEXT;
        }

        /// Forgets what blocks of another text left behind.
        abstract void forget();

        /// Goes on until the last whole block, a full array of ends, or a rare character; `base` is then the
        /// block not done.
        private void run() {
            while (base + ClassMasks.BLOCK < to && ends.length - count >= ClassMasks.BLOCK) {
                if (!load()) {
                    return;
                }
                long starts = (starts() | setNext) & ~clearNext;
                setNext = 0;
                clearNext = 0;
                long contractions = contractions(starts);
                count = ClassMasks.emit(contractions == 0 ? starts : contract(starts, contractions), base, ends, count);
                base += ClassMasks.BLOCK;
            }
        }

        /// Loads the masks of the block; false where the plain scanner must do it.
        abstract boolean load();

        /// The starts of pieces in the block, contractions aside.
        abstract long starts();

        /// The apostrophes that may begin a contraction: those that start a piece.
        long contractions(long starts) {
            return starts & masks.apostrophes | (base == from && text[base] == '\'' ? 1 : 0);
        }

        /// The end of a contraction at an apostrophe, or the apostrophe itself.
        abstract int contraction(int at);

        /// Whether contractions belong to the word before them, so that their apostrophe starts no piece.
        boolean contractionsEndWords() {
            return false;
        }

        /// Whether white space follows the block.
        final boolean spaceFollows() {
            int after = base + ClassMasks.BLOCK;
            return CharClass.classOf(CharClass.at(text, after, to)) == CharClass.SPACE;
        }

        /// Makes pieces, or ends of pieces, of contractions: no start inside them, one behind the last letter.
        private long contract(long starts, long candidates) {
            long mended = starts;
            int skipped = contractionsEndWords() ? 0 : 1;
            for (long left = candidates; left != 0; left &= left - 1) {
                int bit = Long.numberOfTrailingZeros(left);
                int length = contraction(base + bit) - base - bit;
                if (length > 0) {
                    for (int inside = bit + skipped; inside < bit + length; inside++) {
                        if (inside < ClassMasks.BLOCK) {
                            mended &= ~(1L << inside);
                        } else {
                            clearNext |= 1L << inside - ClassMasks.BLOCK;
                        }
                    }
                    if (bit + length < ClassMasks.BLOCK) {
                        mended |= 1L << bit + length;
                    } else {
                        setNext |= 1L << bit + length - ClassMasks.BLOCK;
                    }
                }
            }
            return mended;
        }
    }
}
