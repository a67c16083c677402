package inkling.app.look;

import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonObject;
import java.util.List;

/// One tokenizer on one corpus: how well and how fast it encodes.
///
/// @param tokenizer its path
/// @param vocabularySize its highest id plus one
/// @param corpus the file
/// @param bytes bytes of text measured
/// @param tokens tokens they make
/// @param bytesPerSecond speed of encoding
/// @param threads on how many threads
record Experiment(
        String tokenizer,
        int vocabularySize,
        String corpus,
        long bytes,
        long tokens,
        double bytesPerSecond,
        int threads) {
    /// The size of The Pile, the text that courses reckon with.
    static final double PILE_BYTES = 825e9;

    /// Names of the figures, in the order of [#csv].
    static final String CSV_HEADING = "tokenizer,vocabulary_size,corpus,bytes,tokens,bytes_per_token,tokens_per_second,"
            + "bytes_per_second,threads,pile_seconds\n";

    /// Bytes per token.
    double bytesPerToken() {
        return (double) bytes / Math.max(1, tokens);
    }

    /// Tokens made in a second.
    double tokensPerSecond() {
        return bytesPerSecond / bytesPerToken();
    }

    /// Seconds for 825 GB at this speed.
    double pileSeconds() {
        return PILE_BYTES / bytesPerSecond;
    }

    /// The figures as JSON.
    JsonObject json() {
        return JsonValue.object()
                .with("tokenizer", tokenizer)
                .with("vocabulary_size", vocabularySize)
                .with("corpus", corpus)
                .with("bytes", bytes)
                .with("tokens", tokens)
                .with("bytes_per_token", bytesPerToken())
                .with("tokens_per_second", tokensPerSecond())
                .with("bytes_per_second", bytesPerSecond)
                .with("threads", threads)
                .with("pile_seconds", pileSeconds());
    }

    /// The figures as a line of comma-separated values.
    String csv() {
        return String.join(
                        ",",
                        List.of(
                                quoted(tokenizer),
                                Integer.toString(vocabularySize),
                                quoted(corpus),
                                Long.toString(bytes),
                                Long.toString(tokens),
                                Double.toString(bytesPerToken()),
                                Double.toString(tokensPerSecond()),
                                Double.toString(bytesPerSecond),
                                Integer.toString(threads),
                                Double.toString(pileSeconds())))
                + "\n";
    }

    private static String quoted(String text) {
        return text.matches("[^\",\\r\\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
