package inkling.core.data.story;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The definitions of one or more grammar files, as text. The package doc describes the syntax.
///
/// @param rules alternatives by rule name
/// @param kept alternatives by name, of the rules that choose once for a whole story
/// @param tables tables by name
/// @param cast table names by role
record GrammarFile(
        Map<String, List<String>> rules,
        Map<String, List<String>> kept,
        Map<String, TableText> tables,
        Map<String, List<String>> cast) {

    /// A table as text: its column names and its rows of cells.
    record TableText(List<String> columns, List<List<String>> rows) {}

    /// Reads resource files of this package into one set of definitions.
    static GrammarFile read(List<String> resources) {
        var grammar = new GrammarFile(
                new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        for (String resource : resources) {
            grammar.parse(resource, lines(resource));
        }
        return grammar;
    }

    /// The lines of a resource of this package.
    static List<String> lines(String resource) {
        try (InputStream in = GrammarFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("story resource " + resource + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Joins continuation lines, then reads every header with the `- ` lines below it.
    private void parse(String resource, List<String> lines) {
        List<String> joined = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("  ")) {
                joined.add(joined.removeLast() + " " + line.strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                joined.add(line.strip());
            }
        }
        for (int i = 0; i < joined.size(); ) {
            String header = joined.get(i++);
            int colon = header.indexOf(':');
            if (colon < 0 || header.startsWith("- ")) {
                throw new IllegalStateException(resource + ": expected `name:`, found: " + header);
            }
            List<String> items = new ArrayList<>();
            while (i < joined.size() && joined.get(i).startsWith("- ")) {
                items.add(joined.get(i++).substring(2).strip());
            }
            define(header.substring(0, colon), header.substring(colon + 1).strip(), items);
        }
    }

    private void define(String head, String value, List<String> items) {
        int space = head.indexOf(' ');
        String name = head.substring(space + 1);
        switch (space < 0 ? "rule" : head.substring(0, space)) {
            case "rule" -> rules.put(name, alternatives(value, items));
            case "let" -> kept.put(name, alternatives(value, items));
            case "cast" -> cast.put(name, List.of(value.split(" ")));
            case "table" -> {
                List<String> columns = split(value);
                List<List<String>> rows = items.stream().map(GrammarFile::split).toList();
                for (List<String> row : rows) {
                    if (row.size() != columns.size()) {
                        throw new IllegalStateException(
                                "story table " + name + " has " + columns.size() + " columns, but a row is " + row);
                    }
                }
                tables.put(name, new TableText(columns, rows));
            }
            default -> throw new IllegalStateException("unknown story definition: " + head);
        }
    }

    private static List<String> alternatives(String value, List<String> items) {
        List<String> all = new ArrayList<>(items);
        if (!value.isEmpty()) {
            all.addAll(split(value));
        }
        return all;
    }

    /// Splits at every `|` that is not inside brackets.
    static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '[') {
                depth++;
            } else if (c == ']') {
                depth--;
            } else if (c == '|' && depth == 0) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return parts;
    }
}
