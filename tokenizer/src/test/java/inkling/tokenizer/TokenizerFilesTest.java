package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.split.SplitPattern;
import inkling.tokenizer.split.SplitPattern.Known;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Reading and writing tokenizers: what is written reads back as it was, and whatever is damaged ends in one
/// sentence.
final class TokenizerFilesTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Known.class)
    void a_tokenizer_survives_every_format(Known pattern) throws IOException {
        Tokenizer tokenizer = SmallTokenizer.of(pattern);
        tokenizer.save(folder.resolve("all"));
        tokenizer.save(folder.resolve("ranks.tiktoken"));
        assertSame(tokenizer, Tokenizer.load(folder.resolve("all")), SpecialPolicy.ALLOW);
        assertSame(tokenizer, Tokenizer.load(folder.resolve("all/tokenizer.json")), SpecialPolicy.ALLOW);
        assertSame(tokenizer, Tokenizer.load(folder.resolve("all/vocab.json"), pattern), SpecialPolicy.ALLOW);
        assertSame(tokenizer, Tokenizer.load(folder.resolve("ranks.tiktoken"), pattern), SpecialPolicy.TEXT);
        assertThat(Tokenizer.load(folder.resolve("all")).splitPattern().regex()).isEqualTo(pattern.regex());
    }

    @Test
    void tokens_with_line_ends_and_spaces_survive() throws IOException {
        TrainerOptions options = TrainerOptions.of(262).withSplitPattern(new SplitPattern.Custom("(?s).+"));
        byte[] text = "a b\n c\r\n\td ".repeat(50).getBytes(StandardCharsets.UTF_8);
        Tokenizer trained =
                new BpeTrainer(options).train(text, ProgressListener.NONE).tokenizer();
        trained.save(folder.resolve("odd"));
        Tokenizer read = Tokenizer.load(folder.resolve("odd"));
        for (int id = 0; id < trained.vocabularySize(); id++) {
            assertThat(read.tokenBytes(id)).isEqualTo(trained.tokenBytes(id));
        }
        assertThat(read.encode(text, SpecialPolicy.TEXT)).isEqualTo(trained.encode(text, SpecialPolicy.TEXT));
    }

    @Test
    void merges_written_as_texts_are_read_too() throws IOException {
        SmallTokenizer.of(Known.GPT2).save(folder.resolve("new.json"));
        String json = Files.readString(folder.resolve("new.json"));
        String old = json.replaceAll("\\[\"([^\"]+)\", \"([^\"]+)\"\\]", "\"$1 $2\"");
        assertThat(old).isNotEqualTo(json);
        Files.writeString(folder.resolve("old.json"), old);
        assertSame(
                Tokenizer.load(folder.resolve("new.json")),
                Tokenizer.load(folder.resolve("old.json")),
                SpecialPolicy.ALLOW);
    }

    @Test
    void whole_pieces_come_first_where_the_file_says_ignore_merges() throws IOException {
        SmallTokenizer.of(Known.GPT2).save(folder.resolve("plain.json"));
        String json = Files.readString(folder.resolve("plain.json"));
        int id = Tokenizer.load(folder.resolve("plain.json")).vocabularySize();
        String unreachable = json.replaceFirst("\"vocab\": \\{", "\"vocab\": {\n      \"zqxj\": " + id + ",");
        Files.writeString(folder.resolve("unreachable.json"), unreachable);
        assertThat(Tokenizer.load(folder.resolve("unreachable.json")).encode("zqxj"))
                .hasSize(4);
        String first = unreachable.replace("\"ignore_merges\": false", "\"ignore_merges\": true");
        Files.writeString(folder.resolve("first.json"), first);
        assertThat(Tokenizer.load(folder.resolve("first.json")).encode("zqxj")).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"type\": \"BPE\"|\"type\": \"Unigram\"|expected the model \"BPE\"",
                "\"dropout\": null|\"dropout\": 0.1|drop-out is not supported",
                "\"byte_fallback\": false|\"byte_fallback\": true|byte fallback",
                "\"normalizer\": null|\"normalizer\": {\"type\": \"Lowercase\"}|expected the normalizer",
                "\"add_prefix_space\": false|\"add_prefix_space\": true|adding a space",
                "\"lstrip\": false|\"lstrip\": \"no\"|expected true or false, found a text",
                "\"!\": 2|\"!\": 3|two tokens have the id 3",
                "\"!\": 2|\"!\": -1|expected an integer from 0",
                "\"!\": 2|\"!\": 99999999|expected an integer from 0",
                "\"!\": 2|\"!\": \"2\"|expected an integer, found a text",
                "\"!\": 2,||needs the token \"!\", which is not in the vocabulary",
                "\"merges\"|\"merge\"|the member \"merges\" is missing",
                "\"vocab\"|\"vocabulary\"|the member \"vocab\" is missing",
                "\"pre_tokenizer\": {|\"other\": {|the member \"pre_tokenizer\" is missing",
                "\"merges\": [|\"merges\": [[\"a\", \"zq\"],|which is not in the vocabulary",
                "\"merges\": [|\"merges\": [[\"a\"],|expected two tokens, found 1",
                "\"merges\": [|\"merges\": [\"ab\",|expected two tokens with a space between",
                "\"special\": true|\"special\": true, \"special\": true|occurs twice in one object",
            })
    void a_wrong_tokenizer_json_is_refused_in_one_sentence(String change) throws IOException {
        SmallTokenizer.of(Known.GPT2).save(folder.resolve("good.json"));
        String[] parts = change.split("\\|", -1);
        String bad = Files.readString(folder.resolve("good.json")).replace(parts[0], parts[1]);
        Path file = Files.writeString(folder.resolve("bad.json"), bad);
        assertRefused(file, parts[2]);
    }

    @Test
    void a_damaged_byte_anywhere_gives_a_tokenizer_or_one_sentence() throws IOException {
        Tokenizer tokenizer = SmallTokenizer.of(Known.GPT2);
        tokenizer.save(folder.resolve("good"));
        tokenizer.save(folder.resolve("r50k_base.tiktoken"));
        Random random = new Random(41);
        for (String name : List.of("good/tokenizer.json", "good/vocab.json", "good/merges.txt", "r50k_base.tiktoken")) {
            Path target = folder.resolve(name);
            byte[] good = Files.readAllBytes(target);
            Path loaded = name.endsWith("merges.txt") ? folder.resolve("good/vocab.json") : target;
            for (int i = 0; i < 200; i++) {
                byte[] bad = good.clone();
                int at = random.nextInt(good.length);
                bad[at] = i % 3 == 0 ? (byte) random.nextInt(256) : good[random.nextInt(good.length)];
                Files.write(target, i % 4 == 0 ? Arrays.copyOf(bad, at) : bad);
                loadOrRefuse(loaded);
            }
            Files.write(target, good);
        }
    }

    @Test
    void wrong_rank_files_are_refused() throws IOException {
        assertRefused(write("r50k_base.tiktoken", ""), "the byte 0x00 has no token");
        assertRefused(write("r50k_base.tiktoken", "IQ== 0\nIQ== 1\n"), "have the same bytes");
        assertRefused(write("r50k_base.tiktoken", "IQ== 0\nIg== 0\n"), "two tokens have the id 0");
        assertRefused(write("r50k_base.tiktoken", "IQ== 99999999\n"), "expected ids from 0 to 1048575");
        assertRefused(write("r50k_base.tiktoken", "!!!! 1\n"), "line 1: expected a token in base64");
        assertRefused(write("r50k_base.tiktoken", "x".repeat(1 << 16)), "line 1: expected a token in base64");
        assertRefused(write("own.tiktoken", "IQ== 0\n"), "does not say how text is split");
        assertRefused(write("own.txt", "IQ== 0\n"), "expected a file that ends in");
        assertRefused(folder.resolve("missing"), "found no such file");
        assertRefused(folder, "expected tokenizer.json");
        assertRefused(write("r50k_base.tiktoken.gz", "not gzip"), "expected a gzip file");
    }

    @Test
    void gaps_between_ids_are_kept() throws IOException {
        StringBuilder ranks = new StringBuilder();
        for (int b = 0; b < 256; b++) {
            ranks.append(Base64.getEncoder().encodeToString(new byte[] {(byte) b}))
                    .append(' ')
                    .append(3 * b)
                    .append('\n');
        }
        Tokenizer tokenizer = Tokenizer.load(write("own.tiktoken", ranks.toString()), Known.O200K);
        assertThat(tokenizer.encode("!")).containsExactly(99);
        assertThat(tokenizer.hasToken(100)).isFalse();
        assertThatThrownBy(() -> tokenizer.decode(100)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void files_with_the_line_ends_of_windows_are_read_too() throws IOException {
        Tokenizer tokenizer = SmallTokenizer.of(Known.GPT2);
        tokenizer.save(folder.resolve("unix"));
        tokenizer.save(folder.resolve("unix.tiktoken"));
        Path windows = Files.createDirectory(folder.resolve("windows"));
        for (String name : List.of("vocab.json", "merges.txt", "tokenizer.json")) {
            String text = Files.readString(folder.resolve("unix").resolve(name)).replace("\n", "\r\n");
            Files.writeString(windows.resolve(name), name.endsWith("json") ? "\ufeff" + text : text);
        }
        Path ranks = folder.resolve("windows.tiktoken");
        Files.writeString(
                ranks, Files.readString(folder.resolve("unix.tiktoken")).replace("\n", "\r\n"));
        assertSame(tokenizer, Tokenizer.load(windows), SpecialPolicy.ALLOW);
        assertSame(tokenizer, Tokenizer.load(windows.resolve("vocab.json")), SpecialPolicy.ALLOW);
        assertSame(tokenizer, Tokenizer.load(ranks, Known.GPT2), SpecialPolicy.TEXT);
    }

    @Test
    void the_merges_of_a_rank_file_are_all_ways_to_cut_a_token_into_two() throws IOException {
        SmallTokenizer.of(Known.CL100K).save(folder.resolve("ranks.tiktoken"));
        BpeModel model =
                Tokenizer.load(folder.resolve("ranks.tiktoken"), Known.CL100K).model();
        int expected = 0;
        for (int id = 0; id < model.vocabulary().size(); id++) {
            byte[] token = model.vocabulary().bytes(id);
            for (int cut = 1; cut < token.length; cut++) {
                int left = model.vocabulary().find(token, 0, cut);
                int right = model.vocabulary().find(token, cut, token.length);
                if (left >= 0 && right >= 0) {
                    expected++;
                    assertThat(model.merges().result(model.merges().rank(left, right)))
                            .isEqualTo(id);
                }
            }
        }
        assertThat(model.merges().size()).isEqualTo(expected).isGreaterThan(40);
    }

    @Test
    void a_vocabulary_of_a_million_tokens_is_read_and_a_larger_one_refused() throws IOException {
        StringBuilder ranks = new StringBuilder();
        for (int id = 0; id < 1 << 20; id++) {
            byte[] token =
                    id < 256 ? new byte[] {(byte) id} : new byte[] {(byte) (id >> 16), (byte) (id >> 8), (byte) id};
            ranks.append(Base64.getEncoder().encodeToString(token))
                    .append(' ')
                    .append(id)
                    .append('\n');
        }
        Path largest = write("largest.tiktoken", ranks.toString());
        Tokenizer tokenizer = Tokenizer.load(largest, Known.GPT2);
        assertThat(tokenizer.vocabularySize()).isEqualTo(1 << 20);
        byte[] last = tokenizer.tokenBytes((1 << 20) - 1);
        assertThat(last).containsExactly(0x0F, 0xFF, 0xFF);
        assertThat(tokenizer.encode(last, SpecialPolicy.TEXT)).containsExactly((1 << 20) - 1);
        ranks.append("AAAAAA== 1048576\n");
        Path larger = write("larger.tiktoken", ranks.toString());
        assertThatThrownBy(() -> Tokenizer.load(larger, Known.GPT2))
                .isInstanceOf(IOException.class)
                .hasMessage(larger + ": expected ids from 0 to 1048575, found 1048576");
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content, StandardCharsets.ISO_8859_1);
    }

    private static void loadOrRefuse(Path file) {
        try {
            Tokenizer.load(file);
        } catch (IOException e) {
            assertThat(e.getMessage())
                    .contains(String.valueOf(file.getParent()))
                    .doesNotContain("\n");
        }
    }

    private static void assertRefused(Path file, String reason) {
        assertThatThrownBy(() -> Tokenizer.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("\n");
    }

    private static void assertSame(Tokenizer expected, Tokenizer found, SpecialPolicy policy) {
        Random random = new Random(42);
        for (int i = 0; i < 50; i++) {
            byte[] text = SmallTokenizer.randomText(random, 40);
            assertThat(found.encode(text, policy)).isEqualTo(expected.encode(text, policy));
        }
        assertThat(found.vocabularySize()).isEqualTo(expected.vocabularySize());
        if (policy.equals(SpecialPolicy.ALLOW)) {
            assertThat(found.specialTokens()).isEqualTo(expected.specialTokens());
        }
    }
}
