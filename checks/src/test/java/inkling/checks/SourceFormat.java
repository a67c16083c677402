package inkling.checks;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.ImportOrderer;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How the sources are formatted: palantir-java-format for the code, lines of Markdown docs as they were written.
///
/// The compiler hands a run of `///` lines to the formatter as one comment. Of all but the first it counts the
/// indentation twice, so that it wraps them before column 120, and what it wraps goes on without `///`: the file no
/// longer compiles. So it is shown a short line in place of each, of which it can change nothing but the indentation.
/// Docs that are too wide are found by [SourceBudgetTest].
final class SourceFormat {
    private static final Pattern DOC_LINE = Pattern.compile("(?m)^(\\s*)(///.*)$");
    private static final Pattern STAND_IN = Pattern.compile("(?m)^(\\s*)/// #(\\d+)$");

    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(false)
            .build());

    /// The source as it should be.
    String format(String source) throws FormatterException {
        // Before docs are put aside: an import may be used by them alone.
        String ordered = ImportOrderer.reorderImports(
                RemoveUnusedImports.removeUnusedImports(source), JavaFormatterOptions.Style.PALANTIR);
        List<String> docs = new ArrayList<>();
        String shortened = DOC_LINE.matcher(ordered).replaceAll(line -> {
            docs.add(line.group(2).stripTrailing());
            return Matcher.quoteReplacement(line.group(1) + "/// #" + (docs.size() - 1));
        });
        return STAND_IN.matcher(formatter.formatSource(shortened))
                .replaceAll(line -> Matcher.quoteReplacement(line.group(1) + docs.get(number(line))));
    }

    private static int number(MatchResult line) {
        return Integer.parseInt(line.group(2));
    }
}
