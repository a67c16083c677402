package inkling.app.handbook;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Turns formulas in the part of TeX that the handbook uses into MathML, which browsers show without a script.
///
/// Known are fractions, roots, sub- and superscripts, sums, matrices, cases, `\text`, and the names of [#SYMBOLS].
/// What is not known is refused, so that no chapter can lose a formula.
final class MathMl {
    private static final Pattern TOKEN =
            Pattern.compile("\\\\([a-zA-Z]+|.)|(\\d+(?:,\\d{3})*(?:\\.\\d+)?)|([a-zA-Z])|\\s+|(.)", Pattern.DOTALL);

    /// Names that stand for one character each.
    private static final Map<String, String> SYMBOLS = Map.ofEntries(
            Map.entry("alpha", "α"),
            Map.entry("beta", "β"),
            Map.entry("theta", "θ"),
            Map.entry("lambda", "λ"),
            Map.entry("pi", "π"),
            Map.entry("sigma", "σ"),
            Map.entry("tau", "τ"),
            Map.entry("varphi", "φ"),
            Map.entry("varepsilon", "ε"),
            Map.entry("infty", "∞"));

    private static final Map<String, String> OPERATORS = Map.ofEntries(
            Map.entry("cdot", "·"),
            Map.entry("times", "×"),
            Map.entry("circ", "∘"),
            Map.entry("le", "≤"),
            Map.entry("ge", "≥"),
            Map.entry("approx", "≈"),
            Map.entry("leftarrow", "←"),
            Map.entry("to", "→"),
            Map.entry("dots", "…"),
            Map.entry("partial", "∂"),
            Map.entry("lVert", "‖"),
            Map.entry("rVert", "‖"),
            Map.entry("lfloor", "⌊"),
            Map.entry("rfloor", "⌋"),
            Map.entry("{", "{"),
            Map.entry("}", "}"));

    private static final Map<String, String> SPACES =
            Map.of("quad", "1em", ",", "0.17em", ";", "0.28em", " ", "0.28em");
    private static final Set<String> FUNCTIONS = Set.of("ln", "log", "cos", "sin", "max", "min");

    private static final String MINUS = "<mo stretchy=\"false\">−";

    private final String tex;
    private final Matcher matcher;
    private int at;

    private MathMl(String tex) {
        this.tex = tex;
        this.matcher = TOKEN.matcher(tex);
    }

    /// The formula as an element.
    ///
    /// @param display whether it stands on a line of its own
    static String of(String tex, boolean display) {
        String plain = tex.replaceAll("(?<=\\d)\\{,}(?=\\d)", ",").strip();
        var parser = new MathMl(plain);
        String content = parser.row("");
        return (display ? "<math display=\"block\">" : "<math>") + content + "</math>";
    }

    /// Everything up to an end: `}`, `\right`, `\end`, `&`, `\\`, or that of the text.
    private String row(String end) {
        var row = new StringBuilder();
        while (at < tex.length() && !isEnd(end)) {
            String next = scripted(atom());
            boolean isSign =
                    next.startsWith(MINUS) && (row.isEmpty() || row.toString().endsWith("</mo>"));
            row.append(isSign ? next.replaceFirst("<mo ", "<mo form=\"prefix\" ") : next);
        }
        return "<mrow>" + row + "</mrow>";
    }

    private boolean isEnd(String end) {
        return tex.startsWith("}", at)
                || tex.startsWith("\\right", at) && !tex.startsWith("\\rightarrow", at)
                || tex.startsWith("\\end", at)
                || end.contains("&") && (tex.startsWith("&", at) || tex.startsWith("\\\\", at));
    }

    private String scripted(String base) {
        skipSpace();
        String below = "";
        String above = "";
        while (at < tex.length() && (tex.charAt(at) == '_' || tex.charAt(at) == '^' || tex.charAt(at) == '\'')) {
            char kind = tex.charAt(at++);
            if (kind == '\'') {
                above = "<mo>′</mo>";
            } else if (kind == '_') {
                below = atom();
            } else {
                above = atom();
            }
            skipSpace();
        }
        if (below.isEmpty() && above.isEmpty()) {
            return base;
        }
        boolean limits = base.contains("∑") || base.contains("arg");
        if (below.isEmpty()) {
            return element("msup", base + above);
        }
        if (above.isEmpty()) {
            return element(limits ? "munder" : "msub", base + below);
        }
        return element(limits ? "munderover" : "msubsup", base + below + above);
    }

