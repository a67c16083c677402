package inkling.app.lab;

import inkling.core.experiment.BpeByHand;
import inkling.core.experiment.BpeByHand.Pair;
import inkling.core.experiment.BpeByHand.Round;
import inkling.tokenizer.split.SplitPattern;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Shows byte-pair encoding round by round on a small text.
@Command(
        name = "bpe",
        description = {
            "Byte-pair encoding by hand: the most frequent pairs of each round, which one is merged, and how the words"
                    + " are divided afterwards. Ties go to the greater pair of byte strings."
        },
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling lab bpe --text 'low low lower newest newest' --merges 4"})
public final class BpeCommand implements Callable<Integer> {
    private static final int SHOWN_PAIRS = 5;
    private static final int LONGEST_TEXT = 100_000;

    private final PrintStream out;

    /// How a text is split into words before pairs are counted.
    enum Split {
        WHITESPACE("\\S+"),
        GPT2(SplitPattern.Known.GPT2.regex());

        private final String regex;

        Split(String regex) {
            this.regex = regex;
        }
    }

    @Option(names = "--text", required = true, paramLabel = "TEXT", description = "The text to learn from.")
    private String text = "";

    @Option(names = "--merges", paramLabel = "N", defaultValue = "6", description = "Rounds (default 6).")
    private int merges;

    @Option(
            names = "--split",
            paramLabel = "HOW",
            defaultValue = "whitespace",
            description = "whitespace (spaces vanish) or gpt2 (a space belongs to the next word).")
    private Split split = Split.WHITESPACE;

    /// The command, printing to a stream.
    public BpeCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        if (merges < 1) {
            throw new IllegalArgumentException("--merges is " + merges + ", expected at least 1");
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("--text is empty, expected words to learn from");
        }
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException("--text has " + text.length() + " characters, by hand at most "
                    + LONGEST_TEXT + "; use inkling tokenizer train");
        }
        Pattern pattern = Pattern.compile(split.regex, Pattern.UNICODE_CHARACTER_CLASS);
        List<Round> rounds = BpeByHand.merge(text, pattern, merges);
        for (int i = 0; i < rounds.size(); i++) {
            Round round = rounds.get(i);
            StringBuilder counts = new StringBuilder();
            round.counts().stream()
                    .limit(SHOWN_PAIRS)
                    .forEach(entry -> counts.append(counts.isEmpty() ? "" : ", ")
                            .append(shown(entry.getKey()))
                            .append(' ')
                            .append(entry.getValue()));
            boolean more = round.counts().size() > SHOWN_PAIRS;
            out.println("round " + (i + 1) + ": " + counts + (more ? ", …" : ""));
            out.println("  merge " + shown(round.merged()) + " → "
                    + shown(round.merged().left() + round.merged().right()));
            out.println("  words "
                    + String.join(
                            " | ",
                            round.words().stream()
                                    .map(word -> String.join(
                                            "·",
                                            word.stream().map(BpeCommand::shown).toList()))
                                    .toList()));
        }
        if (rounds.size() < merges) {
            out.println("no pair is left after " + rounds.size() + " merges");
        }
        return 0;
    }

    private static String shown(Pair pair) {
        return "(" + shown(pair.left()) + " " + shown(pair.right()) + ")";
    }

    private static String shown(String latin) {
        byte[] bytes = latin.getBytes(StandardCharsets.ISO_8859_1);
        String whole = new String(bytes, StandardCharsets.UTF_8);
        if (whole.indexOf('\uFFFD') < 0) {
            return whole.replace(' ', '␣').replace("\n", "⏎");
        }
        StringBuilder hex = new StringBuilder();
        for (byte one : bytes) {
            hex.append(String.format(java.util.Locale.ROOT, "<%02X>", one));
        }
        return hex.toString();
    }
}
