package inkling.core.data.story;

import inkling.core.data.story.GrammarFile.TableText;
import java.util.List;

/// Who may play one role: the characters of one or more tables. Casting binds the character's cells and pronouns.
final class Casting {
    private static final List<String> PRONOUNS = List.of("he", "him", "his", "himself");
    private static final List<Part> MASCULINE = words("he", "him", "his", "himself");
    private static final List<Part> FEMININE = words("she", "her", "her", "herself");

    private final Table[] groups;
    private final String[][] genders;
    private final int[] pronounSlots;

    /// @param groups names of tables with the columns kind, gender (`he`, `she` or `any`) and others
    Casting(String role, List<String> groups, PlotCompiler compiler) {
        this.groups = new Table[groups.size()];
        genders = new String[groups.size()][];
        for (int i = 0; i < groups.size(); i++) {
            TableText text = compiler.tableText(groups.get(i));
            int gender = text.columns().indexOf("gender");
            genders[i] = text.rows().stream().map(row -> row.get(gender)).toArray(String[]::new);
            this.groups[i] = compiler.table(groups.get(i), role + ".");
        }
        pronounSlots = PRONOUNS.stream()
                .mapToInt(form -> compiler.slot(role + "." + form))
                .toArray();
    }

    /// Chooses a character, but not the row `avoid` (a casting of another role with the same tables), and returns its
    /// row.
    int cast(Telling out, int avoid) {
        int group = out.below(groups.length);
        int row = out.below(groups[group].size());
        if (row == avoid) {
            row = row + 1 == groups[group].size() ? 0 : row + 1;
        }
        groups[group].define(row, out);
        boolean feminine = switch (genders[group][row]) {
            case "she" -> true;
            case "he" -> false;
            default -> out.below(2) == 0;
        };
        for (int i = 0; i < pronounSlots.length; i++) {
            out.define(pronounSlots[i], (feminine ? FEMININE : MASCULINE).get(i));
        }
        return row;
    }

    private static List<Part> words(String... forms) {
        return List.of(forms).stream().map(Part::text).toList();
    }
}
