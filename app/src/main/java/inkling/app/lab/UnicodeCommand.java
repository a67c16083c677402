package inkling.app.lab;

import inkling.app.terminal.TextTable;
import inkling.tokenizer.utf8.Utf8;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows a text as code points and bytes, and bytes as the text they are, or are not.
@Command(
        name = "unicode",
        description = {
            "A text as code points and as UTF-8, UTF-16 and UTF-32 bytes; why decoding byte by byte fails; and which"
                    + " pairs of bytes are no UTF-8."
        },
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling unicode 'héllo 牛'",
            "  inkling unicode --bytes 'e7 89 9b ff'   # their text, damaged places replaced",
            "  inkling unicode --invalid-pairs         # pairs of bytes that are no UTF-8"
        })
public final class UnicodeCommand implements Callable<Integer> {
    private static final int MOST_ROWS = 200;

    private final PrintStream out;

    @Parameters(arity = "0..*", paramLabel = "TEXT", description = "The text; several words are joined by spaces.")
    private List<String> words = List.of();

    @Option(names = "--bytes", paramLabel = "HEX", description = "Bytes to decode, in hexadecimal.")
    private @Nullable String bytes;

    @Option(names = "--invalid-pairs", description = "Count the pairs of bytes that are not UTF-8.")
    private boolean invalidPairs;

    /// The command, printing to a stream.
    public UnicodeCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        String text = String.join(" ", words);
        if (text.isEmpty() && bytes == null && !invalidPairs) {
            throw new IllegalArgumentException("give a TEXT, --bytes or --invalid-pairs");
        }
        if (!words.isEmpty()) {
            text(text);
        }
        if (bytes != null) {
            bytes(bytes);
        }
        if (invalidPairs) {
            pairs();
        }
        return 0;
    }

    private void text(String shown) {
        TextTable table = new TextTable("", 3).row("", "code point", "name", "UTF-8", "UTF-16", "UTF-32");
        shown.codePoints().limit(MOST_ROWS).forEach(point -> {
            String one = Character.toString(point);
            String name = Character.getName(point);
            table.row(
                    alone(one),
                    String.format(Locale.ROOT, "U+%04X", point),
                    name == null ? "unassigned" : name,
                    hex(one.getBytes(StandardCharsets.UTF_8)),
                    hex(one.getBytes(StandardCharsets.UTF_16BE)),
                    hex(utf32(one)));
        });
        out.print(table.text());
        if (shown.codePointCount(0, shown.length()) > MOST_ROWS) {
            out.println("… (the first " + MOST_ROWS + " are shown)");
        }
        byte[] utf8 = Utf8.bytes(shown);
        out.println();
        TextTable sizes = new TextTable("", 1);
        sizes.row("code points", Long.toString(shown.codePoints().count()));
        sizes.row("UTF-8 bytes", Integer.toString(utf8.length));
        sizes.row("UTF-16 bytes", Integer.toString(shown.getBytes(StandardCharsets.UTF_16BE).length));
        sizes.row("UTF-32 bytes", Integer.toString(utf32(shown).length));
        out.print(sizes.text());
        StringBuilder single = new StringBuilder();
        for (int i = 0; i < utf8.length; i++) {
            single.append(Utf8.text(utf8, i, i + 1));
        }
        out.println("decoded as a whole:    " + visible(Utf8.text(utf8, 0, utf8.length)));
        out.println("decoded byte by byte:  " + visible(single.toString()));
    }

    private void bytes(String hex) {
        String digits = hex.replaceAll("(0x|\\\\x|[\\s,])", "");
        if (!digits.matches("([0-9a-fA-F]{2})+")) {
            throw new IllegalArgumentException(
                    "--bytes " + hex + ": expected pairs of hexadecimal digits such as e7 89 9b");
        }
        byte[] raw = HexFormat.of().parseHex(digits);
        TextTable table = new TextTable("", 3);
        for (int at = 0; at < raw.length; ) {
            int packed = Utf8.read(raw, at, raw.length);
            byte[] part = Arrays.copyOfRange(raw, at, at + Utf8.length(packed));
            String one = Character.toString(Utf8.codePoint(packed));
            boolean replaced = !Arrays.equals(one.getBytes(StandardCharsets.UTF_8), part);
            table.row(
                    hex(part),
                    String.format(Locale.ROOT, "U+%04X", Utf8.codePoint(packed)),
                    visible(one),
                    replaced ? "not UTF-8, replaced" : "");
            at += part.length;
        }
        out.print(table.text());
        out.println("text: " + visible(Utf8.text(raw, 0, raw.length)));
    }

    private void pairs() {
        int ascii = 0;
        int character = 0;
        int invalid = 0;
        String first = "";
        for (int pair = 0; pair < 1 << 16; pair++) {
            byte[] two = {(byte) (pair >> 8), (byte) pair};
            int packed = Utf8.read(two, 0, 2);
            boolean whole = Utf8.length(packed) == 2 && Utf8.codePoint(packed) != Utf8.REPLACEMENT;
            if (two[0] >= 0 && two[1] >= 0) {
                ascii++;
            } else if (whole) {
                character++;
            } else {
                invalid++;
                first = first.isEmpty() ? hex(two) : first;
            }
        }
        TextTable table = new TextTable("", 1);
        table.row("two ASCII characters", String.format(Locale.ROOT, "%,d", ascii), "00…7F twice");
        table.row("one character of two bytes", String.format(Locale.ROOT, "%,d", character), "C2…DF, then 80…BF");
        table.row("not UTF-8", String.format(Locale.ROOT, "%,d", invalid), "for example c3 28, " + first);
        table.row("all pairs", String.format(Locale.ROOT, "%,d", 1 << 16), "");
        out.print(table.text());
    }

    /// Control characters as pictures of their names, since a terminal shows nothing for them, or worse.
    private static String visible(String text) {
        var visible = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (point < ' ') {
                visible.appendCodePoint(0x2400 + point);
            } else {
                visible.appendCodePoint(Character.isISOControl(point) ? '·' : point);
            }
        });
        return visible.toString();
    }

    /// A character alone: a mark on a dotted circle, a dot for what is only a hint to whoever draws the text.
    private static String alone(String one) {
        return switch (Character.getType(one.codePointAt(0))) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> "◌" + one;
            case Character.FORMAT, Character.UNASSIGNED -> "·";
            default -> visible(one);
        };
    }

    private static byte[] utf32(String text) {
        int[] points = text.codePoints().toArray();
        ByteBuffer buffer = ByteBuffer.allocate(4 * points.length).order(ByteOrder.BIG_ENDIAN);
        for (int point : points) {
            buffer.putInt(point);
        }
        return buffer.array();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
