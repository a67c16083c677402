package inkling.app.terminal;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Standard output and standard error, always in UTF-8, and what is known about who reads them.
///
/// The launcher finds out what they are (the JVM cannot tell for each of them) and passes it on as system properties.
/// Without these, as on Windows, the console of the process answers for both.
public final class Terminal {
    private static final int DEFAULT_COLUMNS = 80;
    private static final String MODULE_WARNING = "WARNING: Using incubator modules: jdk.incubator.vector";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean outIsTerminal;
    private final boolean errIsTerminal;
    private final boolean coloured;
    private final int columns;

    private Terminal(Streams streams, boolean outIsTerminal, boolean errIsTerminal, boolean coloured, int columns) {
        this.out = streams.out;
        this.err = streams.err;
        this.outIsTerminal = outIsTerminal;
        this.errIsTerminal = errIsTerminal;
        this.coloured = coloured;
        this.columns = columns;
    }

    private record Streams(PrintStream out, PrintStream err) {}

    /// The streams of this process. Colours are off where `NO_COLOR` is set, and on a terminal that has none.
    public static Terminal system() {
        boolean out = isTerminal("inkling.terminal.out");
        boolean err = isTerminal("inkling.terminal.err");
        String noColor = System.getenv("NO_COLOR");
        boolean colours = (noColor == null || noColor.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
        int columns = Integer.getInteger("inkling.terminal.columns", DEFAULT_COLUMNS);
        Streams streams =
                new Streams(stream(FileDescriptor.out, 1 << 13, !out), stream(FileDescriptor.err, 256, false));
        return new Terminal(streams, out, err, colours, columns < 20 ? DEFAULT_COLUMNS : columns);
    }

    @SuppressWarnings("SystemConsoleNull") // both answers occur: the provider of the console decides
    private static boolean isTerminal(String property) {
        String told = System.getProperty(property);
        if (told != null) {
            return Boolean.parseBoolean(told);
        }
        Console console = System.console();
        return console != null && console.isTerminal() && understandsEscapes(System.getenv());
    }

    /// Whether a line can be rewritten: old consoles of Windows print the escape sequences as they are.
    static boolean understandsEscapes(Map<String, String> environment) {
        boolean windows = environment.getOrDefault("OS", "").startsWith("Windows");
        return !windows
                || environment.containsKey("WT_SESSION")
                || environment.containsKey("TERM")
                || "ON".equals(environment.get("ConEmuANSI"));
    }

    /// Plain streams that nobody looks at while they fill.
    public static Terminal captured(PrintStream out, PrintStream err) {
        return new Terminal(new Streams(out, err), false, false, false, DEFAULT_COLUMNS);
    }

    /// A terminal with colours and a moving progress line, for tests.
    public static Terminal interactive(PrintStream out, PrintStream err, int columns) {
        return new Terminal(new Streams(out, err), true, true, true, columns);
    }

    private static PrintStream stream(FileDescriptor descriptor, int buffer, boolean lazy) {
        var bytes = new java.io.BufferedOutputStream(new FileOutputStream(descriptor), buffer);
        return new PrintStream(bytes, !lazy, StandardCharsets.UTF_8);
    }

    /// Where results go.
    public PrintStream out() {
        return out;
    }

    /// Where progress, notes and errors go.
    public PrintStream err() {
        return err;
    }

    /// Whether somebody looks at the results as they appear.
    public boolean outIsTerminal() {
        return outIsTerminal;
    }

    /// Whether somebody looks at the notes as they appear, so that a line may be rewritten.
    public boolean errIsTerminal() {
        return errIsTerminal;
    }

    /// Whether results may be coloured.
    public boolean outColours() {
        return coloured && outIsTerminal;
    }

    /// Whether notes may be coloured.
    public boolean errColours() {
        return coloured && errIsTerminal;
    }

    /// Width in characters.
    public int columns() {
        return columns;
    }

    /// Prints a note.
    public void note(String line) {
        out.flush();
        err.println(line);
        err.flush();
    }

    /// Takes the line back that the JVM prints about the incubating vector module, where it can be taken back.
    public void eraseModuleWarning() {
        boolean warned = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                && Terminal.class.getModule().isNamed();
        if (warned && errIsTerminal && coloured) {
            err.print(eraseLines((MODULE_WARNING.length() - 1) / columns + 1));
            err.flush();
        }
    }

    private static String eraseLines(int count) {
        return "\u001b[1A\u001b[2K".repeat(count);
    }

    /// Makes what the libraries have to say look like the program's own notes: one line, without time and place. Before
    /// the first message.
    public void formatLogs() {
        System.setProperty("java.util.logging.SimpleFormatter.format", "inkling: %5$s%n"); // of java.logging
        System.setProperty("jdk.system.logger.format", "inkling: %5$s%n"); // of java.base alone
    }
}
