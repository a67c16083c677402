package inkling.app.handbook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A chapter of the handbook, divided into prose and the blocks in it.
///
/// A block is fenced and of the kind `console`: a line `$ inkling …`, then what the command prints. Lines above the
/// fence may say how the two are compared:
///
/// ```
/// <!-- keep: REGEX -->     only lines in which the expression is found are shown; "# in part" tells the reader
/// <!-- mask: REGEX -->     what it matches depends on the machine or the moment and is not compared
/// <!-- near: 0.02 -->      numbers with a decimal point may differ by this share, as sums do in another order
/// <!-- width: 512 -->      compared only on machines with vectors of so many bits, whose sums decide on every bit
/// ```
record Chapter(Path file, String text, List<Block> blocks) {
    private static final Pattern BLOCK =
            Pattern.compile("(?m)^((?:<!-- (?:keep|mask|near|width): .* -->\\n)*)```console\\n((?s:.*?))^```$");
    private static final Pattern RULE = Pattern.compile("<!-- (keep|mask|near|width): (.*) -->\\n");
    private static final Pattern FENCE = Pattern.compile("(?m)^```(\\S+)$");
    private static final Pattern COMMAND = Pattern.compile("(?m)^\\$ inkling ((?:.*\\\\\\n)*.*)\\n");
    private static final String IN_PART = "  # in part";

    /// A fenced block.
    ///
    /// @param rules the lines above it
    /// @param answers the commands in it and what they print
    record Block(List<Rule> rules, List<Answer> answers) {
        /// The block as it stands in the file.
        String text() {
            var text = new StringBuilder();
            rules.forEach(rule -> text.append("<!-- %s: %s -->%n".formatted(rule.kind(), rule.value())));
            text.append("```console\n");
            answers.forEach(answer -> text.append("$ inkling ")
                    .append(answer.typed())
                    .append('\n')
                    .append(answer.printed()));
            return text.append("```").toString();
        }
    }

    /// How a block is compared.
    record Rule(String kind, String value) {}

    /// A command as it is typed, perhaps over several lines, and what it prints.
    record Answer(String typed, String printed) {
        /// The command in one line, without the note for readers.
        String command() {
            return typed.replace(IN_PART, "").replaceAll("\\\\\\n *", "");
        }
    }

    static Chapter read(Path file) throws IOException {
        String text = Files.readString(file);
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            List<Rule> rules = RULE.matcher(matcher.group(1))
                    .results()
                    .map(rule -> new Rule(rule.group(1), rule.group(2)))
                    .toList();
            blocks.add(new Block(rules, answers(matcher.group(2))));
        }
        return new Chapter(file, text, blocks);
    }

    private static List<Answer> answers(String content) {
        List<Answer> answers = new ArrayList<>();
        Matcher matcher = COMMAND.matcher(content);
        boolean found = matcher.find();
        while (found) {
            String typed = matcher.group(1);
            int begin = matcher.end();
            found = matcher.find();
            answers.add(new Answer(typed, content.substring(begin, found ? matcher.start() : content.length())));
        }
        return answers;
    }

    /// The text without its blocks.
    String prose() {
        return BLOCK.matcher(text).replaceAll("");
    }

    /// The text with other blocks in the places of the ones it has.
    String with(List<Block> others) {
        var renewed = new StringBuilder();
        Matcher matcher = BLOCK.matcher(text);
        for (int i = 0; matcher.find(); i++) {
            matcher.appendReplacement(
                    renewed, Matcher.quoteReplacement(others.get(i).text()));
        }
        return matcher.appendTail(renewed).toString();
    }

    /// Kinds of all fences that open a block, in order.
    List<String> fences() {
        return FENCE.matcher(text).results().map(fence -> fence.group(1)).toList();
    }

    String name() {
        return String.valueOf(file.getFileName());
    }

    @Override
    public String toString() {
        return name();
    }
}
