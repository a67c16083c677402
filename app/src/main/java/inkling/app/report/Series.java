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

    /// Means over a window around each point, so that the line follows where single batches scatter.
    ///
    /// At the beginning, where a loss falls fastest, the window is shorter on both sides: one that reached further to
    /// one side would draw the fall too late or too early. At the end it is shorter on one side only: the last batch
    /// alone says little.
    ///
    /// @param share how long the window is, as a share of all points
    static List<Point> smoothed(List<Point> raw, double share) {
        int half = (int) (raw.size() * share / 2);
        double[] sums = new double[raw.size() + 1];
        for (int i = 0; i < raw.size(); i++) {
            sums[i + 1] = sums[i] + raw.get(i).y();
        }
        List<Point> means = new ArrayList<>();
        for (int i = 0; i < raw.size(); i++) {
            int reach = Math.min(half, i);
            int from = i - reach;
            int to = Math.min(i + reach + 1, raw.size());
            means.add(new Point(raw.get(i).x(), (sums[to] - sums[from]) / (to - from)));
        }
        return means;
    }
}
