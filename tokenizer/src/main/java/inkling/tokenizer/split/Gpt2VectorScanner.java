package inkling.tokenizer.split;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// [Gpt2Scanner] with 64 bytes at a time: compares give bit masks of classes, and shifts and logic on the
/// masks give the piece starts.
///
/// With `L`, `N`, `S` the masks of letters, numbers and white space, `sp` that of the plain space and `p…` a
/// mask moved on by one byte:
///
/// `start = S & (~pS | next is not S)  |  ~S & ~pSp & (pS | L ≠ pL | N ≠ pN)`
///
/// The first half says that a run of white space starts a piece, and that its last character does so too,
/// because it is kept back for what
/// follows. The second half says that anything else starts a piece where the class changes, unless a plain
/// space before it already did.
/// Contractions are mended one by one. Characters beyond ASCII set the bits of all their bytes; around white
/// space
/// beyond ASCII the plain scanner takes over.
final class Gpt2VectorScanner implements PieceScanner {
    private static final VectorSpecies<Byte> SPECIES =
            ByteVector.SPECIES_PREFERRED.length() > Long.SIZE ? ByteVector.SPECIES_512 : ByteVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int BLOCK = Long.SIZE;

    private final Gpt2Scanner plain = new Gpt2Scanner();

    @Override
    public int next(byte[] text, int from, int to) {
        return plain.next(text, from, to);
    }

    @Override
    public int scan(byte[] text, int from, int to, int[] ends) {
        int count = 0;
        int at = from;
        while (at < to && count < ends.length) {
            int slowUntil = to;
            if (to - at > BLOCK && ends.length - count >= BLOCK) {
                Blocks blocks = new Blocks(text, at, to, ends, count);
                blocks.run();
                count = blocks.count;
                at = count == 0 ? from : ends[count - 1];
                slowUntil = blocks.base + BLOCK;
                if (ends.length - count < BLOCK && count > 0) {
                    return count;
                }
            }
            while (at < to && at < slowUntil && count < ends.length) {
                at = plain.next(text, at, to);
                ends[count++] = at;
            }
        }
        return count;
    }

    /// The walk over whole blocks; its state is what one block hands to the next.
    private static final class Blocks {
        private final byte[] text;
        private final int to;
        private final int[] ends;
        private final int from;
        private int base;
        private int count;
        private long letters;
        private long numbers;
        private long spaces;
        private long plainSpaces;
        private long apostrophes;
        private long beyondAscii;
        private int carriedBytes;
        private int carriedClass;

        Blocks(byte[] text, int from, int to, int[] ends, int count) {
            this.text = text;
            this.from = from;
            this.base = from;
            this.to = to;
            this.ends = ends;
            this.count = count;
        }

        /// Goes on until the last block, a full array of ends, or white space beyond ASCII; `base` is then the
        /// block not done.
        void run() {
            long previousLetter = 0;
            long previousNumber = 0;
            long previousSpace = 0;
            long previousPlain = 0;
            long set = 0;
            long clear = 1; // the start of the first piece is no end
            while (base + BLOCK < to && ends.length - count >= BLOCK) {
                classify();
                if ((beyondAscii != 0 || carriedBytes > 0) && !classifyBeyondAscii()) {
                    return;
                }
                long nextSpace = spaces >>> 1 | (isSpace(base + BLOCK) ? 1L << 63 : 0);
                long beforeSpace = spaces << 1 | previousSpace;
                long beforePlain = plainSpaces << 1 | previousPlain;
                long changed =
                        (letters ^ (letters << 1 | previousLetter)) | (numbers ^ (numbers << 1 | previousNumber));
                long starts = spaces & (~beforeSpace | ~nextSpace) | ~spaces & ~beforePlain & (beforeSpace | changed);
                starts = (starts | set) & ~clear;
                set = 0;
                clear = 0;
                long contractions = starts & apostrophes;
                if (base == from && text[base] == '\'') {
                    contractions |= 1;
                }
                while (contractions != 0) {
                    int bit = Long.numberOfTrailingZeros(contractions);
                    contractions &= contractions - 1;
                    int length = Gpt2Scanner.contraction(text, base + bit, to) - base - bit;
                    if (length > 0) {
                        starts = bit + 1 < BLOCK ? starts & ~(1L << bit + 1) : starts;
                        clear |= bit + 1 < BLOCK ? 0 : 1;
                        starts |= bit + length < BLOCK ? 1L << bit + length : 0;
                        set |= bit + length < BLOCK ? 0 : 1L << bit + length - BLOCK;
                    }
                }
                emit(starts);
                previousLetter = letters >>> 63;
                previousNumber = numbers >>> 63;
                previousSpace = spaces >>> 63;
                previousPlain = plainSpaces >>> 63;
                base += BLOCK;
            }
        }

        private void emit(long starts) {
            int at = count;
            int offset = base;
            for (long left = starts; left != 0; left &= left - 1) {
                ends[at++] = offset + Long.numberOfTrailingZeros(left);
            }
            count = at;
        }

        private boolean isSpace(int at) {
            return CharClass.classOf(CharClass.at(text, at, to)) == CharClass.SPACE;
        }

        private void classify() {
            long l = 0;
            long n = 0;
            long s = 0;
            long p = 0;
            long a = 0;
            long h = 0;
            for (int part = 0; part < BLOCK; part += LANES) {
                ByteVector bytes = ByteVector.fromArray(SPECIES, text, base + part);
                l |= bytes.or((byte) 0x20)
                                .sub((byte) 'a')
                                .compare(VectorOperators.ULT, (byte) 26)
                                .toLong()
                        << part;
                n |= bytes.sub((byte) '0')
                                .compare(VectorOperators.ULT, (byte) 10)
                                .toLong()
                        << part;
                long plain = bytes.compare(VectorOperators.EQ, (byte) ' ').toLong() << part;
                s |= plain
                        | bytes.sub((byte) '\t')
                                        .compare(VectorOperators.ULT, (byte) 5)
                                        .toLong()
                                << part;
                p |= plain;
                a |= bytes.compare(VectorOperators.EQ, (byte) '\'').toLong() << part;
                h |= bytes.compare(VectorOperators.LT, (byte) 0).toLong() << part;
            }
            letters = l;
            numbers = n;
            spaces = s;
            plainSpaces = p;
            apostrophes = a;
            beyondAscii = h;
        }

        /// Sets the bits of all bytes of characters beyond ASCII; false if one of them is white space.
        private boolean classifyBeyondAscii() {
            int at = carriedBytes;
            mark(carriedClass, 0, carriedBytes);
            carriedBytes = 0;
            long left = at == 0 ? beyondAscii : beyondAscii >>> at << at;
            while (left != 0) {
                at = Long.numberOfTrailingZeros(left);
                int packed = CharClass.at(text, base + at, to);
                int charClass = CharClass.classOf(packed);
                int end = at + CharClass.lengthOf(packed);
                if (charClass == CharClass.SPACE) {
                    return false;
                }
                mark(charClass, at, Math.min(end, BLOCK));
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
            long bits = end - from == 0 ? 0 : -1L >>> BLOCK - (end - from) << from;
            if (CharClass.isLetter(charClass)) {
                letters |= bits;
            } else if (charClass == CharClass.NUMBER) {
                numbers |= bits;
            }
        }
    }
}
