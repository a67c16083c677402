package inkling.tokenizer.bpe;

import inkling.tokenizer.utf8.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Turns ids into text: a few hundred tokens into bytes, these into characters, and so on, in two buffers that stay
/// in the processor's nearest caches. Belongs to one thread at a time.
///
/// Text that is nearly all ASCII, with other characters here and there, is slower in the JDK's decoder: beyond
/// the first such character it goes byte by byte.
public final class TokenText {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final int STEP = 512;
    private static final int KEPT_CHARS = 1 << 20;
    private static final int MAX_CHARS = Integer.MAX_VALUE - 16;

    private final Vocabulary vocabulary;
    private byte[] bytes = {};
    private char[] chars = new char[1 << 10];
    private int size;

    /// A fresh one for a vocabulary.
    public TokenText(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /// The text of ids, damaged UTF-8 replaced by U+FFFD as in CPython.
    ///
    /// @throws IllegalArgumentException if there is no token of one of the ids
    public String of(int[] ids) {
        size = 0;
        int held = 0;
        for (int from = 0; from < ids.length; from += STEP) {
            int to = Math.min(ids.length, from + STEP);
            int end = gather(ids, from, to, held);
            int tail = to == ids.length ? 0 : Utf8.incompleteTail(bytes, 0, end);
            append(end - tail);
            System.arraycopy(bytes, end - tail, bytes, 0, tail);
            held = tail;
        }
        String text = new String(chars, 0, size);
        if (chars.length > KEPT_CHARS) {
            chars = new char[KEPT_CHARS];
        }
        return text;
    }

    /// Puts the bytes of some ids at `at` of the buffer; returns where they end.
    private int gather(int[] ids, int from, int to, int at) {
        reserve(at, to - from);
        int next = at;
        for (int i = from; i < to; i++) {
            int id = ids[i];
            vocabulary.requireToken(id);
            if (vocabulary.length(id) > Vocabulary.WIDE) {
                reserve((long) next + vocabulary.length(id), to - i);
            }
            next = vocabulary.copyWide(id, bytes, next);
        }
        return next;
    }

    /// Makes room for so many tokens of usual length behind `at`.
    private void reserve(long at, int tokens) {
        long needed = at + (long) (tokens + 1) * Vocabulary.WIDE;
        if (needed > bytes.length) {
            if (needed > MAX_CHARS) {
                throw tooLong();
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_CHARS, 2 * needed));
        }
    }

    /// Appends the characters of the first bytes of the buffer.
    private void append(int length) {
        if (length > chars.length - size) {
            if (length > MAX_CHARS - size) {
                throw tooLong();
            }
            chars = Arrays.copyOf(chars, (int) Math.min(MAX_CHARS, Math.max(size + length, 2L * chars.length)));
        }
        byte[] source = bytes;
        char[] target = chars;
        int out = size;
        int at = 0;
        while (at < length) {
            int ascii = ascii(source, at, length, target, out);
            at += ascii;
            out += ascii;
            while (at < length && source[at] < 0) {
                int usual = twoOrThreeBytes(source, at, length);
                if (usual >= 0) {
                    target[out++] = (char) usual;
                    at += usual < 0x800 ? 2 : 3;
                    continue;
                }
                int packed = Utf8.read(source, at, length);
                int codePoint = Utf8.codePoint(packed);
                if (codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
                    target[out++] = (char) codePoint;
                } else {
                    target[out++] = Character.highSurrogate(codePoint);
                    target[out++] = Character.lowSurrogate(codePoint);
                }
                at += Utf8.length(packed);
            }
        }
        size = out;
    }

    /// The character of a sound sequence of two or three bytes, or -1 where [Utf8#read] must judge: what most text
    /// beyond ASCII consists of, in a third of the steps.
    private static int twoOrThreeBytes(byte[] source, int at, int end) {
        int first = source[at];
        if (first >> 5 == -2 && at + 1 < end) {
            int second = source[at + 1];
            int character = (first & 0x1F) << 6 | second & 0x3F;
            return (second & 0xC0) == 0x80 && character >= 0x80 ? character : -1;
        }
        if (first >> 4 == -2 && at + 2 < end) {
            int second = source[at + 1];
            int third = source[at + 2];
            int character = (first & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F;
            boolean sound = (second & 0xC0) == 0x80 && (third & 0xC0) == 0x80;
            boolean surrogate = character >> 11 == 0xD800 >> 11;
            return sound && !surrogate && character >= 0x800 ? character : -1;
        }
        return -1;
    }

    /// Writes the characters of a run of ASCII, eight at a time where there are so many; returns how many there are.
    private static int ascii(byte[] source, int from, int to, char[] target, int out) {
        int at = from;
        int shift = out - from;
        while (at + Long.BYTES <= to) {
            long others = (long) LONG.get(source, at) & HIGH_BITS;
            for (int i = 0; i < Long.BYTES; i++) {
                target[at + shift + i] = (char) (source[at + i] & 0x7F);
            }
            if (others != 0) {
                return at - from + (Long.numberOfTrailingZeros(others) >> 3);
            }
            at += Long.BYTES;
        }
        while (at < to && source[at] >= 0) {
            target[at + shift] = (char) source[at];
            at++;
        }
        return at - from;
    }

    private static IllegalArgumentException tooLong() {
        return new IllegalArgumentException("decode: the ids make more than " + MAX_CHARS + " characters");
    }
}
