package inkling.core.data.story;

import java.util.ArrayList;
import java.util.List;

/// An endless, seeded collection of small children's stories: somebody wants something, something is in the way,
/// somebody helps, and something is learned.
///
/// A story depends on nothing but the seed and its index, on any machine and in any order, so stories can be made in
/// parallel and from any place on.
///
/// ```java
/// String first = new StoryWorld(1).story(0);
/// ```
public final class StoryWorld {
    private static final String INDEX = "plots/index.txt";
    private static final List<String> SHARED = List.of("shared/words.txt", "shared/cast.txt", "shared/beats.txt");

    private final long seed;
    private final Plot[] plots;
    private final int[] plotOfSituation;
    private final int[] firstSituation;
    private final int numSlots;
    private final int numRules;

    /// Opens the story world of a seed, with all plots.
    public StoryWorld(long seed) {
        this(seed, numPlots());
    }

    /// Opens a smaller world, of the first `numPlots` plots: less to learn, so that a model of a few minutes tells
    /// whole stories.
    ///
    /// @throws IllegalArgumentException if there are not so many plots
    public StoryWorld(long seed, int numPlots) {
        this.seed = seed;
        List<String> all = plotNames();
        if (numPlots < 1 || numPlots > all.size()) {
            throw new IllegalArgumentException("plots is " + numPlots + ", expected 1 to " + all.size());
        }
        List<String> names = all.subList(0, numPlots);
        GrammarFile shared = GrammarFile.read(SHARED);
        plots = new Plot[names.size()];
        firstSituation = new int[names.size()];
        List<Integer> owners = new ArrayList<>();
        int slots = 0;
        int rules = 0;
        for (int i = 0; i < plots.length; i++) {
            String file = "plots/" + names.get(i) + ".txt";
            plots[i] = new Plot(file, GrammarFile.read(List.of(file)), shared);
            firstSituation[i] = owners.size();
            for (int j = 0; j < plots[i].numSituations(); j++) {
                owners.add(i);
            }
            slots = Math.max(slots, plots[i].numSlots());
            rules = Math.max(rules, plots[i].numRules());
        }
        plotOfSituation = owners.stream().mapToInt(Integer::intValue).toArray();
        numSlots = slots;
        numRules = rules;
    }

    private static List<String> plotNames() {
        return GrammarFile.lines(INDEX).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    /// How many plots there are.
    public static int numPlots() {
        return plotNames().size();
    }

    /// The story at an index: a few paragraphs of ASCII text with an empty line between them, without a final line
    /// feed.
    public String story(long index) {
        var telling = new Telling();
        tell(index, telling);
        return telling.toString();
    }

    /// The number of different situations, each of which is told in very many ways.
    public int numSituations() {
        return plotOfSituation.length;
    }

    /// Appends the story at an index.
    void tell(long index, Telling out) {
        out.begin(seed, index, numSlots, numRules);
        int situation = out.below(plotOfSituation.length);
        int plot = plotOfSituation[situation];
        plots[plot].tell(situation - firstSituation[plot], out);
    }

    /// The plot and situation of a story, for tests: which plot file, which row.
    int situationOf(long index) {
        var telling = new Telling();
        telling.begin(seed, index, numSlots, numRules);
        return telling.below(plotOfSituation.length);
    }
}
