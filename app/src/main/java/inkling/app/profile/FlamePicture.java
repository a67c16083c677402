package inkling.app.profile;

import inkling.app.terminal.Numbers;
import inkling.core.accounting.Machine;
import inkling.core.device.profiling.KernelProfile;
import inkling.core.device.profiling.Place;
import inkling.core.device.profiling.PlacedKernel;
import java.util.Locale;

/// A profile as a picture: the step is as wide as the page, and below it lie its phases, their layers, the parts of
/// each layer and their kernels, each as wide as its share of the step.
///
/// An SVG file of its own that follows the reader's choice of light or dark; every bar has a title that appears under
/// the pointer.
///
/// @param title name of the model
/// @param root the step
/// @param profile what was measured
/// @param machine what the threads used can do at best
record FlamePicture(String title, FlameBar root, StepProfile profile, Machine machine) {
    private static final double WIDTH = 1200;
    private static final double MARGIN = 14;
    private static final double TOP = 66;
    private static final double BAR = 24;
    private static final double LEVEL = 26;
    /// Narrower bars are drawn without a name, the narrowest not at all.
    private static final double NAMED_WIDTH = 26;

    private static final double DRAWN_WIDTH = 0.15;
    private static final double LETTER = 6.4;

    private static final String STYLE = """
            .flame { --ground: #ffffff; --ink: #1f2937; --soft: #6b7280; --edge: #ffffff; --text: #14202e;
              --group: #d5dbe3; --product: #8fb8f6; --attention: #f4b183; --pass: #9fd8a4; --update: #cdb3ec;
              --other: #e3e5e8;
              font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
            @media (prefers-color-scheme: dark) {
              .flame { --ground: #111827; --ink: #e5e7eb; --soft: #9ca3af; --edge: #111827; --text: #f3f4f6;
                --group: #374151; --product: #1d4f91; --attention: #8f4a17; --pass: #23663a; --update: #5b3d8a;
                --other: #1f2a3a; }
            }
            .flame .ground { fill: var(--ground); }
            .flame text { fill: var(--text); pointer-events: none; }
            .flame .title { fill: var(--ink); font-size: 15px; font-weight: 600; }
            .flame .note { fill: var(--soft); }
            .flame rect.bar { stroke: var(--edge); stroke-width: .6; }
            .flame g:hover > rect.bar { stroke: var(--ink); stroke-width: 1.4; }
            .flame .group { fill: var(--group); } .flame .product { fill: var(--product); }
            .flame .attention { fill: var(--attention); } .flame .pass { fill: var(--pass); }
            .flame .update { fill: var(--update); } .flame .other { fill: var(--other); }
            """;

    /// The picture of a profile.
    static FlamePicture of(String title, StepProfile profile, Machine machine) {
        FlameBar root = new FlameBar("step", "group");
        for (Place.Phase phase : Place.Phase.values()) {
            root.child(phase.name().toLowerCase(Locale.ROOT), "group"); // in this order, whichever is called first
        }
        for (PlacedKernel one : profile.kernels()) {
            root.add(one, one.profile().nanos());
        }
        root.child("between the kernels", "other").grow(profile.otherNanos());
        root.grow(profile.otherNanos());
        return new FlamePicture(title, root, profile, machine);
    }

