package inkling.tokenizer;

import inkling.tokenizer.split.SplitPattern;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/// A small tokenizer and random texts for it, so that tests need no files.
final class SmallTokenizer {
    private static final String CORPUS = """
            Once upon a time there was a little fox who wanted to sing. "I can't sing," said the fox, "but I'll learn!"
            The owl said: one, two, three... 1234 times you must try; then you'll sing like 100 birds.

            So the fox tried and tried.  At last — Überraschung! — it sang: la la la, 啦啦啦, ля-ля 🎵.\tThe end.\r\n
            """;
    private static final String[] WORDS = {
        "fox",
        " fox",
        "sing",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "'ll",
        "'s",
        "'",
        "1234",
        "12",
        "!",
        "...",
        "é",
        "啦",
        "🎵",
        "\u0301",
        "\u00a0",
        "<|endoftext|>",
        "<|end",
        "|>",
        "<",
        "<|pad|>",
        " the",
        "The",
        "THE",
        "/",
        "_"
    };

    private SmallTokenizer() {}

    /// A tokenizer of 400 ids with two special tokens.
    static Tokenizer of(SplitPattern pattern) {
        TrainerOptions options = TrainerOptions.of(400)
                .withSpecialTokens(List.of("<|endoftext|>", "<|pad|>"))
                .withSplitPattern(pattern);
        return new BpeTrainer(options)
                .train(CORPUS.repeat(3).getBytes(StandardCharsets.UTF_8), ProgressListener.NONE)
                .tokenizer();
    }

    /// A text of random words, special tokens and parts of them, now and then with damaged bytes.
    static byte[] randomText(Random random, int words) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < words; i++) {
            if (random.nextInt(30) == 0) {
                text.write(random.nextInt(256));
            } else {
                text.writeBytes(WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8));
            }
        }
        return text.toByteArray();
    }
}
