package inkling.app;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.app.Session.Outcome;
import inkling.app.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
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
        for (String command : List.of(
                "",
                "data",
                "data stories",
                "tokenizer",
                "tokenizer train",
                "tokenizer encode",
                "tokenizer decode",
                "tokenizer show",
                "plan",
                "train",
                "eval",
                "generate",
                "demo")) {
            List<String> line = new ArrayList<>(List.of(command.strip().split(" ")));
            line.remove("");
            line.add("--help");
            Outcome help = Session.run(line.toArray(String[]::new));
            assertThat(help.status()).as(command).isZero();
            assertThat(help.out()).as(command).contains("Usage: inkling", "inkling " + command);
            assertThat(help.out()).as(command).containsAnyOf("Example", "From your own text");
        }
    }

    @Test
    void every_command_is_described_where_it_is_listed() {
        var nowhere = new PrintStream(new ByteArrayOutputStream());
        var frame = new CommandFrame(Terminal.captured(nowhere, nowhere));
        List<CommandLine> commands = new ArrayList<>(List.of(frame.commands(new Inkling())));
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
