package inkling.tokenizer.format;

import java.util.Arrays;
import java.util.Base64;

/// One line of a rank file: a token in base64, a space, a rank.
///
/// Usual lines are decoded right here, byte by byte: a vocabulary has up to 200,000 of them. The JDK's decoder judges
/// whatever else there is at the end of a token.
final class RankLine {
    private static final byte[] VALUES = values();

    private byte[] token = new byte[1 << 8];
    private int length;
    private int rank;

    /// The bytes of the token; only the first [#length] count.
    byte[] token() {
        return token;
    }

    /// The number of bytes of the token.
    int length() {
        return length;
    }

    /// The rank.
    int rank() {
        return rank;
    }

    /// Reads a line; false if it is not of that form.
    boolean read(byte[] line, int from, int to) {
        if (token.length < to - from) {
            token = new byte[2 * (to - from)];
        }
        length = 0;
        int at = from;
        while (at + 4 <= to) {
            int bits =
                    value(line, at) << 18 | value(line, at + 1) << 12 | value(line, at + 2) << 6 | value(line, at + 3);
            if (bits < 0) {
                break;
            }
            token[length++] = (byte) (bits >> 16);
            token[length++] = (byte) (bits >> 8);
            token[length++] = (byte) bits;
            at += 4;
        }
        int space = at;
        while (space < to && line[space] != ' ') {
            space++;
        }
        rank = number(line, space + 1, to);
        return rank >= 0 && readEnd(line, at, space) && length > 0;
    }

    /// Reads the last characters of the token, those that are no whole group of four or are padded.
    private boolean readEnd(byte[] line, int from, int to) {
        if (to == from) {
            return true;
        }
        if (to - from == 4 && line[to - 1] == '=') {
            boolean two = line[to - 2] != '=';
            int bits = value(line, from) << 10 | value(line, from + 1) << 4 | (two ? value(line, from + 2) >> 2 : 0);
            if (bits >= 0) {
                token[length++] = (byte) (bits >> 8);
                if (two) {
                    token[length++] = (byte) bits;
                }
                return true;
            }
        }
        try {
            byte[] rest = Base64.getDecoder().decode(Arrays.copyOfRange(line, from, to));
            System.arraycopy(rest, 0, token, length, rest.length);
            length += rest.length;
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// The number of up to eight digits between two places, or -1.
    private static int number(byte[] line, int from, int to) {
        if (to <= from || to - from > 8) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = line[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /// The six bits of a character, or -1.
    private static int value(byte[] line, int at) {
        return VALUES[line[at] & 0xFF];
    }

    private static byte[] values() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        return values;
    }
}
