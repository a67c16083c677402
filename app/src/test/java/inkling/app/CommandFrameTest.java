package inkling.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.Session.Outcome;
import inkling.app.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What all commands have in common: help with an example, `--debug`, and faults that are called faults.
class CommandFrameTest {
    @Test
    void debug_shows_where_an_error_came_from() {
        Outcome outcome = Session.run("data", "stories", "--documents", "0", "--debug");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("IllegalArgumentException", "\tat inkling.app");
    }

    @Test
    void every_command_explains_itself() {
        List<String> seen = new ArrayList<>();
        explains("", seen);
        assertThat(seen)
                .contains("data stories", "tokenizer train", "plan", "train", "eval", "generate", "demo", "lab sweep")
                .hasSizeGreaterThan(25);
    }

    /// Checks the help of a command and of all commands below it: what it does, an example, and no line that a terminal
    /// of 80 columns would break.
    private static void explains(String command, List<String> seen) {
        List<String> line = new ArrayList<>(List.of(command.strip().split(" ")));
        line.remove("");
        line.add("--help");
        Outcome help = Session.run(line.toArray(String[]::new));
        assertThat(help.status()).as(command).isZero();
        assertThat(help.out())
                .as(command)
                .contains("Usage: inkling", "inkling " + command)
                .containsAnyOf("Example:", "Examples:", "From your own text:");
        List<String> examples = help.out()
                .lines()
                .dropWhile(text -> !text.startsWith("Example") && !text.startsWith("From"))
                .skip(1)
                .filter(text -> !text.isBlank())
                .toList();
        assertThat(examples)
                .as(command)
                .isNotEmpty()
                .allMatch(text -> text.matches(" {2}+.*|inkling COMMAND --help.*"));
        seen.add(command);
        Pattern.compile("(?m)^ {2}(\\S+)( +\\S.*)?$")
                .matcher(help.out()
                        .lines()
                        .dropWhile(text -> !text.equals("Commands:"))
                        .skip(1)
                        .takeWhile(text -> !text.isBlank())
                        .collect(Collectors.joining("\n")))
                .results()
                .forEach(below -> {
                    assertThat(below.group(2))
                            .as(command + " " + below.group(1))
                            .isNotNull();
                    explains((command + " " + below.group(1)).strip(), seen);
                });
    }

    @Test
    void a_very_narrow_terminal_is_no_fault() {
        var err = new ByteArrayOutputStream();
        var out = new ByteArrayOutputStream();
        var narrow = Terminal.interactive(new PrintStream(out), new PrintStream(err), 20);
        assertThat(new CommandFrame(narrow).run("plan", "--help")).isZero();
        assertThat(out.toString(UTF_8)).contains("Usage: ", "A named architecture");
    }

    @Test
    void every_command_is_described_where_it_is_listed() {
        var nowhere = new PrintStream(new ByteArrayOutputStream());
        var all = new Commands(Terminal.captured(nowhere, nowhere)).all(new Inkling());
        List<CommandLine> commands = new ArrayList<>(List.of(all));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
            var command = commands.get(i).getCommandSpec();
            assertThat(command.usageMessage().description())
                    .as(command.qualifiedName())
                    .isNotEmpty();
            assertThat(command.usageMessage().description()[0])
                    .as(command.qualifiedName())
                    .matches(".*[^ ].*[.]");
            assertThat(Examples.within(80, command.usageMessage().footer()))
                    .filteredOn(line -> line.startsWith("  "))
                    .as(command.qualifiedName())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        }
        assertThat(commands).hasSizeGreaterThan(25);
    }

    @Test
    void only_the_command_that_is_meant_is_made() {
        var nowhere = new PrintStream(new ByteArrayOutputStream());
        var commands = new Commands(Terminal.captured(nowhere, nowhere));
        Set<String> names = commands.all(new Inkling()).getSubcommands().keySet();
        for (String name : names) {
            assertThat(commands.meantBy(new Inkling(), name, "--help").getSubcommands())
                    .containsOnlyKeys(name);
        }
        assertThat(commands.meantBy(new Inkling(), "--help", "train").getSubcommands())
                .containsOnlyKeys(names);
        assertThat(commands.meantBy(new Inkling(), "trian").getSubcommands()).containsOnlyKeys(names);
        assertThat(commands.meantBy(new Inkling()).getSubcommands()).containsOnlyKeys(names);
    }

    @Test
    void examples_too_wide_for_the_terminal_can_still_be_typed() {
        assertThat(Examples.within(31, "Example:", "  inkling plan --preset small --json    # as JSON"))
                .containsExactly("Example:", "  # as JSON", "  inkling plan --preset small \\", "      --json");
        assertThat(Examples.within(80, "  inkling plan --preset small --json    # as JSON"))
                .containsExactly("  inkling plan --preset small --json    # as JSON");
        assertThat(Session.run("plan", "--help").out())
                .contains("--steps 400K \\\n      --peak 19.5TFLOP/s --mfu 0.5\n");
    }

    @Test
    void a_fault_of_the_program_is_called_one() {
        var err = new ByteArrayOutputStream();
        var sentences = Sentences.of(new IllegalStateException("impossible"));
        assertThat(sentences.status()).isEqualTo(1);
        assertThat(sentences.sentence()).contains("unexpected", "impossible");
        assertThat(new CommandFrame(Terminal.captured(new PrintStream(err), new PrintStream(err))).run("--version"))
                .isZero();
    }
}
