package inkling.app.command;

import inkling.app.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Groups the commands that make and arrange text.
@Command(
        name = "data",
        description = "Make text to train on.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling data stories --documents 20000 --out stories.txt"})
public final class DataCommand implements Runnable {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    private final StoriesCommand stories;

    /// The group, printing to a terminal.
    public DataCommand(Terminal terminal) {
        stories = new StoriesCommand(terminal);
    }

    /// Makes stories.
    @Command(hidden = true)
    StoriesCommand stories() {
        return stories;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "which command? stories");
    }
}
