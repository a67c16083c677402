package inkling.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// The root of all commands.
@Command(
        name = "inkling",
        description = {
            "Language models from scratch: from a text file to generated text.",
            "",
            "New here? @|bold inkling demo|@ makes a corpus, trains a tokenizer and a small model, and writes a story,"
                    + " in about three minutes."
        },
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "From your own text:",
            "  inkling train --data book.txt --run runs/book",
            "  inkling generate --run runs/book --prompt 'Once upon a time'",
            "",
            "inkling COMMAND --help explains a command and shows an example."
        },
        versionProvider = Inkling.VersionLine.class,
        synopsisSubcommandLabel = "COMMAND")
final class Inkling implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version.")
    boolean version;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where an error came from.")
    boolean debug;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// Answers `--version` among other options.
    static final class VersionLine implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {Version.line()};
        }
    }
}
