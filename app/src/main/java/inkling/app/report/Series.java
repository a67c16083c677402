package inkling.app.report;

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
        DOTTED
    }

    /// A place in the chart, in values of its axes.
    ///
    /// @param x along the horizontal axis
    /// @param y along the vertical axis
    record Point(double x, double y) {}
}
