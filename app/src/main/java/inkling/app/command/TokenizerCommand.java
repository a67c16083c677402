package inkling.app.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Groups the commands about tokenizers.
@Command(
        name = "tokenizer",
        description = {"Train a tokenizer, and look at what it does to text."},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Example:",
            "  inkling tokenizer train --input stories.txt --vocab-size 4096 --out tok",
            "  inkling tokenizer show --tokenizer tok --text 'Once upon a time'"
        })
public final class TokenizerCommand implements Runnable {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "expected a command: train, encode, decode, show, page or experiments");
    }
}
