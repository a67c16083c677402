package inkling.app.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Groups the commands that make text.
@Command(
        name = "data",
        description = {"Make text to train on."},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Example:", "  inkling data stories --documents 20000 --out stories.txt"})
public final class DataCommand implements Runnable {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "expected a command: stories");
    }
}
