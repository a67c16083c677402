package inkling.app.report;

import inkling.app.report.Series.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A chart of lines as SVG text, legible on light and on dark ground.
///
/// @param title what it shows
/// @param x horizontal axis
/// @param y vertical axis
/// @param series its lines, the first drawn lowest
record LineChart(String title, Axis x, Axis y, List<Series> series) {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int LEFT = 62;
    private static final int RIGHT = 18;
    private static final int NAMES = 150;
    private static final int COLOURS = 8;
    private static final int TOP = 40;
    private static final int BOTTOM = 48;
    private static final int DRAWN_POINTS = 700;

    /// Colours of both schemes, and how each part is drawn.
    static final String STYLE = """
            .chart { --ground: #ffffff; --ink: #1f2937; --soft: #6b7280; --grid: #e5e7eb;
              --main: #2563eb; --second: #c2410c;
              --line0: #2563eb; --line1: #c2410c; --line2: #15803d; --line3: #7e22ce;
              --line4: #db2777; --line5: #0891b2; --line6: #a16207; --line7: #475569;
              font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
            @media (prefers-color-scheme: dark) {
              .chart { --ground: #111827; --ink: #e5e7eb; --soft: #9ca3af; --grid: #2b3648;
                --main: #7db2ff; --second: #ffb45c;
                --line0: #7db2ff; --line1: #ff8f5c; --line2: #5fd38a; --line3: #c99bff;
                --line4: #ff8fc0; --line5: #56cfe1; --line6: #f2c14e; --line7: #cbd5e1; }
            }
            .chart .ground { fill: var(--ground); }
            .chart text { fill: var(--soft); }
            .chart .title { fill: var(--ink); font-size: 15px; font-weight: 600; }
            .chart .name { fill: var(--ink); }
            .chart .grid { stroke: var(--grid); stroke-width: 1; }
            .chart polyline { fill: none; stroke-linejoin: round; stroke-linecap: round; }
            .chart .faint { stroke: var(--main); stroke-width: 1; opacity: .3; }
            .chart .main { stroke: var(--main); stroke-width: 2; }
            .chart .dotted { stroke: var(--second); stroke-width: 2; }
            .chart .numbered { stroke-width: 2; }
            .chart .line0 { stroke: var(--line0); } .chart .line1 { stroke: var(--line1); }
            .chart .line2 { stroke: var(--line2); } .chart .line3 { stroke: var(--line3); }
            .chart .line4 { stroke: var(--line4); } .chart .line5 { stroke: var(--line5); }
            .chart .line6 { stroke: var(--line6); } .chart .line7 { stroke: var(--line7); }
            .chart .again { stroke-dasharray: 6 4; }
            .chart circle { fill: var(--second); }
            """;

    /// A chart whose axes cover all points.
    static LineChart of(String title, String xLabel, boolean logX, String yLabel, List<Series> series) {
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        for (Series one : series) {
            for (Point point : one.points()) {
                xs.add(point.x());
                ys.add(point.y());
            }
        }
        Axis x = Axis.covering(xLabel, logX, xs);
        return new LineChart(title, x, Axis.covering(yLabel, false, ys).withRoom(0.05), series);
    }

    /// The same chart with equal factors of the vertical axis equally long.
    LineChart withLogarithmicY() {
        List<Double> ys = new ArrayList<>();
        series.forEach(one -> one.points().forEach(point -> ys.add(point.y())));
        return new LineChart(title, x, Axis.covering(y.label(), true, ys).withRoom(0.03), series);
    }

    /// A file of its own, with the style sheet inside.
    String file() {
        return svg("<style>\n" + STYLE + "</style>\n");
    }

    /// Part of a page that has the style sheet already.
    String element() {
        return svg("");
    }

