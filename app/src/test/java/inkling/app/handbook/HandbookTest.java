package inkling.app.handbook;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.CommandFrame;
import inkling.app.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every answer in the handbook is what its command prints today.
///
/// A block `<!-- run: inkling … -->` stands above a fenced block that holds the output of that command;
/// `<!-- run: inkling … | REGEX -->` keeps the lines in which the expression is found. With `-Dhandbook.update=true`
/// the blocks are written anew instead of compared. Names of files in commands are taken from `docs/handbook/files`,
/// or from what an earlier command of the same chapter has written with `--out`.
class HandbookTest {
    private static final Pattern BLOCK =
            Pattern.compile("<!-- run: inkling (.*?)(?: \\| (.*?))? -->\\n```text\\n(.*?)```\\n", Pattern.DOTALL);
    private static final Pattern ARGUMENT = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern LARGE_NUMBER = Pattern.compile("(?<![\\d.,])\\d{1,3}(?:,\\d{3})+(?![\\d])");
    private static final boolean UPDATE = Boolean.getBoolean("handbook.update");

    @TempDir
    private Path folder = Path.of("");

    static List<Path> chapters() throws IOException {
        try (Stream<Path> files = Files.list(handbook())) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static Path handbook() {
        return Path.of(System.getProperty("inkling.root", "..")).resolve("docs/handbook");
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void answers_are_what_the_commands_print(Path chapter) throws IOException {
        String text = Files.readString(chapter);
        Matcher matcher = BLOCK.matcher(text);
        StringBuilder renewed = new StringBuilder();
        while (matcher.find()) {
            String command = matcher.group(1);
            String kept = matcher.group(2);
            String printed = kept(run(command), kept);
            if (!UPDATE) {
                assertThat(matcher.group(3))
                        .as("%s: inkling %s", chapter.getFileName(), command)
                        .isEqualTo(printed);
            }
            String block = "<!-- run: inkling " + command + (kept == null ? "" : " | " + kept) + " -->\n```text\n"
                    + printed + "```\n";
            matcher.appendReplacement(renewed, Matcher.quoteReplacement(block));
        }
        matcher.appendTail(renewed);
        if (UPDATE) {
            Files.writeString(chapter, renewed.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void large_numbers_in_the_prose_stand_in_an_answer_of_the_chapter(Path chapter) throws IOException {
        if (chapter.getFileName().toString().contains("mistakes")) {
            return; // wrong figures are its subject; each right one is in a block
        }
        String text = Files.readString(chapter);
        String answers = String.join(
                "\n", BLOCK.matcher(text).results().map(block -> block.group(3)).toList());
        String prose = BLOCK.matcher(text).replaceAll("");
        List<String> unproved = LARGE_NUMBER
                .matcher(prose)
                .results()
                .map(found -> found.group())
                .filter(number -> !answers.contains(number) && !answers.contains(number.replace(",", "")))
                .toList();
        assertThat(unproved)
                .as("numbers in %s that no command of it prints", chapter.getFileName())
                .isEmpty();
    }

    @Test
    void every_chapter_has_a_question_an_answer_the_maths_and_a_command() throws IOException {
        for (Path chapter : chapters()) {
            if (!chapter.getFileName().toString().equals("README.md")) {
                assertThat(Files.readString(chapter))
                        .as(chapter.toString())
                        .contains("**Question.**", "**Answer.**", "**Maths.**", "<!-- run: inkling ");
            }
        }
    }

    @Test
    void picture_is_what_the_command_draws() throws IOException {
        Path drawn = folder.resolve("flops.svg");
        Path shown = handbook().resolve("flops.svg");
        run("plan --preset gpt2-xl --picture " + drawn);
        if (UPDATE) {
            Files.writeString(shown, Files.readString(drawn));
        }
        assertThat(Files.readString(shown)).isEqualTo(Files.readString(drawn));
    }

    private static String kept(String printed, @org.jspecify.annotations.Nullable String regex) {
        if (regex == null) {
            return printed;
        }
        Pattern pattern = Pattern.compile(regex);
        StringBuilder lines = new StringBuilder();
        printed.lines()
                .filter(line -> pattern.matcher(line).find())
                .forEach(line -> lines.append(line).append('\n'));
        assertThat(lines).as("no line of the output matches " + regex).isNotEmpty();
        return lines.toString();
    }

    private String run(String command) {
        List<String> args = new ArrayList<>();
        boolean isOutput = false;
        Matcher matcher = ARGUMENT.matcher(command);
        while (matcher.find()) {
            String arg = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            args.add(resolved(arg, isOutput));
            isOutput = arg.equals("--out") || arg.equals("--run");
        }
        var bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int status = new CommandFrame(Terminal.captured(out, out)).run(args.toArray(String[]::new));
        out.flush();
        String printed = bytes.toString(StandardCharsets.UTF_8).replace(folder + "/", "");
        assertThat(status).as("inkling %s printed %s", command, printed).isIn(0, 2);
        String neat = printed.lines().map(String::stripTrailing).reduce("", (all, line) -> all + line + "\n");
        return neat.replace(handbook().resolve("files") + "/", "");
    }

    private String resolved(String arg, boolean isOutput) {
        // Only plain names are looked for: a text to encode may hold what a file system without a locale cannot name.
        boolean isPlain = arg.matches("[\\w./-]+");
        if (isOutput || isPlain && Files.exists(folder.resolve(arg))) {
            return folder.resolve(arg).toString();
        }
        boolean isFile =
                isPlain && Files.isRegularFile(handbook().resolve("files").resolve(arg));
        return isFile ? handbook().resolve("files").resolve(arg).toString() : arg;
    }
}
