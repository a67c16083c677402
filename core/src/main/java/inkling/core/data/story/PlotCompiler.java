package inkling.core.data.story;

import inkling.core.data.story.GrammarFile.TableText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns the text of one plot, together with the shared definitions, into [parts][Part].
///
/// A name in braces means, in this order: a character's cell or pronoun, a column of the situations, a kept choice, a
/// rule of the plot, a shared rule. A plot's own rules therefore replace shared ones of the same name.
final class PlotCompiler {
    private static final Set<String> PRONOUNS = Set.of("he", "him", "his", "himself");

    private final String file;
    private final GrammarFile plot;
    private final GrammarFile shared;
    private final Map<String, Integer> slots = new HashMap<>();
    private final Map<String, Part> rules = new HashMap<>();
    private final Set<String> inProgress = new HashSet<>();
    private final Map<String, Part> keptParts = new HashMap<>();

    PlotCompiler(String file, GrammarFile plot, GrammarFile shared) {
        this.file = file;
        this.plot = plot;
        this.shared = shared;
        for (String column : tableText("situations").columns()) {
            if (shared.rules().containsKey(column) || plot.rules().containsKey(column)) {
                throw wrong("column " + column + " has the name of a rule");
            }
        }
    }

    /// The slot of a name, given out at its first mention.
    int slot(String name) {
        return slots.computeIfAbsent(name, _ -> slots.size());
    }

    /// How many slots were given out.
    int numSlots() {
        return slots.size();
    }

    /// How many rules were compiled.
    int numRules() {
        return rules.size();
    }

    /// The kept choices that were mentioned, by slot.
    Map<Integer, Part> keptParts() {
        Map<Integer, Part> bySlot = new HashMap<>();
        keptParts.forEach((name, part) -> bySlot.put(slot(name), part));
        return bySlot;
    }

    /// Compiles a table; the slot of a column is called `prefix` + column.
    Table table(String name, String prefix) {
        TableText text = tableText(name);
        int[] columnSlots =
                text.columns().stream().mapToInt(c -> slot(prefix + c)).toArray();
        Part[][] rows = text.rows().stream()
                .map(row -> row.stream().map(this::template).toArray(Part[]::new))
                .toArray(Part[][]::new);
        return new Table(columnSlots, rows);
    }

    /// A table of the plot or a shared one, as text.
    TableText tableText(String name) {
        TableText text = plot.tables().getOrDefault(name, shared.tables().get(name));
        if (text == null) {
            throw wrong("there is no table " + name);
        }
        return text;
    }

    /// Compiles a rule, once.
    Part rule(String name) {
        Part known = rules.get(name);
        if (known != null) {
            return known;
        }
        List<String> alternatives =
                plot.rules().getOrDefault(name, shared.rules().get(name));
        if (alternatives == null) {
            throw wrong("there is no rule {" + name + "}");
        }
        if (!inProgress.add(name)) {
            throw wrong("rule {" + name + "} contains itself");
        }
        Part[] parts = alternatives.stream().map(this::template).toArray(Part[]::new);
        Part rule = new Part.Rule(rules.size(), parts);
        rules.put(name, rule);
        return rule;
    }

    /// Compiles a piece of template text.
    Part template(String text) {
        List<Part> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{' || c == '[') {
                addText(parts, text.substring(start, i));
                int end = c == '{' ? text.indexOf('}', i) : closingBracket(text, i);
                String inner = text.substring(i + 1, end);
                parts.add(c == '{' ? reference(inner) : choice(inner));
                i = end;
                start = end + 1;
            }
        }
        addText(parts, text.substring(start));
        return parts.size() == 1 ? parts.getFirst() : new Part.Sequence(parts.toArray(Part[]::new));
    }

    private static void addText(List<Part> parts, String text) {
        if (!text.isEmpty()) {
            parts.add(Part.text(text.replace(" / ", "\n\n")));
        }
    }

    /// Inside brackets spaces count: `[very |]`.
    private Part choice(String inner) {
        List<Part> alternatives = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= inner.length(); i++) {
            char c = i == inner.length() ? '|' : inner.charAt(i);
            if (c == '[') {
                depth++;
            } else if (c == ']') {
                depth--;
            } else if (c == '|' && depth == 0) {
                alternatives.add(template(inner.substring(start, i)));
                start = i + 1;
            }
        }
        return new Part.Choice(alternatives.toArray(Part[]::new));
    }

    private int closingBracket(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            if (text.charAt(i) == '[') {
                depth++;
            } else if (text.charAt(i) == ']' && --depth == 0) {
                return i;
            }
        }
        throw wrong("unclosed bracket in: " + text);
    }

    private Part reference(String written) {
        char first = written.charAt(0);
        boolean capital = first >= 'A' && first <= 'Z';
        String name = capital ? (char) (first - 'A' + 'a') + written.substring(1) : written;
        Part part = named(name);
        return capital ? new Part.Capitalised(part) : part;
    }

    private Part named(String name) {
        if (PRONOUNS.contains(name)) {
            return new Part.Kept(slot("hero." + name));
        }
        if (Plot.ROLES.contains(name)) {
            return new Part.Kept(slot(name + ".name"));
        }
        if (name.contains(".") || tableText("situations").columns().contains(name)) {
            return new Part.Kept(slot(name));
        }
        List<String> choices = plot.kept().getOrDefault(name, shared.kept().get(name));
        if (choices == null) {
            return rule(name);
        }
        if (!keptParts.containsKey(name)) {
            if (!inProgress.add(name)) {
                throw wrong("kept choice {" + name + "} contains itself");
            }
            keptParts.put(
                    name, new Part.Choice(choices.stream().map(this::template).toArray(Part[]::new)));
        }
        return new Part.Kept(slot(name));
    }

    private IllegalStateException wrong(String message) {
        return new IllegalStateException(file + ": " + message);
    }
}