    private String svg(String style) {
        var svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 %d %d\""
                        + " role=\"img\" aria-label=\"%s\">%n",
                WIDTH,
                HEIGHT,
                escaped(title)));
        svg.append(style);
        svg.append(String.format("<rect class=\"ground\" width=\"%d\" height=\"%d\"/>%n", WIDTH, HEIGHT));
        text(svg, LEFT, 24, "start", "title", title);
        axes(svg);
        for (int i = 0; i < series.size(); i++) {
            line(svg, series.get(i), style(i));
        }
        if (isNumbered()) {
            names(svg);
        } else {
            legend(svg);
        }
        return svg.append("</svg>\n").toString();
    }

    private void axes(StringBuilder svg) {
        double bottom = HEIGHT - BOTTOM;
        for (double tick : y.ticks()) {
            double at = down(tick);
            rule(svg, LEFT, at, WIDTH - right(), at);
            text(svg, LEFT - 8, at + 4, "end", "tick", y.text(tick));
        }
        for (double tick : x.ticks()) {
            double at = across(tick);
            rule(svg, at, bottom, at, bottom + 5);
            text(svg, at, bottom + 19, "middle", "tick", x.text(tick));
        }
        rule(svg, LEFT, bottom, WIDTH - right(), bottom);
        text(svg, (LEFT + WIDTH - right()) / 2.0, HEIGHT - 10, "middle", "label", x.label());
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"label\" text-anchor=\"middle\" transform=\"translate(15 %.1f) rotate(-90)\">%s</text>%n",
                (TOP + bottom) / 2,
                escaped(y.label())));
    }

    private boolean isNumbered() {
        return series.stream().anyMatch(one -> one.style() == Series.Style.NUMBERED);
    }

    /// Room at the right, which holds the names of numbered lines.
    private int right() {
        return isNumbered() ? RIGHT + NAMES : RIGHT;
    }

    /// The class of a line; after the last colour they begin again, dashed.
    private String style(int index) {
        String style = series.get(index).style().name().toLowerCase(Locale.ROOT);
        if (series.get(index).style() != Series.Style.NUMBERED) {
            return style;
        }
        return style + " line" + index % COLOURS + (index < COLOURS ? "" : " again");
    }

    private void line(StringBuilder svg, Series one, String style) {
        var path = new StringBuilder();
        var dots = new StringBuilder();
        for (Point point : thinned(drawable(one.points()))) {
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", across(point.x()), down(point.y())));
            if (one.style() == Series.Style.DOTTED) {
                dots.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>%n",
                        across(point.x()),
                        down(point.y())));
            }
        }
        svg.append(String.format(
                        "<polyline class=\"%s\" points=\"%s\"/>%n",
                        style, path.toString().strip()))
                .append(dots);
    }

    private List<Point> drawable(List<Point> points) {
        return points.stream()
                .filter(point -> Double.isFinite(point.y()) && (!x.logarithmic() || point.x() > 0))
                .filter(point -> !y.logarithmic() || point.y() > 0)
                .toList();
    }

    /// Means of neighbours where there are more points than can be seen.
    private static List<Point> thinned(List<Point> points) {
        if (points.size() <= DRAWN_POINTS) {
            return points;
        }
        List<Point> means = new ArrayList<>();
        for (int i = 0; i < DRAWN_POINTS; i++) {
            int from = (int) ((long) i * points.size() / DRAWN_POINTS);
            int to = (int) ((i + 1L) * points.size() / DRAWN_POINTS);
            double sumX = 0;
            double sumY = 0;
            for (Point point : points.subList(from, to)) {
                sumX += point.x();
                sumY += point.y();
            }
            means.add(new Point(sumX / (to - from), sumY / (to - from)));
        }
        return means;
    }

    private void legend(StringBuilder svg) {
        double at = WIDTH - right();
        for (Series one : series.reversed()) {
            if (one.name().isEmpty()) {
                continue;
            }
            text(svg, at, 24, "end", "name", one.name());
            at -= 7.2 * one.name().length() + 30;
            svg.append(String.format(
                    Locale.ROOT,
                    "<polyline class=\"%s\" points=\"%.1f,20 %.1f,20\"/>%n",
                    one.style().name().toLowerCase(Locale.ROOT),
                    at + 4,
                    at + 24));
            at -= 10;
        }
    }

    /// The names of numbered lines below each other, beside the curves.
    private void names(StringBuilder svg) {
        int left = WIDTH - NAMES;
        for (int i = 0; i < series.size(); i++) {
            double at = TOP + 10 + i * Math.min(20.0, (double) (HEIGHT - TOP - BOTTOM) / series.size());
            svg.append(String.format(
                    Locale.ROOT,
                    "<polyline class=\"%s\" points=\"%d,%.1f %d,%.1f\"/>%n",
                    style(i),
                    left,
                    at,
                    left + 22,
                    at));
            text(svg, left + 28, at + 4, "start", "name", series.get(i).name());
        }
    }

    private double across(double value) {
        return LEFT + x.position(value) * (WIDTH - LEFT - right());
    }

    private double down(double value) {
        return HEIGHT - BOTTOM - y.position(value) * (HEIGHT - BOTTOM - TOP);
    }

    private static void rule(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String style, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                style,
                escaped(text)));
    }

    /// A text as it is written inside markup.
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
