package inkling.app;

import inkling.app.command.DataCommand;
import inkling.app.command.DecodeCommand;
import inkling.app.command.DemoCommand;
import inkling.app.command.EncodeCommand;
import inkling.app.command.EvalCommand;
import inkling.app.command.GenerateCommand;
import inkling.app.command.ShowCommand;
import inkling.app.command.StoriesCommand;
import inkling.app.command.SweepCommand;
import inkling.app.command.TokenizerCommand;
import inkling.app.command.TokenizerTrainCommand;
import inkling.app.command.TrainCommand;
import inkling.app.handbook.HandbookCommand;
import inkling.app.lab.CheckCommand;
import inkling.app.lab.LabCommand;
import inkling.app.lab.UnicodeCommand;
import inkling.app.look.ExperimentsCommand;
import inkling.app.look.TokenPageCommand;
import inkling.app.machine.MachineCommand;
import inkling.app.plan.PlanCommand;
import inkling.app.profile.ProfileCommand;
import inkling.app.terminal.Terminal;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;

/// Makes the commands.
///
/// Only those that a command line can mean: looking at the options of all of them takes a fifth of a second, which is
/// half of what most commands take to begin.
final class Commands {
    private final List<Maker> makers;

    /// A command's name, and what makes it.
    private record Maker(String name, Supplier<Object> command) {}

    /// Commands that print to a terminal.
    Commands(Terminal terminal) {
        makers = List.of(
                new Maker("data", () -> new CommandLine(new DataCommand()).addSubcommand(new StoriesCommand(terminal))),
                new Maker("tokenizer", () -> tokenizer(terminal)),
                new Maker("plan", () -> new PlanCommand(terminal)),
                new Maker("machine", () -> new MachineCommand(terminal)),
                new Maker("profile", () -> new ProfileCommand(terminal)),
                new Maker(
                        "lab", () -> LabCommand.withCommands(terminal.out()).addSubcommand(new SweepCommand(terminal))),
                new Maker("unicode", () -> new UnicodeCommand(terminal.out())),
                new Maker("check", () -> new CheckCommand(terminal.out())),
                new Maker("handbook", () -> new HandbookCommand(terminal)),
                new Maker("train", () -> new TrainCommand(terminal)),
                new Maker("eval", () -> new EvalCommand(terminal)),
                new Maker("generate", () -> new GenerateCommand(terminal)),
                new Maker("demo", () -> new DemoCommand(terminal)));
    }

    private static CommandLine tokenizer(Terminal terminal) {
        return new CommandLine(new TokenizerCommand())
                .addSubcommand(new TokenizerTrainCommand(terminal))
                .addSubcommand(new EncodeCommand(terminal))
                .addSubcommand(new DecodeCommand(terminal))
                .addSubcommand(new ShowCommand(terminal))
                .addSubcommand(new TokenPageCommand(terminal))
                .addSubcommand(new ExperimentsCommand(terminal));
    }

    /// All of them, not yet set up to print.
    CommandLine all(Inkling inkling) {
        var line = new CommandLine(inkling);
        makers.forEach(maker -> line.addSubcommand(maker.command.get()));
        return line;
    }

    /// The one that the first argument names; all where none has that name, for help and error messages.
    CommandLine meantBy(Inkling inkling, String... args) {
        for (Maker maker : makers) {
            if (args.length > 0 && maker.name.equals(args[0])) {
                return new CommandLine(inkling).addSubcommand(maker.command.get());
            }
        }
        return all(inkling);
    }
}
