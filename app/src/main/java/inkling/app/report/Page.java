package inkling.app.report;

import java.util.List;
import java.util.Map;

/// A page of sections in one HTML file: no script, no font, no picture from elsewhere, light or dark as the reader
/// likes.
final class Page {
    private static final String STYLE = """
            :root { color-scheme: light dark; --page: #f8fafc; --card: #ffffff; --ink: #1f2937;
              --soft: #6b7280; --line: #e5e7eb;
              --mark: #2563eb; }
            @media (prefers-color-scheme: dark) {
              :root { --page: #0b1220; --card: #111827; --ink: #e5e7eb; --soft: #9ca3af;
                --line: #2b3648; --mark: #7db2ff; }
            }
            body { margin: 0 auto; max-width: 880px; padding: 24px 16px 64px; background: var(--page);
              color: var(--ink);
              font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
            h1 { font-size: 24px; margin: 8px 0 16px; } h2 { font-size: 17px; margin: 28px 0 8px; }
            section > *:not(h2):not(input):not(label) { background: var(--card);
              border: 1px solid var(--line); border-radius: 10px; }
            .tiles { display: flex; flex-wrap: wrap; gap: 8px; }
            .tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
              padding: 8px 14px; }
            .tiles b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; }
            .tiles span { color: var(--soft); font-size: 13px; }
            figure { margin: 0; padding: 8px; } svg { display: block; width: 100%; height: auto; }
            .views figure { display: none; } .views input { position: absolute; opacity: 0; }
            .views label { display: inline-block; padding: 2px 12px; margin: 0 4px 8px 0;
              border: 1px solid var(--line);
              border-radius: 999px; color: var(--soft); cursor: pointer; font-size: 13px; }
            .views input:checked + label { color: var(--mark); border-color: var(--mark); }
            .views input:focus-visible + label { outline: 2px solid var(--mark); }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
            td, th { text-align: left; padding: 6px 14px; border-bottom: 1px solid var(--line); }
              tr:last-child td { border: 0; }
            th { color: var(--soft); font-weight: 500; }
            pre, blockquote { margin: 0; padding: 14px 18px; overflow-x: auto; }
            blockquote { white-space: pre-wrap; font-family: Georgia, serif; font-size: 16px; }
            pre { font: 13px/1.45 ui-monospace, Menlo, Consolas, monospace; }
            footer { color: var(--soft); font-size: 13px; margin-top: 32px; }
            """;

    private final StringBuilder body = new StringBuilder();
    private final String title;
    private int groups;

    Page(String title) {
        this.title = title;
        body.append("<h1>").append(LineChart.escaped(title)).append("</h1>\n");
    }

    /// Numbers one looks for first, each with its name below.
    void tiles(Map<String, String> tiles) {
        body.append("<div class=\"tiles\">\n");
        tiles.forEach((name, value) -> body.append("<div><b>")
                .append(LineChart.escaped(value))
                .append("</b><span>")
                .append(LineChart.escaped(name))
                .append("</span></div>\n"));
        body.append("</div>\n");
    }

    /// One chart, or several views of the same thing to choose from.
    void charts(String heading, Map<String, LineChart> views) {
        if (views.size() == 1) {
            section(heading, "<figure>\n" + views.values().iterator().next().element() + "</figure>\n");
            return;
        }
        groups++;
        var choices = new StringBuilder();
        var figures = new StringBuilder();
        var rules = new StringBuilder();
        int index = 0;
        for (Map.Entry<String, LineChart> view : views.entrySet()) {
            String id = "view" + groups + "-" + index;
            choices.append(String.format(
                    "<input type=\"radio\" name=\"view%d\" id=\"%s\"%s><label for=\"%s\">%s</label>%n",
                    groups, id, index == 0 ? " checked" : "", id, LineChart.escaped(view.getKey())));
            figures.append("<figure class=\"")
                    .append(id)
                    .append("\">\n")
                    .append(view.getValue().element())
                    .append("</figure>\n");
            rules.append("#").append(id).append(":checked ~ .").append(id).append(" { display: block; }\n");
            index++;
        }
        body.append("<section class=\"views\"><h2>")
                .append(LineChart.escaped(heading))
                .append("</h2>\n");
        body.append("<style>")
                .append(rules)
                .append("</style>\n")
                .append(choices)
                .append(figures)
                .append("</section>\n");
    }

    /// A table with a line of headings.
    void table(String heading, List<String> columns, List<List<String>> rows) {
        var table = new StringBuilder("<table>\n<tr>");
        columns.forEach(
                column -> table.append("<th>").append(LineChart.escaped(column)).append("</th>"));
        table.append("</tr>\n");
        for (List<String> row : rows) {
            table.append("<tr>");
            row.forEach(
                    cell -> table.append("<td>").append(LineChart.escaped(cell)).append("</td>"));
            table.append("</tr>\n");
        }
        section(heading, table.append("</table>\n").toString());
    }

    /// A text as it is, set as prose.
    void text(String heading, String text) {
        section(heading, "<blockquote>" + LineChart.escaped(text.strip()) + "</blockquote>\n");
    }

    /// A text as it is, set as code.
    void code(String heading, String code) {
        section(heading, "<pre>" + LineChart.escaped(code) + "</pre>\n");
    }

    /// The last line.
    void note(String note) {
        body.append("<footer>").append(LineChart.escaped(note)).append("</footer>\n");
    }

    private void section(String heading, String content) {
        body.append("<section><h2>")
                .append(LineChart.escaped(heading))
                .append("</h2>\n")
                .append(content)
                .append("</section>\n");
    }

    /// The whole file.
    String html() {
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
                + LineChart.escaped(title) + "</title>\n<style>\n" + STYLE + LineChart.STYLE
                + "</style>\n</head>\n<body>\n" + body
                + "</body>\n</html>\n";
    }
}
