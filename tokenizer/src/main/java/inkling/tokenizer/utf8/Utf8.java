package inkling.tokenizer.utf8;

import java.nio.charset.StandardCharsets;

/// Reads characters out of bytes that should be UTF-8 but need not be.
///
/// A damaged place counts as one U+FFFD for every *maximal subpart*: the longest prefix of some well-formed
/// sequence, or else one byte (Unicode 16, table 3-8). The JDK's decoder differs from that for the encoded
/// surrogates `ED A0…BF`, CPython does not.
///
/// A decoded character is packed into one `int`: `codePoint << 3 | length`, length in bytes.
public final class Utf8 {
    /// The code point that stands for damaged bytes.
    public static final int REPLACEMENT = 0xFFFD;

    private Utf8() {}

    /// The code point of a packed character.
    public static int codePoint(int packed) {
        return packed >>> 3;
    }

    /// The number of bytes of a packed character, 1 to 4.
    public static int length(int packed) {
        return packed & 7;
    }

    /// The packed character that starts at `at`, which must be below `to`.
    public static int read(byte[] text, int at, int to) {
        int lead = text[at] & 0xFF;
        if (lead < 0x80) {
            return lead << 3 | 1;
        }
        int needed = sequenceLength(lead);
        if (needed == 1) {
            return REPLACEMENT << 3 | 1;
        }
        int codePoint = lead & (0x7F >> needed);
        for (int i = 1; i < needed; i++) {
            if (at + i >= to || !continues(lead, i, text[at + i])) {
                return REPLACEMENT << 3 | i;
            }
            codePoint = codePoint << 6 | text[at + i] & 0x3F;
        }
        return codePoint << 3 | needed;
    }

    /// How many bytes at the end of the range begin a character that more bytes could still complete: 0 to 3.
    public static int incompleteTail(byte[] text, int from, int to) {
        for (int back = 1; back <= 3 && to - back >= from; back++) {
            int lead = text[to - back] & 0xFF;
            if (lead < 0x80) {
                return 0;
            }
            if (lead >= 0xC0) {
                boolean open = sequenceLength(lead) > back && length(read(text, to - back, to)) == back;
                return open ? back : 0;
            }
        }
        return 0;
    }

    /// The text's UTF-8 bytes, a lone surrogate becoming U+FFFD.
    public static byte[] bytes(String text) {
        return (hasLoneSurrogate(text) ? repaired(text) : text).getBytes(StandardCharsets.UTF_8);
    }

    /// The text of a whole range of bytes, damaged places replaced.
    public static String text(byte[] bytes, int from, int to) {
        String fast = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        if (fast.indexOf(REPLACEMENT) < 0 || !hasEncodedSurrogate(bytes, from, to)) {
            return fast; // the JDK's different rule for surrogates did not matter
        }
        StringBuilder text = new StringBuilder(fast.length());
        for (int at = from; at < to; ) {
            int packed = read(bytes, at, to);
            text.appendCodePoint(codePoint(packed));
            at += length(packed);
        }
        return text.toString();
    }

    /// The length a well-formed sequence with this first byte has, or 1 where no sequence starts with it.
    private static int sequenceLength(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return 1;
        }
        return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }

    /// Whether `value` may stand at `index` of a sequence that starts with `lead` (Unicode 16, table 3-7).
    private static boolean continues(int lead, int index, byte value) {
        int b = value & 0xFF;
        if (index > 1) {
            return b >= 0x80 && b <= 0xBF;
        }
        return switch (lead) {
            case 0xE0 -> b >= 0xA0 && b <= 0xBF;
            case 0xED -> b >= 0x80 && b <= 0x9F;
            case 0xF0 -> b >= 0x90 && b <= 0xBF;
            case 0xF4 -> b >= 0x80 && b <= 0x8F;
            default -> b >= 0x80 && b <= 0xBF;
        };
    }

    private static boolean hasEncodedSurrogate(byte[] bytes, int from, int to) {
        for (int at = from; at + 1 < to; at++) {
            if (bytes[at] == (byte) 0xED && (bytes[at + 1] & 0xE0) == 0xA0) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    private static String repaired(String text) {
        StringBuilder repaired = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? REPLACEMENT : c)
                .forEach(repaired::appendCodePoint);
        return repaired.toString();
    }
}
