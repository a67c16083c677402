package inkling.app;

import inkling.app.command.CountConverter;
import inkling.app.terminal.Terminal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/// Runs one command line from its arguments to its exit status, and turns every failure into one sentence.
public final class CommandFrame {
    private static final int MIN_HELP_COLUMNS = 55;
    private static final int MAX_HELP_COLUMNS = 110;

    private final Terminal terminal;

    /// A frame that prints to a terminal.
    public CommandFrame(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Runs the command and returns its exit status: 0 done, 1 a fault of the program, 2 bad input.
    public int run(String... args) {
        var inkling = new Inkling();
        CommandLine line = new Commands(terminal)
                .meantBy(inkling, args)
                .registerConverter(Long.class, new CountConverter())
                .registerConverter(long.class, new CountConverter())
                .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                .setUsageHelpWidth(Math.clamp(terminal.columns(), MIN_HELP_COLUMNS, MAX_HELP_COLUMNS))
                .setUsageHelpLongOptionsMaxWidth(30)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.outColours() ? Ansi.ON : Ansi.OFF));
        layOutHelp(line, Math.min(terminal.columns(), MAX_HELP_COLUMNS));
        line.setParameterExceptionHandler((e, _) -> refuse(e));
        line.setExecutionExceptionHandler((e, command, _) -> fail(e, command, inkling.debug));
        return line.execute(args);
    }

    private static void layOutHelp(CommandLine command, int columns) {
        var usage = command.getCommandSpec().usageMessage();
        usage.abbreviateSynopsis(true).descriptionHeading("%n").footer(Examples.within(columns, usage.footer()));
        command.getSubcommands().values().forEach(each -> layOutHelp(each, columns));
    }

    private int refuse(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        terminal.note(name + ": " + inWords(Sentences.oneLine(String.valueOf(e.getMessage()))));
        terminal.note("Try '" + name + " --help'.");
        return 2;
    }

    /// Names of Java's types are no words for users.
    private static String inWords(String message) {
        return message.replaceFirst("' is not an? (int|long)$", "' is not a whole number")
                .replaceFirst("' is not a (double|float)$", "' is not a number");
    }

    private int fail(Throwable failure, CommandLine command, boolean debug) {
        if (failure instanceof ParameterException wrong) {
            return refuse(wrong);
        }
        String name = command.getCommandSpec().qualifiedName();
        Sentences.Verdict verdict = Sentences.of(failure);
        String sentence = verdict.sentence();
        String again = name.substring(name.lastIndexOf(' ') + 1) + ": "; // who refuses may have said so already
        terminal.note(name + ": " + (sentence.startsWith(again) ? sentence.substring(again.length()) : sentence));
        if (debug) {
            failure.printStackTrace(terminal.err());
        } else if (verdict.status() == 1) {
            terminal.note("This is a fault of inkling itself; --debug shows where.");
        }
        terminal.err().flush();
        return verdict.status();
    }
}
