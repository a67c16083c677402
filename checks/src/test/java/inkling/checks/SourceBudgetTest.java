package inkling.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Files and methods stay short enough to be read in one go: 300 lines a file (kernels 400), 40 a method (kernels 70).
class SourceBudgetTest {
    private static final int FILE_LINES = 300;
    private static final int KERNEL_FILE_LINES = 400;
    private static final int METHOD_LINES = 40;
    private static final int KERNEL_METHOD_LINES = 70;

    /// Files that may be longer, each with its reason.
    private static final Map<String, String> LONGER_FILES = Map.of();

    /// Files whose methods may be longer, each with its reason.
    private static final Map<String, String> LONGER_METHODS = Map.of(
            "core/src/main/java/inkling/core/device/cpu/PackingTile.java",
            "a register tile, as below",
            "core/src/main/java/inkling/core/device/cpu/WideTile.java",
            "a register tile: 24 sums must be local variables, and a call or a loop over them would spill");

    /// A literal that cannot be broken without becoming harder to read: a pattern, a row of generated data.
    private static final Pattern LONG_LITERAL = Pattern.compile(".*(\"[^\"]{60,}\"|\\(\\S{60,}\\)).*");

    /// A line that opens a method or constructor body: four or eight spaces, a signature, an opening brace.
    private static final Pattern METHOD_START = Pattern.compile(
            "^( {4}| {8})(?!.*\\b(class|record|interface|enum|switch|else|try|catch|for|while|if|do|synchronized)\\b)"
                    + "[\\w<@].*\\)( throws [\\w, .]+)? \\{$");

    @Test
    void files_stay_within_their_budget() {
        List<String> tooLong = new ArrayList<>();
        for (Path file : Sources.files(".java")) {
            String name = Sources.root().relativize(file).toString();
            long lines = Sources.read(file).lines().count();
            if (lines > (isKernel(file) ? KERNEL_FILE_LINES : FILE_LINES) && !LONGER_FILES.containsKey(name)) {
                tooLong.add(name + ": " + lines + " lines");
            }
        }
        assertThat(tooLong)
                .as("split by idea, or name the reason in LONGER_FILES")
                .isEmpty();
    }

    @Test
    void methods_stay_within_their_budget() {
        List<String> tooLong = new ArrayList<>();
        for (Path file : Sources.files(".java")) {
            int budget = isKernel(file) ? KERNEL_METHOD_LINES : METHOD_LINES;
            String name = Sources.root().relativize(file).toString();
            List<String> lines = Sources.read(file).lines().toList();
            for (int start = 0; start < lines.size(); start++) {
                int length = methodLength(lines, start);
                if (length > budget && !LONGER_METHODS.containsKey(name)) {
                    tooLong.add(name + ":" + (start + 1) + " is " + length + " lines long");
                }
            }
        }
        assertThat(tooLong).as("split by idea").isEmpty();
    }

    @Test
    void lines_stay_within_120_columns() {
        List<String> tooWide = new ArrayList<>();
        for (Path file : Sources.files(".java")) {
            List<String> lines = Sources.read(file).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).codePointCount(0, lines.get(i).length()) > 120
                        && !LONG_LITERAL.matcher(lines.get(i)).matches()) {
                    tooWide.add(Sources.root().relativize(file) + ":" + (i + 1));
                }
            }
        }
        assertThat(tooWide).isEmpty();
    }

    /// Lines from a method's signature to its closing brace, or 0 where no method starts.
    private static int methodLength(List<String> lines, int start) {
        var matcher = METHOD_START.matcher(lines.get(start));
        if (!matcher.matches()) {
            return 0;
        }
        String end = matcher.group(1) + "}";
        for (int i = start + 1; i < lines.size(); i++) {
            if (lines.get(i).equals(end)) {
                return i - start + 1;
            }
        }
        return 0;
    }

    private static boolean isKernel(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.contains("/device/") || path.contains("/tokenizer/split/");
    }
}
