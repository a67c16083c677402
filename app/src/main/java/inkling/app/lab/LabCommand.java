package inkling.app.lab;

import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Groups the small experiments.
@Command(
        name = "lab",
        description = {"Small experiments whose answers are known beforehand, and whole runs side by side."},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footer = {
            "",
            "Examples:",
            "  inkling lab sgd --lr 1,10,100,1000",
            "  inkling lab bpe --text 'low low lower newest newest' --merges 4",
            "  inkling lab sweep --data stories.txt --out parts --vary model=no-norm,nope",
            "  inkling lab schedule --max 1e-3 --min 1e-4 --warmup 100 --cycle 1000"
        })
public final class LabCommand implements Runnable {
    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    /// The group with all its commands, printing to a stream.
    public static CommandLine withCommands(PrintStream out) {
        return new CommandLine(new LabCommand())
                .addSubcommand(new SgdCommand(out))
                .addSubcommand(new BpeCommand(out))
                .addSubcommand(new LossCommand(out))
                .addSubcommand(new ScheduleCommand(out))
                .addSubcommand(new ClipCommand(out))
                .addSubcommand(new BatchCommand(out))
                .addSubcommand(new CheckpointCommand(out))
                .addSubcommand(new SamplingCommand(out))
                .addSubcommand(new MistakesCommand(out));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "expected a command: " + String.join(", ", spec.subcommands().keySet()));
    }
}
