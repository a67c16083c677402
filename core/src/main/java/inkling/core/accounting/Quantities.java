package inkling.core.accounting;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Amounts with units as people type and read them: `80GB`, `80GiB`, `19.5TFLOP/s`, `400K`.
///
/// GB is 10⁹ bytes and GiB is 2³⁰ bytes, always; a bare number of bytes needs the unit `B`, so that nobody has to
/// guess.
public final class Quantities {
    private static final Pattern NUMBER_AND_UNIT =
            Pattern.compile("\\s*([0-9][0-9_,]*(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\\s*([A-Za-z/]*)\\s*");
    private static final Map<String, Double> BYTE_UNITS = Map.ofEntries(
            Map.entry("B", 1.0),
            Map.entry("kB", 1e3),
            Map.entry("KB", 1e3),
            Map.entry("MB", 1e6),
            Map.entry("GB", 1e9),
            Map.entry("TB", 1e12),
            Map.entry("KiB", 1024.0),
            Map.entry("MiB", 1048576.0),
            Map.entry("GiB", 1073741824.0),
            Map.entry("TiB", 1099511627776.0));
    private static final Map<String, Double> RATE_UNITS =
            Map.of("FLOP/s", 1.0, "MFLOP/s", 1e6, "GFLOP/s", 1e9, "TFLOP/s", 1e12, "PFLOP/s", 1e15, "EFLOP/s", 1e18);
    private static final Map<String, Double> COUNT_UNITS =
            Map.of("", 1.0, "k", 1e3, "K", 1e3, "M", 1e6, "B", 1e9, "G", 1e9, "T", 1e12);

    private Quantities() {}

    /// A number of bytes with its unit, for example `80GB` or `16GiB`.
    public static long bytes(String text) {
        return whole("memory", text, parse("memory", text, BYTE_UNITS, "80GB (10^9 bytes each) or 80GiB (2^30 bytes)"));
    }

    /// A rate of computing with its unit, for example `19.5TFLOP/s`.
    public static double flopsPerSecond(String text) {
        return parse("peak", text, RATE_UNITS, "19.5TFLOP/s or 250GFLOP/s");
    }

    /// A count with an optional unit, for example `327680000`, `327.68M` or `400K`.
    public static long count(String what, String text) {
        double value = parse(what, text, COUNT_UNITS, "400000, 400K, 327.68M or 1.5B");
        if (Math.abs(value - Math.rint(value)) > 1e-9 * value) { // 327.68·10⁶ need not be whole to the last bit
            throw new IllegalArgumentException(what + " \"" + text + "\" is not a whole number");
        }
        return whole(what, text, value);
    }

    /// Bytes for people, in powers of ten: `25.9 GB`.
    public static String gigabytes(double bytes) {
        return scaled(bytes, 1000, "B", "kB", "MB", "GB", "TB", "PB", "EB");
    }

    /// Bytes for people, in powers of two: `24.1 GiB`.
    public static String gibibytes(double bytes) {
        return scaled(bytes, 1024, "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");
    }

    /// FLOPs for people: `4.513 TFLOP`.
    public static String flops(double flops) {
        return scaled(flops, 1000, "FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP", "ZFLOP", "YFLOP");
    }

    /// Seconds for people: `12.3 s`, `4.5 min`, `3.2 h`, `6,583.6 days`.
    public static String duration(double seconds) {
        if (seconds < 100) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        if (seconds < 6_000) {
            return String.format(Locale.ROOT, "%.1f min", seconds / 60);
        }
        return seconds < 48 * 3600
                ? String.format(Locale.ROOT, "%.1f h", seconds / 3600)
                : String.format(Locale.ROOT, "%,.1f days", seconds / 86_400);
    }

    private static double parse(String what, String text, Map<String, Double> units, String example) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    what + " \"" + text + "\" is not a positive number with a unit, expected for example " + example);
        }
        Double factor = units.get(matcher.group(2));
        if (factor == null) {
            String unit = matcher.group(2).isEmpty() ? "no unit" : "the unknown unit \"" + matcher.group(2) + "\"";
            throw new IllegalArgumentException(what + " \"" + text + "\" has " + unit + ", expected one of "
                    + String.join(
                            ", ",
                            new TreeMap<>(units)
                                    .sequencedKeySet().stream()
                                            .filter(known -> !known.isEmpty())
                                            .toList())
                    + "; for example " + example);
        }
        double number = Double.parseDouble(matcher.group(1).replaceAll("[_,]", ""));
        if (number == 0) {
            throw new IllegalArgumentException(what + " \"" + text + "\" is zero, expected more");
        }
        return number * factor;
    }

    private static long whole(String what, String text, double value) {
        if (value >= 0x1p62) {
            throw new IllegalArgumentException(what + " \"" + text + "\" is beyond what this program counts (4.6e18)");
        }
        return Math.round(value);
    }

    private static String scaled(double value, int step, String... units) {
        double left = value;
        int unit = 0;
        while (left >= step && unit + 1 < units.length) {
            left /= step;
            unit++;
        }
        if (unit == 0) {
            return String.format(Locale.ROOT, "%.0f %s", left, units[0]);
        }
        return String.format(
                Locale.ROOT, left < 10 ? "%.3f %s" : left < 100 ? "%.2f %s" : "%.1f %s", left, units[unit]);
    }
}
