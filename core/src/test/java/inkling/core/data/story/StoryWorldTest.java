package inkling.core.data.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/// Stories are the same everywhere, are all different, and have the size and the vocabulary a small model can learn.
class StoryWorldTest {
    private static final Pattern WORD = Pattern.compile("[A-Za-z]+");
    private static final int MANY = 100_000;
    private static final int SOME = 20_000;
    private static final StoryWorld WORLD = new StoryWorld(1);
    private static final List<String> STORIES =
            IntStream.range(0, MANY).mapToObj(WORLD::story).toList();

    /// Changes with every edit of the stories' text; then the new value is written here.
    @Test
    void the_first_thousand_stories_of_a_seed_never_change() {
        var checksum = new CRC32();
        for (int i = 0; i < 1000; i++) {
            checksum.update(WORLD.story(i).getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(checksum.getValue()).isEqualTo(4137579357L);
    }

    @Test
    void a_story_depends_on_seed_and_index_only() {
        String tenth = WORLD.story(10);
        var other = new StoryWorld(1);
        var telling = new Telling();
        other.tell(3_000_000_000L, telling);
        telling.clear();
        other.tell(10, telling);
        assertThat(telling).hasToString(tenth);
        assertThat(new StoryWorld(2).story(10)).isNotEqualTo(tenth);
        assertThat(new StoryWorld(-7).story(Long.MAX_VALUE)).isNotEmpty();
    }

    @Test
    void no_story_is_told_twice() {
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            assertThat(seen.add(hash(STORIES.get(i)))).as("story " + i).isTrue();
        }
    }

    /// Two stories are too close when two thirds of the shorter one's steps from sentence to sentence are also in
    /// the other.
    @Test
    void no_two_stories_share_most_of_their_sentences() {
        int[] steps = new int[MANY];
        long[] stepOfStory = new long[MANY * 40];
        int numSteps = 0;
        for (int i = 0; i < MANY; i++) {
            String[] sentences = STORIES.get(i).split("(?<=[.!?]\"?)\\s+", -1);
            for (int j = 1; j < sentences.length; j++) {
                long step = hash(sentences[j - 1] + " " + sentences[j]);
                stepOfStory[numSteps++] = step << 20 | i;
                steps[i]++;
            }
        }
        Arrays.sort(stepOfStory, 0, numSteps);
        Map<Long, Integer> shared = new HashMap<>();
        for (int start = 0, end; start < numSteps; start = end) {
            end = start + 1;
            while (end < numSteps && stepOfStory[end] >> 20 == stepOfStory[start] >> 20) {
                end++;
            }
            // a step in very many stories is a stock phrase and cannot make most of any pair
            for (int a = start; a < end && end - start < 60; a++) {
                for (int b = a + 1; b < end; b++) {
                    shared.merge((stepOfStory[a] & 0xFFFFF) << 20 | (stepOfStory[b] & 0xFFFFF), 1, Integer::sum);
                }
            }
        }
        shared.forEach((pair, count) -> {
            int first = (int) (pair >> 20);
            int second = (int) (pair & 0xFFFFF);
            if (3 * count >= 2 * Math.min(steps[first], steps[second])) {
                fail("too close:\n\n" + STORIES.get(first) + "\n\nand\n\n" + STORIES.get(second));
            }
        });
    }

    @Test
    void stories_have_the_length_of_a_small_story() {
        long words = 0;
        for (String story : STORIES.subList(0, SOME)) {
            int count = (int) WORD.matcher(story).results().count();
            assertThat(count).as(story).isBetween(70, 260);
            assertThat(story.split("\n\n", -1).length).as(story).isBetween(2, 8);
            words += count;
        }
        assertThat(words / SOME).isBetween(110L, 170L);
    }

    @Test
    void the_vocabulary_is_small_and_its_use_is_varied() {
        Map<String, Integer> counts = new TreeMap<>();
        Map<Long, Integer> fourWords = new HashMap<>();
        int total = 0;
        for (String story : STORIES.subList(0, SOME)) {
            String[] words = WORD.matcher(story)
                    .results()
                    .map(match -> lower(match.group()))
                    .toArray(String[]::new);
            for (int j = 0; j < words.length; j++) {
                counts.merge(words[j], 1, Integer::sum);
                if (j >= 3) {
                    fourWords.merge(
                            hash(String.join(" ", words[j - 3], words[j - 2], words[j - 1], words[j])),
                            1,
                            Integer::sum);
                    total++;
                }
            }
        }
        assertThat(counts.size()).isBetween(1500, 3500);
        assertThat(fourWords.size() / (double) total)
                .as("distinct runs of four words")
                .isGreaterThan(0.05);
        assertThat(fourWords.values().stream().mapToInt(Integer::intValue).max().orElseThrow() / (double) SOME)
                .as("share of stories with the most frequent run of four words")
                .isLessThan(0.35);
    }

    @Test
    void every_situation_is_told() {
        assertThat(WORLD.numSituations()).isGreaterThan(150);
        Set<Integer> told = new HashSet<>();
        for (int i = 0; i < SOME; i++) {
            told.add(WORLD.situationOf(i));
        }
        assertThat(told).hasSize(WORLD.numSituations());
    }

    @Test
    void a_smaller_world_tells_the_first_plots_with_some_names() {
        var small = new StoryWorld(1, new StoryWorld.Size(3, 5));
        assertThat(small.numSituations()).isBetween(20, WORLD.numSituations() / 5);
        Set<Integer> told = new HashSet<>();
        Set<String> words = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            told.add(small.situationOf(i));
            WORD.matcher(small.story(i)).results().forEach(match -> words.add(match.group()));
        }
        assertThat(told).hasSize(small.numSituations());
        assertThat(words).contains("Anna", "Adam", "Amber").doesNotContain("Amy", "Alex", "Apricot", "Zoe");
        assertThat(new StoryWorld(1, StoryWorld.Size.WHOLE).story(7)).isEqualTo(WORLD.story(7));
    }

    @Test
    void there_is_no_more_than_all_and_no_less_than_something() {
        for (int wrong : new int[] {0, StoryWorld.numPlots() + 1}) {
            assertThatThrownBy(() -> new StoryWorld.Size(wrong, 9))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("plots is " + wrong + ", expected 1 to " + StoryWorld.numPlots());
        }
        assertThatThrownBy(() -> new StoryWorld.Size(1, 2)).hasMessage("names is 2, expected at least 3");
    }

    private static String lower(String word) {
        return word.toLowerCase(java.util.Locale.ROOT);
    }

    /// 64 bits of FNV-1a.
    private static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return hash ^ (hash >>> 32);
    }
}