    /// The file's text.
    String svg() {
        double height = TOP + root.depth() * LEVEL + 34;
        var svg = new StringBuilder();
        line(
                svg,
                String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flame\" viewBox=\"0 0 %.0f %.0f\""
                                + " role=\"img\" aria-label=\"%s\">",
                        WIDTH,
                        height,
                        escaped("Profile of a training step of " + title)));
        svg.append("<style>\n").append(STYLE).append("</style>\n");
        line(svg, String.format(Locale.ROOT, "<rect class=\"ground\" width=\"%.0f\" height=\"%.0f\"/>", WIDTH, height));
        line(
                svg,
                String.format(
                        Locale.ROOT,
                        "<text class=\"title\" x=\"%.0f\" y=\"26\">%s</text>",
                        MARGIN,
                        escaped("A training step of " + title + ": " + Numbers.fixed(profile.stepMillis(), 1) + " ms, "
                                + Numbers.grouped(Math.round(profile.tokensPerSecond())) + " tokens/s")));
        line(
                svg,
                String.format(
                        Locale.ROOT, "<text class=\"note\" x=\"%.0f\" y=\"46\">%s</text>", MARGIN, escaped(note())));
        bar(svg, root, MARGIN, TOP);
        legend(svg, height - 14);
        return svg.append("</svg>\n").toString();
    }

    private String note() {
        double ofPeak = 100 * profile.flopsPerSecond() / machine.peakAll();
        return Numbers.grouped(profile.tokensPerStep()) + " tokens a step, " + profile.device() + ", mean of "
                + profile.steps() + " steps; " + Numbers.fixed(ofPeak, 0) + " % of the machine's peak";
    }

    private void bar(StringBuilder svg, FlameBar bar, double x, double y) {
        double width = (WIDTH - 2 * MARGIN) * bar.nanos() / profile.nanos();
        if (width < DRAWN_WIDTH) {
            return;
        }
        line(svg, String.format(Locale.ROOT, "<g><title>%s</title>", escaped(hover(bar))));
        line(
                svg,
                String.format(
                        Locale.ROOT,
                        "<rect class=\"bar %s\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.0f\"/>",
                        bar.kind(),
                        x,
                        y,
                        width,
                        BAR));
        if (width >= NAMED_WIDTH) {
            line(
                    svg,
                    String.format(
                            Locale.ROOT,
                            "<text x=\"%.2f\" y=\"%.1f\">%s</text>",
                            x + 4,
                            y + 16,
                            escaped(fitting(bar.name(), width))));
        }
        svg.append("</g>\n");
        double at = x;
        for (FlameBar child : bar.children()) {
            bar(svg, child, at, y + LEVEL);
            at += (WIDTH - 2 * MARGIN) * child.nanos() / profile.nanos();
        }
    }

    private static String fitting(String name, double width) {
        int letters = (int) ((width - 6) / LETTER);
        return name.length() <= letters ? name : letters < 4 ? "" : name.substring(0, letters - 1) + "…";
    }

    private String hover(FlameBar bar) {
        String time = bar.name() + "\n" + Numbers.fixed(bar.nanos() / 1e6 / profile.steps(), 3) + " ms a step, "
                + Numbers.fixed(100.0 * bar.nanos() / profile.nanos(), 1) + " % of it";
        return bar.kernel().map(kernel -> time + details(kernel)).orElse(time);
    }

    private String details(KernelProfile kernel) {
        boolean computes = kernel.count().executedFlops() > 0;
        double limit = ProfileTable.limit(kernel, machine) / kernel.nanos();
        return "\n" + Numbers.grouped(kernel.calls() / profile.steps()) + " calls, "
                + (computes ? Numbers.fixed(kernel.flopsPerSecond() / 1e9, 1) + " GFLOP/s, " : "")
                + Numbers.fixed(kernel.bytesPerSecond() / 1e9, 1) + " GB/s, " + Numbers.fixed(100 * limit, 0)
                + " % of its limit";
    }

    private static void legend(StringBuilder svg, double y) {
        String[][] kinds = {
            {"product", "matrix products"},
            {"attention", "attention"},
            {"pass", "norms, gates, losses, sums"},
            {"update", "optimizer"},
            {"other", "between the kernels"}
        };
        double x = MARGIN;
        for (String[] kind : kinds) {
            line(
                    svg,
                    String.format(
                            Locale.ROOT,
                            "<rect class=\"%s\" x=\"%.0f\" y=\"%.0f\" width=\"12\" height=\"12\"/>",
                            kind[0],
                            x,
                            y - 10));
            line(
                    svg,
                    String.format(
                            Locale.ROOT, "<text class=\"note\" x=\"%.0f\" y=\"%.0f\">%s</text>", x + 17, y, kind[1]));
            x += 40 + LETTER * kind[1].length();
        }
    }

    private static void line(StringBuilder svg, String line) {
        svg.append(line).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
