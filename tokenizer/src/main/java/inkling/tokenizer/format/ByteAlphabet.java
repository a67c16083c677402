package inkling.tokenizer.format;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// GPT-2's printable letters for the 256 bytes.
///
/// The 188 bytes that are visible Latin-1 characters stand for themselves; the others are U+0100, U+0101 … in
/// order. A space is `Ġ`, a line feed `Ċ`.
public final class ByteAlphabet {
    private static final int LETTERS = 324;
    private static final char[] LETTER_OF = new char[256];
    private static final short[] BYTE_OF = bytesOfLetters();

    private ByteAlphabet() {}

    /// The bytes in the order of their letters, which is the order of the first 256 ordinary ids of a trained
    /// vocabulary.
    public static byte[] bytesInOrder() {
        byte[] order = new byte[256];
        int count = 0;
        for (short value : BYTE_OF) {
            if (value >= 0) {
                order[count++] = (byte) value;
            }
        }
        return order;
    }

    /// The bytes in their letters.
    public static String letters(byte[] bytes) {
        char[] letters = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            letters[i] = LETTER_OF[bytes[i] & 0xFF];
        }
        return new String(letters);
    }

    /// The bytes that the letters stand for, or null where one is not of this alphabet.
    public static byte @Nullable [] bytes(String letters) {
        byte[] bytes = new byte[letters.length()];
        return bytes(letters, 0, letters.length(), bytes, 0) < 0 ? null : bytes;
    }

    /// Writes the bytes that a range of letters stands for to `target` at `at`; returns where they end, or -1 where one
    /// is not of this alphabet.
    static int bytes(String letters, int from, int to, byte[] target, int at) {
        int end = at;
        for (int i = from; i < to; i++) {
            char letter = letters.charAt(i);
            if (letter >= LETTERS || BYTE_OF[letter] < 0) {
                return -1;
            }
            target[end++] = (byte) BYTE_OF[letter];
        }
        return end;
    }

    private static short[] bytesOfLetters() {
        short[] byteOf = new short[LETTERS];
        Arrays.fill(byteOf, (short) -1);
        int next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean visible = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            LETTER_OF[b] = (char) (visible ? b : next++);
            byteOf[LETTER_OF[b]] = (short) b;
        }
        return byteOf;
    }
}
