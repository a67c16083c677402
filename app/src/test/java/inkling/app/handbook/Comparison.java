package inkling.app.handbook;

import inkling.core.device.cpu.CpuKernels;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Whether what a command prints is what the chapter says, by the rules that stand above the block.
record Comparison(List<Chapter.Rule> rules) {
    private static final Pattern DECIMAL = Pattern.compile("(?<![\\d.])\\d+\\.\\d+(?![\\d.])");

    /// The printed lines that the chapter shows.
    String kept(String printed) {
        List<Pattern> patterns = patterns("keep");
        var kept = new StringBuilder();
        printed.lines()
                .filter(line -> patterns.isEmpty()
                        || patterns.stream()
                                .anyMatch(pattern -> pattern.matcher(line).find()))
                .forEach(line -> kept.append(line).append('\n'));
        return kept.toString();
    }

    boolean isSame(String shown, String printed) {
        if (!isComparedHere()) {
            return !printed.isBlank();
        }
        String left = masked(shown);
        String right = masked(printed);
        List<String> tolerance = values("near");
        if (tolerance.isEmpty()) {
            return left.equals(right);
        }
        return shape(left).equals(shape(right)) && isNear(left, right, Double.parseDouble(tolerance.getFirst()));
    }

    private boolean isComparedHere() {
        List<String> width = values("width");
        try (var kernels = new CpuKernels(1)) {
            return width.isEmpty() || kernels.name().contains(width.getFirst() + "-bit");
        }
    }

    private String masked(String text) {
        String masked = text;
        for (Pattern pattern : patterns("mask")) {
            masked = pattern.matcher(masked).replaceAll("▒");
        }
        return masked;
    }

    /// The text with every decimal number and every run of spaces alike.
    private static String shape(String text) {
        return DECIMAL.matcher(text).replaceAll("#").replaceAll(" +", " ").replaceAll("[+−]#", "#");
    }

    private static boolean isNear(String left, String right, double share) {
        List<Double> a = decimals(left);
        List<Double> b = decimals(right);
        for (int i = 0; i < a.size(); i++) {
            if (Math.abs(a.get(i) - b.get(i)) > share * Math.max(1, Math.abs(a.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private static List<Double> decimals(String text) {
        return DECIMAL.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(Double::parseDouble)
                .toList();
    }

    private List<Pattern> patterns(String kind) {
        return values(kind).stream()
                .map(regex -> Pattern.compile(regex, Pattern.MULTILINE))
                .toList();
    }

    private List<String> values(String kind) {
        return rules.stream()
                .filter(rule -> rule.kind().equals(kind))
                .map(Chapter.Rule::value)
                .toList();
    }
}
