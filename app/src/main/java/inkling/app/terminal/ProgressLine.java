package inkling.app.terminal;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/// Shows how far a piece of work has come: one rewritten line on a terminal, a quiet line now and then elsewhere.
///
/// ```
/// making stories  12,000 of 30,000 documents  40 %  5.81k/s  0:03 left
/// ```
///
/// A terminal too narrow for that shows the share and the time left.
public final class ProgressLine implements AutoCloseable {
    private static final double LIVE_SECONDS = 0.1;
    private static final double QUIET_SECONDS = 20;

    private final Terminal terminal;
    private final String title;
    private final LongSupplier nanoTime;
    private final long start;
    private long shown;
    private boolean lineOpen;

    /// A line that begins with a title and measures time from now.
    public ProgressLine(Terminal terminal, String title) {
        this(terminal, title, System::nanoTime);
    }

    ProgressLine(Terminal terminal, String title, LongSupplier nanoTime) {
        this.terminal = terminal;
        this.title = title;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.shown = start;
    }

    /// Reports work done so far, out of a total, in a unit.
    public void update(long done, long total, String unit) {
        long now = nanoTime.getAsLong();
        if (isDue(now)) {
            show(text(done, total, unit, (now - start) / 1e9));
            shown = now;
        }
    }

    /// Shows a text of its own as the current state, when the last one is old enough.
    public void update(String state) {
        long now = nanoTime.getAsLong();
        if (isDue(now)) {
            show(title.isEmpty() ? state : title + "  " + state);
            shown = now;
        }
    }

    /// Seconds since this line began.
    public double seconds() {
        return (nanoTime.getAsLong() - start) / 1e9;
    }

    /// Prints a line that stays, above the moving one.
    public void keep(String line) {
        clear();
        terminal.note(line);
    }

    /// Removes the moving line.
    public void clear() {
        if (lineOpen) {
            PrintStream err = terminal.err();
            err.print("\r\u001b[K");
            err.flush();
            lineOpen = false;
        }
    }

    @Override
    public void close() {
        clear();
    }

    private boolean isDue(long now) {
        return (now - shown) / 1e9 >= (terminal.errIsTerminal() ? LIVE_SECONDS : QUIET_SECONDS);
    }

    private void show(String line) {
        if (!terminal.errIsTerminal()) {
            terminal.note(line);
            return;
        }
        int room = terminal.columns() - 1;
        PrintStream err = terminal.err();
        err.print("\r" + (line.length() > room ? line.substring(0, room) : line) + "\u001b[K");
        err.flush();
        lineOpen = true;
    }

    private String text(long done, long total, String unit, double seconds) {
        double rate = done / seconds;
        boolean bytes = unit.equals("bytes");
        String amount = bytes
                ? Numbers.bytes(done) + " of " + Numbers.bytes(total)
                : Numbers.grouped(done) + " of " + Numbers.grouped(total) + " " + unit;
        String speed = (bytes ? Numbers.bytes(rate) : Numbers.scaled(rate)) + "/s";
        String left = Numbers.duration((total - done) / rate) + " left";
        long percent = total == 0 ? 100 : Math.round(100.0 * done / total);
        String whole = title + "  " + amount + "  " + percent + " %  " + speed + "  " + left;
        boolean fits = !terminal.errIsTerminal() || whole.length() < terminal.columns();
        return fits ? whole : title + "  " + percent + " %  " + left;
    }
}
