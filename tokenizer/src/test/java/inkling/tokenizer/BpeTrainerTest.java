package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.tokenizer.format.ByteAlphabet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BpeTrainerTest {
    private static final String WIDEST =
            "low low low low low lower lower widest widest widest newest newest newest newest newest newest";

    @TempDir
    Path folder;

    @Test
    void ties_of_the_course_go_to_the_greater_byte_strings() {
        assertThat(merges(WIDEST, TieBreak.CS336, 14))
                .containsExactly(
                        "s|t",
                        "e|st",
                        "o|w",
                        "l|ow",
                        "w|est",
                        "n|e",
                        "ne|west",
                        "Ġ|newest",
                        "Ġ|low",
                        "w|i",
                        "wi|d",
                        "wid|est",
                        "Ġ|widest",
                        "e|r");
        assertThat(merges("ab cd ba", TieBreak.CS336, 3)).containsExactly("c|d", "b|a", "a|b");
    }

    @Test
    void ties_of_hugging_face_go_to_the_smaller_ids() {
        assertThat(merges(WIDEST, TieBreak.HUGGING_FACE, 8))
                .containsExactly("e|s", "es|t", "l|o", "lo|w", "e|w", "n|ew", "Ġ|low", "Ġ|new");
        assertThat(merges("ab cd ba", TieBreak.HUGGING_FACE, 3)).containsExactly("a|b", "b|a", "c|d");
    }

    @Test
    void overlapping_pairs_count_and_merge_from_the_left() {
        assertThat(merges("aaaa aaaa", TieBreak.CS336, 5)).containsExactly("a|a", "aa|aa", "Ġ|aaaa");
    }

    @Test
    void special_tokens_are_boundaries_and_get_the_first_ids() {
        TrainerOptions options = TrainerOptions.of(300).withSpecialTokens(List.of("<a>", "<b>"));
        Tokenizer tokenizer = train("xy<a>xy<b>xyxy", options);
        assertThat(tokenizer.specialTokens()).containsEntry("<a>", 0).containsEntry("<b>", 1);
        assertThat(tokenizer.tokenBytes(2)).isEqualTo("!".getBytes(StandardCharsets.US_ASCII));
        assertThat(tokenizer.encode("xyxy")).containsExactly(259);
        assertThat(tokenizer.vocabularySize()).isEqualTo(260);
    }

    @Test
    void rare_pairs_are_left_alone() {
        assertThat(train("ab ab ab cd cd ef", TrainerOptions.of(400).withMinFrequency(3))
                        .vocabularySize())
                .isEqualTo(258);
    }

    @ParameterizedTest
    @EnumSource(TieBreak.class)
    void random_corpora_give_the_merges_of_the_definition(TieBreak ties) {
        Random random = new Random(31);
        for (int i = 0; i < 60; i++) {
            StringBuilder text = new StringBuilder();
            int letters = 2 + random.nextInt(3);
            for (int word = 0; word < 40; word++) {
                int length = 1 + random.nextInt(12);
                for (int j = 0; j < length; j++) {
                    text.append((char) ('a' + random.nextInt(letters)));
                }
                text.append(' ');
            }
            assertThat(merges(text.toString(), ties, 40)).isEqualTo(NaiveTrainer.merges(text.toString(), ties, 40));
        }
    }

    @Test
    void threads_and_files_do_not_matter() throws IOException {
        byte[] text = SmallTokenizer.randomText(new Random(32), 600_000);
        Path file = Files.write(folder.resolve("text.txt"), text);
        TrainerOptions options = TrainerOptions.of(800);
        List<String> expected = Fixtures.mergesInHex(train(text, options));
        for (int threads : new int[] {1, 2, 3, 7}) {
            TrainingResult result =
                    new BpeTrainer(options.withThreads(threads)).train(List.of(file), ProgressListener.NONE);
            assertThat(Fixtures.mergesInHex(result.tokenizer())).isEqualTo(expected);
            assertThat(result.textBytes()).isEqualTo(text.length);
        }
    }

    @Test
    void no_permutation_of_threads_chunks_and_files_changes_a_byte() throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            byte[] text = SmallTokenizer.randomText(new Random(34 + i), 40_000);
            files.add(Files.write(folder.resolve("text" + i + ".txt"), text));
        }
        for (TieBreak ties : TieBreak.values()) {
            TrainerOptions options = TrainerOptions.of(700)
                    .withTieBreak(ties)
                    .withSpecialTokens(List.of("<|endoftext|>", "<|endoftext|><|endoftext|>"));
            byte[] expected = json(new BpeTrainer(options.withThreads(1)), files);
            List<Path> shuffled = new ArrayList<>(files);
            for (int chunkBytes : new int[] {1, 2, 61, 1_000, 4_096, 39_999, 1 << 20}) {
                for (int threads : new int[] {1, 2, 3, 7}) {
                    Collections.shuffle(shuffled, new Random(chunkBytes + threads));
                    byte[] found = json(new BpeTrainer(options.withThreads(threads), chunkBytes), shuffled);
                    assertThat(found)
                            .as("%s, %d threads, chunks of %d", ties, threads, chunkBytes)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private byte[] json(BpeTrainer trainer, List<Path> files) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        trainer.train(files, ProgressListener.NONE).tokenizer().save(file);
        return Files.readAllBytes(file);
    }

    @Test
    void progress_goes_through_all_phases_to_the_end() throws IOException {
        Path file = Files.write(folder.resolve("text.txt"), SmallTokenizer.randomText(new Random(33), 100_000));
        Map<ProgressListener.Phase, Long> last = new EnumMap<>(ProgressListener.Phase.class);
        TrainingResult result = new BpeTrainer(TrainerOptions.of(500)).train(List.of(file), (phase, done, total) -> {
            assertThat(done).isBetween(last.getOrDefault(phase, 0L), total);
            last.put(phase, done);
        });
        assertThat(last)
                .containsEntry(ProgressListener.Phase.COUNT, Files.size(file))
                .containsEntry(ProgressListener.Phase.MERGE, (long) result.merges());
        assertThat(result.phases()).hasSize(3).allMatch(report -> report.peakBytes() > 0);
    }

    @Test
    void impossible_options_and_missing_files_are_refused() throws IOException {
        assertThatThrownBy(() -> TrainerOptions.of(256))
                .hasMessage("the vocabulary size 256 is too small: 256 bytes and 1 special tokens need 257");
        assertThatThrownBy(() -> TrainerOptions.of(300).withSpecialTokens(List.of("<a>", "<a>")))
                .isInstanceOf(IllegalArgumentException.class);
        Path empty = Files.createFile(folder.resolve("empty.txt"));
        BpeTrainer trainer = new BpeTrainer(TrainerOptions.of(300));
        assertThatThrownBy(() -> trainer.train(List.of(empty), ProgressListener.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("empty.txt: expected a text file, found an empty one");
    }

    private static Tokenizer train(String text, TrainerOptions options) {
        return train(text.getBytes(StandardCharsets.UTF_8), options);
    }

    private static Tokenizer train(byte[] text, TrainerOptions options) {
        return new BpeTrainer(options).train(text, ProgressListener.NONE).tokenizer();
    }

    private static List<String> merges(String text, TieBreak ties, int count) {
        TrainerOptions options =
                TrainerOptions.of(256 + count).withSpecialTokens(List.of()).withTieBreak(ties);
        List<String> merges = new ArrayList<>();
        for (String merge : Fixtures.mergesInHex(train(text, options))) {
            String[] parts = merge.split(" ");
            HexFormat hex = HexFormat.of();
            merges.add(
                    ByteAlphabet.letters(hex.parseHex(parts[0])) + "|" + ByteAlphabet.letters(hex.parseHex(parts[1])));
        }
        return merges;
    }

    /// Training as the definition has it: count all pairs again after every merge.
    private static final class NaiveTrainer {

        static List<String> merges(String text, TieBreak ties, int count) {
            List<List<String>> words = new ArrayList<>();
            for (String word : text.split("(?= )")) {
                words.add(new ArrayList<>(List.of(word.replace(" ", "Ġ").split(""))));
            }
            Map<String, Integer> ids = new HashMap<>();
            for (int b = 0; b < 256; b++) {
                String letter = ByteAlphabet.letters(new byte[] {ByteAlphabet.bytesInOrder()[b]});
                ids.put(letter, b);
            }
            List<String> merges = new ArrayList<>();
            while (merges.size() < count) {
                String best = best(words, ties, ids);
                if (best.isEmpty()) {
                    break;
                }
                merges.add(best);
                ids.putIfAbsent(best.replace("|", ""), ids.size());
                words.forEach(word -> apply(word, best));
            }
            return merges;
        }

        private static String best(List<List<String>> words, TieBreak ties, Map<String, Integer> ids) {
            Map<String, Integer> counts = new HashMap<>();
            for (List<String> word : words) {
                for (int i = 0; i + 1 < word.size(); i++) {
                    counts.merge(word.get(i) + "|" + word.get(i + 1), 1, Integer::sum);
                }
            }
            String best = "";
            for (Map.Entry<String, Integer> pair : counts.entrySet()) {
                int order = best.isEmpty() ? 1 : pair.getValue() - counts.getOrDefault(best, 0);
                if (order > 0 || order == 0 && goesFirst(pair.getKey(), best, ties, ids)) {
                    best = pair.getKey();
                }
            }
            return best;
        }

        private static boolean goesFirst(String pair, String other, TieBreak ties, Map<String, Integer> ids) {
            String[] parts = pair.split("\\|");
            String[] others = other.split("\\|");
            for (int i = 0; i < 2; i++) {
                if (!parts[i].equals(others[i])) {
                    return switch (ties) {
                        case HUGGING_FACE -> ids.getOrDefault(parts[i], -1) < ids.getOrDefault(others[i], -1);
                        case CS336 -> bytes(parts[i]).compareTo(bytes(others[i])) > 0;
                    };
                }
            }
            return false;
        }

        private static String bytes(String letters) {
            return letters.replace("Ġ", " ");
        }

        private static void apply(List<String> word, String merge) {
            String[] parts = merge.split("\\|");
            for (int i = 0; i + 1 < word.size(); i++) {
                if (word.get(i).equals(parts[0]) && word.get(i + 1).equals(parts[1])) {
                    word.set(i, parts[0] + parts[1]);
                    word.remove(i + 1);
                }
            }
        }
    }
}
