package inkling.app;

import inkling.app.terminal.Terminal;
import java.util.List;

/// Entry point of the command line.
public final class Main {
    private Main() {}

    /// Runs one command and exits with its status: 0 done, 1 a fault of the program, 2 bad input, 130 stopped by
    /// Ctrl-C.
    public static void main(String[] args) {
        Terminal terminal = Terminal.system();
        terminal.formatLogs();
        terminal.eraseModuleWarning();
        if (List.of(args).equals(List.of("--version"))) {
            // Answered before the argument parser is loaded: the fastest sign of life.
            terminal.out().println(Version.line());
            terminal.out().flush();
            return;
        }
        int status = new CommandFrame(terminal).run(args);
        terminal.out().flush();
        System.exit(status);
    }
}
