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
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every answer in the handbook is what its command prints today.
///
/// The blocks of a chapter are run from top to bottom in one empty folder, where later commands find what earlier ones
/// have written ([Chapter] says what a block looks like). With `-Dhandbook.update=true` blocks that differ are written
/// anew, pictures as well.
class HandbookTest {
    private static final Pattern ARGUMENT = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern LARGE_NUMBER = Pattern.compile("(?<![\\d.,])\\d{1,3}(?:,\\d{3})+(?![\\d])");
    private static final Pattern MENTIONED = Pattern.compile("`inkling ([^`]*)`");
    private static final Pattern PICTURE = Pattern.compile("!\\[[^]]*]\\(([\\w-]+\\.svg)\\)");
    private static final Set<String> PATH_OPTIONS = Set.of(
            "--out",
            "--run",
            "--resume",
            "--data",
            "--input",
            "--file",
            "--tokenizer",
            "--corpus",
            "--valid",
            "--same-as",
            "--picture");
    private static final Set<String> FENCES = Set.of("console", "math");
    private static final boolean UPDATE = Boolean.getBoolean("handbook.update");

    @TempDir
    private Path folder = Path.of("");

    static List<Chapter> chapters() throws IOException {
        List<Chapter> chapters = new ArrayList<>();
        try (Stream<Path> files = Files.list(handbook())) {
            for (Path file : files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                chapters.add(Chapter.read(file));
            }
        }
        return chapters;
    }

    private static Path root() {
        return Path.of(System.getProperty("inkling.root", ".."));
    }

