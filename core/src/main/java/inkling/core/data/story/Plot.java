package inkling.core.data.story;

import inkling.core.data.story.GrammarFile.TableText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One compiled plot: it chooses a situation and a cast, then tells the rule `story`.
final class Plot {
    /// Who takes part in every story.
    static final List<String> ROLES = List.of("hero", "friend", "elder");

    private final Table situations;
    private final Casting[][] castOfSituation;
    private final Part story;
    private final int[] keptSlots;
    private final Part[] keptParts;
    private final int numSlots;
    private final int numRules;

    /// Compiles a plot's definitions together with the shared ones.
    Plot(String file, GrammarFile plot, GrammarFile shared) {
        var compiler = new PlotCompiler(file, plot, shared);
        situations = compiler.table("situations", "");
        castOfSituation = castOfSituation(plot, compiler);
        story = compiler.rule("story");
        Map<Integer, Part> kept = compiler.keptParts();
        keptSlots = kept.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
        keptParts = Arrays.stream(keptSlots).mapToObj(kept::get).toArray(Part[]::new);
        numSlots = compiler.numSlots();
        numRules = compiler.numRules();
    }

    /// A column named after a role replaces the plot's cast for that role in its situation.
    private static Casting[][] castOfSituation(GrammarFile plot, PlotCompiler compiler) {
        TableText text = compiler.tableText("situations");
        Map<String, Casting> known = new HashMap<>();
        List<Casting[]> casts = new ArrayList<>();
        for (List<String> row : text.rows()) {
            var cast = new Casting[ROLES.size()];
            for (int i = 0; i < cast.length; i++) {
                String role = ROLES.get(i);
                int column = text.columns().indexOf(role);
                List<String> groups = column < 0
                        ? plot.cast().get(role)
                        : List.of(row.get(column).split(" "));
                if (groups == null) {
                    throw new IllegalStateException("a story plot has no cast for " + role);
                }
                cast[i] = known.computeIfAbsent(role + groups, _ -> new Casting(role, groups, compiler));
            }
            casts.add(cast);
        }
        return casts.toArray(Casting[][]::new);
    }

    /// The number of situations, by which the plots are weighted.
    int numSituations() {
        return situations.size();
    }

    /// The most slots a story needs.
    int numSlots() {
        return numSlots;
    }

    /// The number of rules a story may use.
    int numRules() {
        return numRules;
    }

    /// Appends one story; [Telling#begin] was called for it.
    void tell(int situation, Telling out) {
        for (int i = 0; i < keptSlots.length; i++) {
            out.define(keptSlots[i], keptParts[i]);
        }
        situations.define(situation, out);
        int row = -1;
        for (Casting role : castOfSituation[situation]) {
            row = role.cast(out, row);
        }
        story.tell(out);
    }
}
