package inkling.app.terminal;

import java.util.Locale;

/// Numbers as people read them; the same in every locale.
public final class Numbers {
    private static final String[] SIZES = {"B", "kB", "MB", "GB", "TB", "PB"};
    private static final String[] SCALES = {"", "k", "M", "G", "T", "P", "E"};

    private Numbers() {}

    /// With thousands separated: `1,234,567`.
    public static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// With a number of decimals.
    public static String fixed(double number, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", number);
    }

    /// Bytes in decimal units: `12.3 MB`.
    public static String bytes(double bytes) {
        return scaled(bytes, " ", SIZES);
    }

    /// Three digits and a scale: `1.23M`, `45.6k`, `789`.
    public static String scaled(double number) {
        return scaled(number, "", SCALES);
    }

    private static String scaled(double number, String gap, String[] units) {
        double value = number;
        int unit = 0;
        while (Math.abs(value) >= 999.5 && unit + 1 < units.length) {
            value /= 1000;
            unit++;
        }
        double size = Math.abs(value);
        boolean whole = unit == 0 && value == Math.rint(value);
        int decimals = whole || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
        return fixed(value, decimals) + gap + units[unit];
    }

    /// A duration: `0:07`, `12:34`, `1:02:03`, `3 days 4:05:06`; `--:--` where it is unknown.
    public static String duration(double seconds) {
        if (!Double.isFinite(seconds) || seconds < 0 || seconds > 1e12) {
            return "--:--";
        }
        long whole = Math.round(seconds);
        long days = whole / 86_400;
        long hours = whole / 3600 % 24;
        String minutes = String.format(Locale.ROOT, "%02d:%02d", whole / 60 % 60, whole % 60);
        if (days > 0) {
            return days + (days == 1 ? " day " : " days ") + hours + ":" + minutes;
        }
        if (hours > 0) {
            return hours + ":" + minutes;
        }
        return whole / 60 + minutes.substring(2);
    }
}
