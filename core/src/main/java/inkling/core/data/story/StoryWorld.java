package inkling.core.data.story;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

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
    private static final Set<String> NAMES = Set.of("girl_name", "boy_name", "animal_name");
    private static final String INDEX = "plots/index.txt";
    private static final List<String> SHARED = List.of("shared/words.txt", "shared/cast.txt", "shared/beats.txt");

    private final long seed;
    private final Plot[] plots;
    private final int[] plotOfSituation;
    private final int[] firstSituation;
    private final int numSlots;
    private final int numRules;

    /// Opens the story world of a seed.
    public StoryWorld(long seed) {
        this(seed, Size.WHOLE);
    }

    /// Opens the story world of a seed, or a part of it.
    public StoryWorld(long seed, Size size) {
        this.seed = seed;
        List<String> names = plotNames().subList(0, size.plots());
        GrammarFile shared = GrammarFile.read(SHARED);
        shared.rules().replaceAll((rule, words) -> NAMES.contains(rule) ? some(words, size.names()) : words);
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

    /// How much of the story world is told. In a smaller part there is less to learn, so that a model of a few minutes
    /// tells whole stories and remembers who they are about.
    ///
    /// @param plots the first so many plots
    /// @param names so many names of girls, of boys and of animals; two persons of a story differ in name
    public record Size(int plots, int names) {
        private static final int FEWEST_NAMES = 3;

        /// All of it.
        public static final Size WHOLE = new Size(numPlots(), Integer.MAX_VALUE);

        /// Checks that there is so much of it.
        ///
        /// @throws IllegalArgumentException if not
        public Size {
            if (plots < 1 || plots > numPlots()) {
                throw new IllegalArgumentException("plots is " + plots + ", expected 1 to " + numPlots());
            }
            if (names < FEWEST_NAMES) {
                throw new IllegalArgumentException("names is " + names + ", expected at least " + FEWEST_NAMES);
            }
        }
    }

    /// Some words, from all over the list.
    private static List<String> some(List<String> words, int number) {
        return number >= words.size()
                ? words
                : IntStream.range(0, number)
                        .mapToObj(i -> words.get(i * (words.size() / number)))
                        .toList();
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
