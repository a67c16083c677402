package inkling.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import inkling.testkit.SharedData;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.split.SplitPattern;
import inkling.tokenizer.utf8.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tokenizer fixtures of the CS336 course and of independent solutions of it.
final class CourseFixturesTest {

    @TempDir
    Path folder;

    @Test
    void gpt2_ids_of_all_texts_are_those_of_tiktoken() throws IOException {
        Tokenizer gpt2 = Fixtures.gpt2(folder);
        for (JsonPlace example :
                Fixtures.json(Fixtures.course("gpt2_expected.json")).items()) {
            Tokenizer tokenizer = gpt2.withSpecialTokens(Fixtures.texts(example.member("special_tokens")));
            byte[] text = example.optional("file").isPresent()
                    ? Files.readAllBytes(Fixtures.course(example.member("file").text()))
                    : example.member("text").text().getBytes(StandardCharsets.UTF_8);
            int[] ids = tokenizer.encode(text, SpecialPolicy.ALLOW);
            assertThat(ids).as(example.member("name").text()).isEqualTo(Fixtures.ints(example.member("ids")));
            assertThat(tokenizer.decodeBytes(ids)).isEqualTo(text);
        }
    }

    @Test
    void damaged_utf8_decodes_as_in_cpython() throws IOException {
        for (JsonPlace example :
                Fixtures.json(Fixtures.course("decode_replace.json")).items()) {
            byte[] bytes = HexFormat.of().parseHex(example.member("hex").text());
            assertThat(Utf8.text(bytes, 0, bytes.length))
                    .isEqualTo(example.member("text").text());
        }
    }

    @ParameterizedTest
    @CsvSource({"tinystories-10k,tinystories-10k.merges.txt", "owt-32k,owt-32k.merges.txt"})
    void consensus_tokenizers_give_the_published_ids(String name, String file)
            throws IOException, NoSuchAlgorithmException {
        Tokenizer tokenizer = Fixtures.fromMerges(Fixtures.course(file), folder);
        JsonPlace expected =
                Fixtures.json(Fixtures.course("consensus_expected.json")).member(name);
        assertThat(tokenizer.vocabularySize())
                .isEqualTo(expected.member("vocab_size").integer(0, 1 << 20));
        for (JsonPlace encoding : expected.member("encodings").items()) {
            int[] ids = tokenizer.encode(
                    Files.readAllBytes(Fixtures.course(encoding.member("file").text())), SpecialPolicy.ALLOW);
            assertThat(ids).hasSize(encoding.member("tokens").integer(0, 1 << 20));
            byte[] packed = new byte[2 * ids.length];
            for (int i = 0; i < ids.length; i++) {
                packed[2 * i] = (byte) ids[i];
                packed[2 * i + 1] = (byte) (ids[i] >> 8);
            }
            assertThat(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(packed)))
                    .isEqualTo(encoding.member("sha256_of_uint16_le").text());
        }
    }

    @Test
    void training_cases_give_the_expected_merges() throws IOException {
        JsonPlace cases = Fixtures.json(SharedData.path("fixtures/cs336/bpe_train/cases.json"));
        for (JsonPlace example : cases.items()) {
            SplitPattern pattern = example.member("pretokenizer").text().equals("gpt2")
                    ? SplitPattern.Known.GPT2
                    : new SplitPattern.Custom("\\S+");
            TrainerOptions options = TrainerOptions.of(
                            example.member("vocab_size").integer(0, 1 << 20))
                    .withSpecialTokens(Fixtures.texts(example.member("special_tokens")))
                    .withSplitPattern(pattern);
            byte[] text = example.member("text").text().getBytes(StandardCharsets.UTF_8);
            TrainingResult result = new BpeTrainer(options).train(text, ProgressListener.NONE);
            List<String> expected = new ArrayList<>();
            for (JsonPlace merge : example.member("merges_hex").items()) {
                expected.add(merge.item(0).text() + " " + merge.item(1).text());
            }
            assertThat(Fixtures.mergesInHex(result.tokenizer()))
                    .as(example.member("name").text())
                    .isEqualTo(expected);
        }
    }

    @Test
    void training_on_corpus_en_gives_the_reference_merges_and_vocabulary() throws IOException {
        BpeTrainer trainer = new BpeTrainer(TrainerOptions.of(500));
        trainer.train(List.of(Fixtures.course("corpus.en")), ProgressListener.NONE)
                .tokenizer()
                .save(folder.resolve("trained"));
        List<String> merges = Files.readAllLines(folder.resolve("trained/merges.txt"));
        assertThat(merges.subList(1, merges.size()))
                .isEqualTo(Files.readAllLines(Fixtures.course("train-bpe-reference-merges.txt")));
        assertThat(Fixtures.json(folder.resolve("trained/vocab.json")).value())
                .isEqualTo(Fixtures.json(Fixtures.course("train-bpe-reference-vocab.json"))
                        .value());
    }
}
