package inkling.core.check;

import inkling.tokenizer.BpeTrainer;
import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import inkling.tokenizer.json.JsonPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// `official/`: all 48 tests of the assignment under their official names, with their official tolerances.
///
/// Eight of them need the course's weights and three its 5 MiB of stories; both may be dropped anywhere into the folder
/// and are known by their SHA-256. Without them these tests are skipped, each with its reason.
final class OfficialTests {
    private static final String FAMILY = "official";

    private final References references;
    private final OfficialFile modelFile;
    private final OfficialFile storiesFile;

    /// What one test finds out: its error.
    @FunctionalInterface
    interface Measurement {
        double error() throws IOException;
    }

    /// What a test on an official file finds out.
    @FunctionalInterface
    interface FileMeasurement {
        double error(Path file) throws IOException;
    }

    OfficialTests(References references) {
        this(references, OfficialFile.MODEL, OfficialFile.STORIES);
    }

    OfficialTests(References references, OfficialFile modelFile, OfficialFile storiesFile) {
        this.references = references;
        this.modelFile = modelFile;
        this.storiesFile = storiesFile;
    }

    void run() throws IOException {
        if (!Files.exists(references.path(FAMILY))) {
            references.skip(FAMILY, "the 48 official tests", "no " + FAMILY);
            return;
        }
        new OfficialModelTests(references, this).run(modelFile);
        new OfficialTrainingTests(references, this).run();
        tokenizer();
        tokenizerTraining();
    }

    /// Notes one test, or that one of the files it needs is absent.
    void test(String name, double tolerance, List<String> needed, Measurement measurement) throws IOException {
        for (String file : needed) {
            if (references.lacks(FAMILY, name, file)) {
                return;
            }
        }
        references.add(FAMILY, name, measurement.error(), tolerance);
    }

    /// Notes one test that needs an official file.
    void testOn(OfficialFile file, String name, double tolerance, FileMeasurement measurement) throws IOException {
        Optional<Path> found = file.find(references.folder());
        if (found.isEmpty()) {
            references.skip(FAMILY, name, file.reason(references.folder()));
        } else {
            references.add(FAMILY, name, measurement.error(found.get()), tolerance);
        }
    }

    private void tokenizer() throws IOException {
        List<String> files =
                List.of("tokenizer/gpt2_vocab.json", "tokenizer/gpt2_merges.txt", "tokenizer/gpt2_expected.json");
        Optional<OfficialTokenizerTests> tests = files.stream().allMatch(file -> Files.exists(references.path(file)))
                ? Optional.of(new OfficialTokenizerTests(references))
                : Optional.empty();
        for (OfficialTokenizerTests.Named test : OfficialTokenizerTests.NAMES) {
            test(test.name(), 0, files, () -> tests.orElseThrow().error(test));
        }
        testOn(
                storiesFile,
                "test_encode_iterable_memory_usage (bytes kept beyond 1 MB)",
                0,
                file -> tests.orElseThrow().bytesKeptBeyondOneMegabyte(file));
        testOn(
                storiesFile,
                "test_encode_memory_usage (may take more; ids equal the stream's)",
                0,
                file -> tests.orElseThrow().streamDifferences(Files.readAllBytes(file)));
    }

    private void tokenizerTraining() throws IOException {
        List<String> files = List.of("tokenizer/corpus.en", "tokenizer/train-bpe-reference-merges.txt");
        test("test_train_bpe_speed (seconds)", 1.5, files, () -> {
            long start = System.nanoTime();
            new BpeTrainer(TrainerOptions.of(500))
                    .train(List.of(references.path("tokenizer/corpus.en")), ProgressListener.NONE);
            return (System.nanoTime() - start) / 1e9;
        });
        test("test_train_bpe", 0, files, () -> TokenizerReferences.corpusDifferences(references));
        testOn(storiesFile, "test_train_bpe_special_tokens", 0, this::specialTokenDifferences);
    }

    private double specialTokenDifferences(Path stories) throws IOException {
        JsonPlace expected = references.json("official/train_bpe_special_tokens.json");
        TrainerOptions options = TrainerOptions.of(expected.member("vocab_size").integer(1, 1 << 20))
                .withSpecialTokens(GivenTokenizers.texts(expected.member("special_tokens")));
        Tokenizer trained = new BpeTrainer(options)
                .train(List.of(stories), ProgressListener.NONE)
                .tokenizer();
        List<String> tokens = new ArrayList<>();
        for (int id = 0; id < trained.vocabularySize(); id++) {
            tokens.add(HexFormat.of().formatHex(trained.tokenBytes(id)));
        }
        List<String> values = GivenTokenizers.texts(expected.member("vocab_values_hex"));
        List<String> merges = GivenTokenizers.mergesOfHex(expected.member("merges_hex"));
        return GivenTokenizers.differences(GivenTokenizers.merges(trained), merges)
                + (new TreeSet<>(tokens).equals(new TreeSet<>(values)) ? 0 : 1);
    }
}
