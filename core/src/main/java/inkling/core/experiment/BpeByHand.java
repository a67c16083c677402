package inkling.core.experiment;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Byte-pair encoding done the slow way, round by round, as one would on paper.
///
/// Split the text into words, count every pair of neighbouring tokens in them, merge the most frequent pair everywhere,
/// repeat. Ties go to the greater pair of byte strings. Byte strings are held as Latin-1 text, one character a byte, so
/// that comparing texts compares raw bytes.
public final class BpeByHand {
    private BpeByHand() {}

    /// Two neighbouring tokens.
    ///
    /// @param left the first
    /// @param right the second
    public record Pair(String left, String right) implements Comparable<Pair> {
        private static final Comparator<Pair> ORDER =
                Comparator.comparing(Pair::left).thenComparing(Pair::right);

        @Override
        public int compareTo(Pair other) {
            return ORDER.compare(this, other);
        }
    }

    /// One round: the counts before it, and the pair it merges.
    ///
    /// @param counts all pairs, the most frequent first, ties with the greater pair first
    /// @param merged the first of them
    /// @param words how the words are divided after the merge
    public record Round(List<Map.Entry<Pair, Integer>> counts, Pair merged, List<List<String>> words) {}

    /// Merges at most so many times; fewer where no pair is left.
    public static List<Round> merge(String text, Pattern split, int rounds) {
        Map<String, Integer> wordCounts = new LinkedHashMap<>();
        split.matcher(text).results().forEach(match -> wordCounts.merge(bytes(match.group()), 1, Integer::sum));
        List<Integer> multiplicity = List.copyOf(wordCounts.values());
        List<List<String>> words = new ArrayList<>();
        for (String word : wordCounts.keySet()) {
            words.add(List.of(word.split("")));
        }
        List<Round> done = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            List<Map.Entry<Pair, Integer>> counts = counts(words, multiplicity);
            if (counts.isEmpty()) {
                break;
            }
            Pair best = counts.getFirst().getKey();
            words = words.stream().map(word -> merged(word, best)).toList();
            done.add(new Round(counts, best, words));
        }
        return done;
    }

    private static List<Map.Entry<Pair, Integer>> counts(List<List<String>> words, List<Integer> multiplicity) {
        Map<Pair, Integer> counts = new LinkedHashMap<>();
        for (int w = 0; w < words.size(); w++) {
            List<String> word = words.get(w);
            for (int i = 0; i + 1 < word.size(); i++) {
                counts.merge(new Pair(word.get(i), word.get(i + 1)), multiplicity.get(w), Integer::sum);
            }
        }
        Comparator<Map.Entry<Pair, Integer>> byCount = Map.Entry.comparingByValue();
        Comparator<Map.Entry<Pair, Integer>> byPair = Map.Entry.comparingByKey();
        return counts.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .sorted(byCount.thenComparing(byPair).reversed())
                .toList();
    }

    private static List<String> merged(List<String> word, Pair pair) {
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < word.size(); i++) {
            boolean here = i + 1 < word.size()
                    && word.get(i).equals(pair.left())
                    && word.get(i + 1).equals(pair.right());
            tokens.add(here ? pair.left() + pair.right() : word.get(i));
            i += here ? 1 : 0;
        }
        return List.copyOf(tokens);
    }

    private static String bytes(String word) {
        return new String(word.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
