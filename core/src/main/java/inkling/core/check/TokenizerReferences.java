package inkling.core.check;

import inkling.tokenizer.BpeTrainer;
import inkling.tokenizer.ProgressListener;
import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.Tokenizer;
import inkling.tokenizer.TrainerOptions;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonReader;
import inkling.tokenizer.split.SplitPattern;
import inkling.tokenizer.utf8.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// `tokenizer/` and `bpe_train/`: ids, damaged UTF-8, and trained vocabularies, all exactly equal.
final class TokenizerReferences {
    private static final String FAMILY = "tokenizer";
    private static final String TRAINING = "bpe_train";

    private final References references;

    TokenizerReferences(References references) {
        this.references = references;
    }

    void run() throws IOException {
        gpt2();
        damagedText();
        consensus("tinystories-10k");
        consensus("owt-32k");
        corpus();
        training();
    }

    private void gpt2() throws IOException {
        if (references.lacks(FAMILY, "GPT-2 ids", "tokenizer/gpt2_expected.json")
                || references.lacks(FAMILY, "GPT-2 ids", "tokenizer/gpt2_vocab.json")) {
            return;
        }
        Tokenizer gpt2 = GivenTokenizers.gpt2(references);
        List<JsonPlace> examples =
                references.json("tokenizer/gpt2_expected.json").items();
        int ids = 0;
        int different = 0;
        int broken = 0;
        for (JsonPlace example : examples) {
            Tokenizer tokenizer = gpt2.withSpecialTokens(GivenTokenizers.texts(example.member("special_tokens")));
            byte[] text = text(references, example);
            int[] expected = GivenTokenizers.ids(example.member("ids"));
            int[] actual = tokenizer.encode(text, SpecialPolicy.ALLOW);
            ids += expected.length;
            different += GivenTokenizers.differences(actual, expected);
            broken += Arrays.equals(tokenizer.decodeBytes(actual), text) ? 0 : 1;
        }
        String what = examples.size() + " texts, " + ids + " GPT-2 ids";
        references.exact(FAMILY, what + " equal tiktoken's", different);
        references.exact(FAMILY, what + " decode to the text", broken);
    }

    /// The text of an example, given itself or as a file.
    static byte[] text(References references, JsonPlace example) throws IOException {
        return example.optional("file").isPresent()
                ? Files.readAllBytes(
                        references.path("tokenizer/" + example.member("file").text()))
                : example.member("text").text().getBytes(StandardCharsets.UTF_8);
    }

    private void damagedText() throws IOException {
        if (references.lacks(FAMILY, "damaged UTF-8", "tokenizer/decode_replace.json")) {
            return;
        }
        List<JsonPlace> examples =
                references.json("tokenizer/decode_replace.json").items();
        int different = 0;
        for (JsonPlace example : examples) {
            byte[] bytes = HexFormat.of().parseHex(example.member("hex").text());
            String expected = example.member("text").text();
            different += Utf8.text(bytes, 0, bytes.length).equals(expected) ? 0 : 1;
        }
        references.exact(FAMILY, "damaged UTF-8 decodes as in CPython, " + examples.size() + " cases", different);
    }

    private void consensus(String name) throws IOException {
        Path merges = references.path("tokenizer/" + name + ".merges.txt");
        if (references.lacks(FAMILY, name, "tokenizer/" + name + ".merges.txt")) {
            return;
        }
        Tokenizer tokenizer = GivenTokenizers.ofMerges(merges);
        JsonPlace expected =
                references.json("tokenizer/consensus_expected.json").member(name);
        int different =
                tokenizer.vocabularySize() == expected.member("vocab_size").integer(0, 1 << 24) ? 0 : 1;
        int ids = 0;
        for (JsonPlace encoding : expected.member("encodings").items()) {
            Path file = references.path("tokenizer/" + encoding.member("file").text());
            int[] actual = tokenizer.encode(Files.readAllBytes(file), SpecialPolicy.ALLOW);
            ids += actual.length;
            different += actual.length == encoding.member("tokens").integer(0, 1 << 24) ? 0 : 1;
            different += Sha256.ofUint16(actual)
                            .equals(encoding.member("sha256_of_uint16_le").text())
                    ? 0
                    : 1;
        }
        references.exact(FAMILY, name + ": vocabulary size and " + ids + " ids of the published merges", different);
    }

    private void corpus() throws IOException {
        if (references.lacks(TRAINING, "corpus.en", "tokenizer/corpus.en")) {
            return;
        }
        references.exact(TRAINING, "corpus.en, vocabulary 500: merges and vocabulary", corpusDifferences(references));
    }

    /// Trains on the course's corpus and counts what differs from its merges and its vocabulary.
    static int corpusDifferences(References references) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            new BpeTrainer(TrainerOptions.of(500))
                    .train(List.of(references.path("tokenizer/corpus.en")), ProgressListener.NONE)
                    .tokenizer()
                    .save(folder.path());
            List<String> merges = Files.readAllLines(folder.resolve("merges.txt"));
            List<String> expected = Files.readAllLines(references.path("tokenizer/train-bpe-reference-merges.txt"));
            JsonPlace vocabulary = references.json("tokenizer/train-bpe-reference-vocab.json");
            boolean same = JsonReader.read(folder.resolve("vocab.json")).value().equals(vocabulary.value());
            return GivenTokenizers.differences(merges.subList(1, merges.size()), expected) + (same ? 0 : 1);
        }
    }

    private void training() throws IOException {
        if (references.lacks(TRAINING, "small corpora", "bpe_train/cases.json")) {
            return;
        }
        for (JsonPlace example : references.json("bpe_train/cases.json").items()) {
            SplitPattern pattern = example.member("pretokenizer").text().equals("gpt2")
                    ? SplitPattern.Known.GPT2
                    : new SplitPattern.Custom("\\S+");
            TrainerOptions options = TrainerOptions.of(
                            example.member("vocab_size").integer(0, 1 << 20))
                    .withSpecialTokens(GivenTokenizers.texts(example.member("special_tokens")))
                    .withSplitPattern(pattern);
            byte[] text = example.member("text").text().getBytes(StandardCharsets.UTF_8);
            Tokenizer trained =
                    new BpeTrainer(options).train(text, ProgressListener.NONE).tokenizer();
            List<String> expected = GivenTokenizers.mergesOfHex(example.member("merges_hex"));
            String what = example.member("name").text().replace('_', ' ') + ": " + expected.size() + " merges";
            references.exact(TRAINING, what, GivenTokenizers.differences(GivenTokenizers.merges(trained), expected));
        }
    }
}
