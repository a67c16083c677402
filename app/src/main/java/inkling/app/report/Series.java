package inkling.app.report;

import java.util.ArrayList;
import java.util.List;

/// One line of a chart.
///
/// @param name how the legend calls it; empty to leave it out
/// @param style how it is drawn
/// @param points where it goes, from left to right
record Series(String name, Style style, List<Point> points) {
    /// How a line is drawn; the names are classes of the chart's style sheet.
    enum Style {
        /// Values as measured, in the background.
        FAINT,
        /// The main line.
        MAIN,
        /// The second line, with a dot at every point.
        DOTTED,
        /// One of several of equal weight, each in a colour of its own.
        NUMBERED
    }

    /// A place in the chart, in values of its axes.
    ///
    /// @param x along the horizontal axis
    /// @param y along the vertical axis
    record Point(double x, double y) {}

    /// Means over a window before each point, so that the line follows where single batches scatter.
    ///
    /// @param share how long the window is, as a share of all points
    static List<Point> smoothed(List<Point> raw, double share) {
        int window = Math.max(1, (int) (raw.size() * share));
        List<Point> means = new ArrayList<>();
        double sum = 0;
        for (int i = 0; i < raw.size(); i++) {
            sum += raw.get(i).y() - (i >= window ? raw.get(i - window).y() : 0);
            means.add(new Point(raw.get(i).x(), sum / Math.min(i + 1, window)));
        }
        return means;
    }
}