    private static Path handbook() {
        return root().resolve("docs/handbook");
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void answers_are_what_the_commands_print(Chapter chapter) throws IOException {
        List<Chapter.Block> renewed = new ArrayList<>();
        for (Chapter.Block block : chapter.blocks()) {
            var comparison = new Comparison(block.rules());
            List<Chapter.Answer> answers = new ArrayList<>();
            for (Chapter.Answer answer : block.answers()) {
                String printed = comparison.kept(run(answer.command()));
                boolean same = comparison.isSame(answer.printed(), printed);
                if (!UPDATE && !same) {
                    assertThat(printed)
                            .as("%s: inkling %s", chapter, answer.command())
                            .isEqualTo(answer.printed());
                }
                answers.add(same ? answer : new Chapter.Answer(answer.typed(), printed));
            }
            renewed.add(new Chapter.Block(block.rules(), answers));
        }
        if (UPDATE) {
            Files.writeString(chapter.file(), chapter.with(renewed));
        }
        pictures(chapter);
    }

    /// Pictures that a command of the chapter has drawn into its folder are the ones that the chapter shows.
    private void pictures(Chapter chapter) throws IOException {
        List<String> names = PICTURE.matcher(chapter.text())
                .results()
                .map(picture -> picture.group(1))
                .toList();
        for (String name : names) {
            Path drawn = drawn(name);
            Path shown = handbook().resolve(name);
            if (UPDATE && !(Files.exists(shown) && isSamePicture(shown, drawn))) {
                Files.copy(drawn, shown, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
            assertThat(isSamePicture(shown, drawn))
                    .as("%s in %s is what its command draws", name, chapter)
                    .isTrue();
        }
    }

    /// `name.svg`, or `folder-losses.svg` for the curves in a folder of runs.
    private Path drawn(String name) {
        Path plain = folder.resolve(name);
        return Files.exists(plain) ? plain : folder.resolve(name.replace("-losses.svg", "/losses.svg"));
    }

    private static boolean isSamePicture(Path shown, Path drawn) throws IOException {
        var curves = new Comparison(List.of(
                new Chapter.Rule("width", "512"),
                new Chapter.Rule("mask", "<polyline[^>]*>"),
                new Chapter.Rule("near", "0.1")));
        boolean hasCurves = drawn.endsWith("losses.svg");
        String left = Files.readString(shown);
        String right = Files.readString(drawn);
        return hasCurves ? curves.isSame(left, right) : left.equals(right);
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void no_block_escapes_the_check(Chapter chapter) {
        assertThat(chapter.fences()).as("kinds of blocks in %s", chapter).isSubsetOf(FENCES);
        long consoles = chapter.fences().stream().filter("console"::equals).count();
        assertThat(chapter.blocks()).as("blocks of %s", chapter).hasSize((int) consoles);
        assertThat(chapter.blocks())
                .allSatisfy(block -> assertThat(block.answers())
                        .as("commands in a block of %s", chapter)
                        .isNotEmpty()
                        .allSatisfy(answer -> assertThat(answer.typed().contains("# in part"))
                                .as("%s says whether it shows a part", answer.typed())
                                .isEqualTo(block.rules().stream()
                                        .anyMatch(rule -> rule.kind().equals("keep")))));
        long prompts =
                chapter.text().lines().filter(line -> line.startsWith("$ ")).count();
        assertThat(chapter.blocks().stream()
                        .mapToLong(block -> block.answers().size())
                        .sum())
                .as("every line of %s that begins with $ is run", chapter)
                .isEqualTo(prompts);
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void large_numbers_in_the_prose_stand_in_an_answer_of_the_chapter(Chapter chapter) {
        if (chapter.name().contains("mistakes")) {
            return; // wrong figures are its subject; each right one is in a block
        }
        var answers = new StringBuilder();
        chapter.blocks().forEach(block -> answers.append(block.text()));
        List<String> unproved = LARGE_NUMBER
                .matcher(chapter.prose().replace("{,}", ","))
                .results()
                .map(found -> found.group())
                .filter(number -> answers.indexOf(number) < 0 && answers.indexOf(number.replace(",", "")) < 0)
                .toList();
        assertThat(unproved)
                .as("numbers in %s that no command of it prints", chapter)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("chapters")
    void commands_named_in_the_prose_exist(Chapter chapter) {
        MENTIONED.matcher(chapter.prose()).results().forEach(found -> {
            String command = found.group(1).replace("…", "").strip();
            assertThat(run(command + " --help")).as("inkling " + command).contains("Usage: inkling");
        });
    }

    @Test
    void every_chapter_has_a_question_an_answer_the_maths_and_a_command() throws IOException {
        assertThat(chapters()).hasSizeGreaterThanOrEqualTo(17);
        for (Chapter chapter : chapters()) {
            if (!chapter.name().equals("README.md")) {
                assertThat(chapter.text()).as(chapter.name()).contains("**Question.**", "**Answer.**", "**Maths.**");
                assertThat(chapter.blocks()).as(chapter.name()).isNotEmpty();
            }
        }
    }

    private String run(String command) {
        List<String> args = new ArrayList<>();
        boolean isPath = false;
        Matcher matcher = ARGUMENT.matcher(command);
        while (matcher.find()) {
            String arg = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            isPath = arg.startsWith("--") ? PATH_OPTIONS.contains(arg) : isPath;
            args.add(isPath && !arg.startsWith("--") ? resolved(arg) : arg);
        }
        var bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int status = new CommandFrame(Terminal.captured(out, out)).run(args.toArray(String[]::new));
        out.flush();
        String printed =
                bytes.toString(StandardCharsets.UTF_8).replace(folder + "/", "").replace(root() + "/", "");
        assertThat(status).as("inkling %s printed %s", command, printed).isZero();
        return printed.lines()
                .filter(line -> !line.startsWith("measuring this machine, once")) // where it was not measured before
                .filter(line -> !line.startsWith("other programs used ")) // where it was not alone then
                .filter(line -> !line.startsWith("on this machine: ")) // others have other memory
                .map(String::stripTrailing)
                .reduce("", (all, line) -> all + line + "\n");
    }

    /// A file in the chapter's own folder; only the licence is one of the repository, as a text that everybody has.
    private String resolved(String name) {
        return (name.equals("LICENSE") ? root() : folder).resolve(name).toString();
    }
}