    private String atom() {
        if (!matcher.find(at) || matcher.start() != at) {
            throw unknown("an end");
        }
        at = matcher.end();
        if (matcher.group(1) != null) {
            return command(matcher.group(1));
        }
        if (matcher.group(2) != null) {
            return element("mn", matcher.group(2));
        }
        if (matcher.group(3) != null) {
            return element("mi", matcher.group(3));
        }
        String other = matcher.group(4);
        if (other == null) {
            return at < tex.length() ? atom() : "";
        }
        if (other.equals("{")) {
            return group();
        }
        // Only fences of \left and \right grow with what they hold.
        return "<mo stretchy=\"false\">" + escaped(other.equals("-") ? "−" : other) + "</mo>";
    }

    private String group() {
        String row = row("");
        if (!tex.startsWith("}", at)) {
            throw unknown("an open brace");
        }
        at++;
        return row;
    }

    private String command(String name) {
        if (SYMBOLS.containsKey(name)) {
            return element("mi", SYMBOLS.get(name));
        }
        if (OPERATORS.containsKey(name)) {
            return element("mo", OPERATORS.get(name));
        }
        if (SPACES.containsKey(name)) {
            return "<mspace width=\"" + SPACES.get(name) + "\"/>";
        }
        if (FUNCTIONS.contains(name)) {
            return element("mrow", element("mi", name) + "<mspace width=\"0.17em\"/>");
        }
        return switch (name) {
            case "frac" -> element("mfrac", argument() + argument());
            case "sqrt" -> element("msqrt", argument());
            case "sum" -> element("mo", "∑");
            case "text" -> "<mtext>" + escaped(raw()).replace(' ', '\u00a0') + "</mtext>";
            case "operatorname" -> "<mi>" + escaped(raw().replace("\\,", " ")) + "</mi>";
            case "mathbf" -> "<mi mathvariant=\"normal\" class=\"bold\">" + escaped(raw()) + "</mi>";
            case "mathsf" -> "<mi mathvariant=\"normal\">" + escaped(raw()) + "</mi>";
            case "left" -> fenced();
            case "begin" -> environment(raw());
            default -> throw unknown("\\" + name);
        };
    }

    private String argument() {
        skipSpace();
        if (!tex.startsWith("{", at)) {
            throw unknown("an argument without braces");
        }
        at++;
        return group();
    }

    /// The text of an argument as it stands.
    private String raw() {
        int open = tex.indexOf('{', at);
        int close = tex.indexOf('}', at);
        if (open != at || close < 0) {
            throw unknown("a text without braces");
        }
        at = close + 1;
        return tex.substring(open + 1, close);
    }

    private String fenced() {
        String open = element("mo", String.valueOf(tex.charAt(at++)));
        String content = row("");
        if (!tex.startsWith("\\right", at)) {
            throw unknown("\\left without \\right");
        }
        at += "\\right".length();
        return element("mrow", open + content + element("mo", String.valueOf(tex.charAt(at++))));
    }

    private String environment(String name) {
        var rows = new StringBuilder();
        var cells = new StringBuilder();
        while (!tex.startsWith("\\end", at)) {
            cells.append(element("mtd", row("&")));
            boolean rowEnds = tex.startsWith("\\\\", at);
            if (rowEnds || tex.startsWith("\\end", at)) {
                rows.append(element("mtr", cells.toString()));
                cells.setLength(0);
                at += rowEnds ? 2 : 0;
            } else if (tex.startsWith("&", at)) {
                at++;
            } else {
                throw unknown("\\begin without \\end");
            }
            skipSpace();
        }
        at += "\\end".length();
        if (!raw().equals(name)) {
            throw unknown("an \\end of another name");
        }
        return switch (name) {
            // Without a font made for formulas "(" and "{" do not grow with the rows: the style draws them.
            case "pmatrix", "cases" -> "<mtable class=\"" + name + "\">" + rows + "</mtable>";
            default -> throw unknown(name);
        };
    }

    private void skipSpace() {
        while (at < tex.length() && Character.isWhitespace(tex.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("formula '" + tex + "': " + what + " at character " + at
                + " is not among what the handbook's pages can show");
    }

    private static String element(String name, String content) {
        return "<" + name + ">" + content + "</" + name + ">";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
