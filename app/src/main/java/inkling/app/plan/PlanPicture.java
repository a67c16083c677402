package inkling.app.plan;

import inkling.core.accounting.MatrixProduct.Part;
import inkling.core.accounting.Plan;
import inkling.core.accounting.Quantities;
import java.util.List;
import java.util.Locale;

/// A picture of where the FLOPs go: one bar for each plan, divided by part; as SVG, for light and dark backgrounds.
final class PlanPicture {
    private static final int WIDTH = 860;
    private static final int LEFT = 64;
    private static final int CHART_TOP = 84;
    private static final int CHART_HEIGHT = 220;
    private static final int PANEL_HEIGHT = 290;
    private static final int LEGEND_ROW = 24;

    private final StringBuilder svg = new StringBuilder();

    private PlanPicture() {}

    /// One panel of bars.
    ///
    /// @param title what the panel shows
    /// @param bars the plans, from left to right
    record Panel(String title, List<Plan> bars) {}

    static String of(List<Panel> panels) {
        PlanPicture picture = new PlanPicture();
        int height = 46 + panels.size() * (PANEL_HEIGHT + 20) + 2 * LEGEND_ROW;
        picture.start(height);
        for (int i = 0; i < panels.size(); i++) {
            picture.panel(panels.get(i), i * (PANEL_HEIGHT + 20));
        }
        picture.legend(height - 2 * LEGEND_ROW);
        return picture.svg.append("</svg>\n").toString();
    }

    private void start(int height) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                        + " width=\"%d\" height=\"%d\" role=\"img\""
                        + " aria-label=\"Share of each part in the FLOPs of a forward pass\">%n",
                WIDTH, height, WIDTH, height);
        svg.append("""
                <style>
                  svg { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #d1d9e0; color-scheme: light dark;
                        --qkv_projections: #2f6fd0; --attention_scores: #b5451f; --weighted_values: #e08a3c;
                        --output_projection: #6fa8e8; --ffn: #2e8b57; --lm_head: #8a63c9; }
                  @media (prefers-color-scheme: dark) {
                    svg { --paper: #0d1117; --ink: #e6edf3; --faint: #9aa5b1; --line: #3d444d;
                          --qkv_projections: #4f8ff0; --attention_scores: #d9623a; --weighted_values: #f0a55c;
                          --output_projection: #8fc0fa; --ffn: #43b374; --lm_head: #a98be6; }
                  }
                  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
                  .title { font-size: 16px; font-weight: 600; }
                  .faint { fill: var(--faint); font-size: 12px; }
                  .middle { text-anchor: middle; }
                  .end { text-anchor: end; }
                  .inside { fill: #ffffff; font-size: 11px; text-anchor: middle; font-weight: 600; }
                  .dark { fill: #10151b; }
                  @media (prefers-color-scheme: dark) { .inside { fill: #10151b; } }
                </style>
                """);
        add("<rect width=\"%d\" height=\"%d\" fill=\"var(--paper)\"/>%n", WIDTH, height);
        add("<text class=\"title\" x=\"16\" y=\"28\">Where the FLOPs of a forward pass go</text>%n");
    }

    private void panel(Panel panel, int top) {
        add("<text x=\"16\" y=\"%d\">%s</text>%n", top + 62, escaped(panel.title()));
        for (int percent = 0; percent <= 100; percent += 25) {
            double y = top + CHART_TOP + CHART_HEIGHT * (1 - percent / 100.0);
            add("<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"var(--line)\"/>%n", LEFT, WIDTH - 16, y, y);
            add("<text class=\"faint end\" x=\"%d\" y=\"%.1f\">%d %%</text>%n", LEFT - 8, y + 4, percent);
        }
        double slot = (double) (WIDTH - 16 - LEFT) / panel.bars().size();
        double bar = Math.min(84, slot * 0.72);
        for (int i = 0; i < panel.bars().size(); i++) {
            bar(panel.bars().get(i), LEFT + slot * (i + 0.5), bar, top);
        }
    }

    private void bar(Plan plan, double centre, double width, int top) {
        double y = top + CHART_TOP + CHART_HEIGHT;
        for (Part part : Part.values()) {
            double share = plan.products().share(part);
            double height = CHART_HEIGHT * share;
            y -= height;
            add(
                    "<rect x=\"%.1f\" y=\"%.2f\" width=\"%.1f\" height=\"%.2f\" fill=\"var(--%s)\">"
                            + "<title>%s: %s, %.2f %%"
                            + "</title></rect>%n",
                    centre - width / 2, y, width, height, part.key(), escaped(plan.name()), part.title(), 100 * share);
            if (height >= 13) {
                boolean light = part == Part.VALUES || part == Part.OUTPUT;
                add(
                        "<text class=\"inside%s\" x=\"%.1f\" y=\"%.1f\">%.0f</text>%n",
                        light ? " dark" : "", centre, y + height / 2 + 4, 100 * share);
            }
        }
        int base = top + CHART_TOP + CHART_HEIGHT;
        add("<text class=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>%n", centre, base + 18, escaped(plan.name()));
        add(
                "<text class=\"faint middle\" x=\"%.1f\" y=\"%d\">%s</text>%n",
                centre, base + 34, Quantities.flops(plan.products().total().value()));
    }

    private void legend(int top) {
        Part[] parts = Part.values();
        int columns = 3;
        for (int i = 0; i < parts.length; i++) {
            int x = LEFT + i % columns * 260;
            int y = top + i / columns * LEGEND_ROW;
            add("<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"14\" fill=\"var(--%s)\"/>%n", x, y, parts[i].key());
            add("<text x=\"%d\" y=\"%d\">%s</text>%n", x + 22, y + 12, escaped(parts[i].title()));
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
