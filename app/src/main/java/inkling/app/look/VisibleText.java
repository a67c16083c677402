package inkling.app.look;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntConsumer;

/// Shows the bytes of a token so that nothing in it is invisible: white space gets a sign, characters without a shape
/// appear as `U+200B`, bytes that are no whole character as `E2 82`.
final class VisibleText {
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

    /// The bytes as one line of plain text.
    String plain(byte[] bytes) {
        var text = new StringBuilder();
        walk(bytes, c -> text.append(sign(c)), b -> text.append(String.format(Locale.ROOT, "<%02X>", b)));
        return text.toString();
    }

    /// The bytes as HTML: white space stays what it is, so that it can be copied and lines break, and gets its sign by
    /// the style sheet.
    void html(byte[] bytes, Html out) {
        walk(
                bytes,
                c -> {
                    switch (c) {
                        case ' ' -> out.element("s", " ");
                        case '\t' -> out.element("s", "\t", "class", "h");
                        case '\n' -> out.element("s", "\n", "class", "n");
                        case '\r' -> out.element("s", "␍", "class", "x");
                        default -> {
                            if (hasShape(c)) {
                                out.text(Character.toString(c));
                            } else {
                                out.element("s", sign(c), "class", "x");
                            }
                        }
                    }
                },
                b -> out.element("s", String.format(Locale.ROOT, "%02X", b), "class", "x"));
    }

    /// Whether the bytes are whole characters.
    boolean isText(byte[] bytes) {
        int[] broken = {0};
        walk(bytes, _ -> {}, _ -> broken[0]++);
        return broken[0] == 0;
    }

    private static String sign(int c) {
        return switch (c) {
            case ' ' -> "·";
            case '\t' -> "→";
            case '\n' -> "⏎";
            case '\r' -> "␍";
            default -> hasShape(c) ? Character.toString(c) : String.format(Locale.ROOT, "U+%04X", c);
        };
    }

    private static boolean hasShape(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private void walk(byte[] bytes, IntConsumer character, IntConsumer broken) {
        for (int at = 0; at < bytes.length; ) {
            int length = characterLength(bytes, at);
            if (length == 0) {
                broken.accept(bytes[at++] & 0xff);
            } else {
                character.accept(new String(bytes, at, length, StandardCharsets.UTF_8).codePointAt(0));
                at += length;
            }
        }
    }

    /// Bytes of the character that starts here; 0 where none does.
    private int characterLength(byte[] bytes, int at) {
        int lead = bytes[at] & 0xff;
        int length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (at + length > bytes.length) {
            return 0;
        }
        try {
            return utf8.decode(ByteBuffer.wrap(bytes, at, length)).length() > 2 ? 0 : length;
        } catch (CharacterCodingException _) {
            return 0;
        }
    }
}
