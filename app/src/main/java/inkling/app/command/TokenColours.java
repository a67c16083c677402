package inkling.app.command;

import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.TokenSpans;
import inkling.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Writes a text token by token: on a coloured terminal with alternating backgrounds, else with bars between tokens.
///
/// ```
/// Once│·upon│·a│·time
/// 431 512 257 601
/// ```
final class TokenColours {
    /// Pastel backgrounds of the 256-colour palette that black text is legible on.
    private static final int[] BACKGROUNDS = {153, 157, 223, 218, 189, 229};

    private final boolean coloured;

    TokenColours(boolean coloured) {
        this.coloured = coloured;
    }

    /// The text in tokens, and below it a count and the ids.
    String render(Tokenizer tokenizer, String text) {
        TokenSpans spans = tokenizer.encodeSpans(text.getBytes(StandardCharsets.UTF_8), SpecialPolicy.ALLOW);
        var line = new StringBuilder();
        var ids = new StringBuilder();
        for (int i = 0; i < spans.size(); i++) {
            String token = visible(tokenizer.tokenBytes(spans.id(i)));
            if (coloured) {
                line.append("\u001b[30;48;5;")
                        .append(BACKGROUNDS[i % BACKGROUNDS.length])
                        .append('m');
                line.append(token.replace("⏎", "⏎\u001b[0m\n")).append("\u001b[0m");
            } else {
                line.append(i == 0 ? "" : "│").append(token.replace("⏎", "⏎\n"));
            }
            ids.append(i == 0 ? "" : " ").append(spans.id(i));
        }
        int bytes = spans.size() == 0 ? 0 : spans.end(spans.size() - 1);
        return line + "\n" + ids + "\n" + spans.size() + " tokens, " + bytes + " bytes";
    }

    /// A token with its white space made visible; bytes that are no text of their own appear as numbers.
    static String visible(byte[] token) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(token))
                    .toString();
        } catch (CharacterCodingException _) {
            return numbers(token);
        }
        var visible = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case ' ' -> visible.append('·');
                case '\n' -> visible.append('⏎');
                case '\r' -> visible.append('␍');
                case '\t' -> visible.append('→');
                default -> {
                    if (Character.isISOControl(c) || Character.isSpaceChar(c)) {
                        visible.append(String.format(Locale.ROOT, "<U+%04X>", c));
                    } else {
                        visible.appendCodePoint(c);
                    }
                }
            }
        });
        return visible.toString();
    }

    private static String numbers(byte[] token) {
        var text = new StringBuilder();
        for (byte b : token) {
            if (b > ' ' && b < 0x7f) {
                text.append((char) b);
            } else {
                text.append(b == ' ' ? "·" : String.format(Locale.ROOT, "<0x%02X>", b & 0xff));
            }
        }
        return text.toString();
    }
}
