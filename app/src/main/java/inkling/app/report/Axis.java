package inkling.app.report;

import inkling.app.terminal.Numbers;
import java.util.ArrayList;
import java.util.List;

/// One direction of a chart: a range of values, linear or logarithmic, with ticks at round numbers.
///
/// @param label what the axis shows, with its unit
/// @param min value at its start
/// @param max value at its end; greater than `min`
/// @param logarithmic whether equal factors, not equal differences, are equally long; then `min` is positive
record Axis(String label, double min, double max, boolean logarithmic) {
    private static final int WANTED_TICKS = 6;

    Axis {
        if (!(min < max) || (logarithmic && !(min > 0))) {
            throw new IllegalArgumentException("axis: from " + min + " to " + max + " is no range to draw");
        }
    }

    /// An axis that covers all values, without those that are not finite or cannot be shown.
    static Axis covering(String label, boolean logarithmic, List<Double> values) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            if (Double.isFinite(value) && (!logarithmic || value > 0)) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        if (low > high) {
            return new Axis(label, logarithmic ? 0.1 : 0, 1, logarithmic);
        }
        if (low == high) {
            double room = low == 0 ? 1 : Math.abs(low) / 2;
            return new Axis(label, low - room, high + room, logarithmic);
        }
        return new Axis(label, low, high, logarithmic);
    }

    /// This axis with some room at both ends, but not across zero.
    Axis withRoom(double share) {
        if (logarithmic) {
            double factor = Math.pow(max / min, share);
            return new Axis(label, min / factor, max * factor, true);
        }
        double room = (max - min) * share;
        return new Axis(label, min >= 0 ? Math.max(0, min - room) : min - room, max + room, false);
    }

    /// Where a value lies: 0 at the start, 1 at the end.
    double position(double value) {
        return logarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
    }

    /// Round values within the range: multiples of 1, 2 or 5 times a power of ten.
    List<Double> ticks() {
        return logarithmic && max / min >= 10 ? powers() : multiples();
    }

    /// A tick's value in short: `0.25`, `1.5k`, `20M`.
    String text(double tick) {
        double size = Math.abs(tick);
        if (size != 0 && size < 1e-3) {
            int exponent = (int) Math.floor(Math.log10(size) + 1e-9);
            return trimmed(tick / Math.pow(10, exponent), 2) + "e" + exponent;
        }
        if (size >= 1000) {
            return Numbers.scaled(tick).replaceFirst("\\.?0+(?=[kMGTPE]$)", "");
        }
        return trimmed(tick, 4);
    }

    private static String trimmed(double value, int decimals) {
        String text = Numbers.fixed(value, decimals);
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }

    private List<Double> multiples() {
        double rough = (max - min) / WANTED_TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step =
                rough <= power ? power : rough <= 2 * power ? 2 * power : rough <= 5 * power ? 5 * power : 10 * power;
        List<Double> ticks = new ArrayList<>();
        long first = (long) Math.ceil(min / step - 1e-9);
        long last = (long) Math.floor(max / step + 1e-9);
        for (long i = first; i <= last; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private List<Double> powers() {
        List<Double> ticks = new ArrayList<>();
        boolean few = max / min < 1e3;
        for (double power = Math.pow(10, Math.floor(Math.log10(min))); power <= max; power *= 10) {
            for (int digit : few ? new int[] {1, 2, 5} : new int[] {1}) {
                double tick = digit * power;
                if (tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9)) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }
}
