package inkling.app;

import inkling.app.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Runs command lines in this JVM and keeps what they print.
final class Session {
    private Session() {}

    /// What a command did.
    ///
    /// @param status exit status
    /// @param out standard output
    /// @param err standard error
    record Outcome(int status, String out, String err) {}

    static Outcome run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status;
        try (var outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
                var errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            status = new CommandFrame(Terminal.captured(outStream, errStream)).run(arguments);
        }
        return new Outcome(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
