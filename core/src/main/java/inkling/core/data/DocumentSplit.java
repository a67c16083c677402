package inkling.core.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.LongConsumer;

/// Divides a token file into a training and a validation file that share no document.
///
/// Every `n`-th document goes to validation, so that both sets are alike however the file is sorted. Where there are
/// fewer documents than that, as in one long text, the last `n`-th of the tokens does.
public final class DocumentSplit {
    private static final int BUFFER = 1 << 14;
    /// Tokens that may follow the last separator of a file without being a document.
    private static final int LINE_END = 1;

    private DocumentSplit() {}

    /// What became of the tokens.
    ///
    /// @param documents how many documents there were; the text behind the last separator counts as one
    /// @param trainingTokens tokens of the training file
    /// @param validationTokens tokens of the validation file
    public record Result(long documents, long trainingTokens, long validationTokens) {}

    /// Writes both files; either both appear or none.
    ///
    /// @param separator the token that ends a document, where the tokenizer has one
    /// @param every one document of so many goes to validation; at least 2
    /// @param progress hears how many tokens are done
    /// @throws IOException if there are too few tokens for two sets, or a file cannot be written
    public static Result split(
            Source source, OptionalInt separator, int every, Path training, Path validation, LongConsumer progress)
            throws IOException {
        TokenFile tokens = source.tokens();
        if (every < 2) {
            throw new IllegalArgumentException("split: every " + every + ". document, expected at least 2");
        }
        if (tokens.length() < 2L * every) {
            throw new IOException(tokens.path() + ": it has " + tokens.length() + " tokens, expected at least "
                    + 2 * every + " to keep some for validation");
        }
        long documents = documents(tokens, separator);
        long cut = documents < every ? tokens.length() - tokens.length() / every : Long.MAX_VALUE;
        try (TokenFileWriter train = TokenFileWriter.create(training, source.vocabularySize());
                TokenFileWriter valid = TokenFileWriter.create(validation, source.vocabularySize())) {
            int[] buffer = new int[BUFFER];
            int filled = 0;
            long document = 1;
            for (long i = 0; i < tokens.length(); i++) {
                int id = tokens.get(i);
                buffer[filled++] = id;
                boolean ends = separator.isPresent() && id == separator.getAsInt();
                if (ends || filled == BUFFER || i + 1 == tokens.length() || i + 1 == cut) {
                    boolean held = cut == Long.MAX_VALUE ? document % every == 0 : i >= cut;
                    (held ? valid : train).append(buffer, 0, filled);
                    filled = 0;
                    progress.accept(i + 1);
                }
                document += ends ? 1 : 0;
            }
            train.commit();
            valid.commit();
            return new Result(documents, train.count(), valid.count());
        }
    }

    /// Tokens to be divided.
    ///
    /// @param tokens the file
    /// @param vocabularySize the size of its vocabulary
    public record Source(TokenFile tokens, int vocabularySize) {}

    private static long documents(TokenFile tokens, OptionalInt separator) {
        if (separator.isEmpty()) {
            return 1;
        }
        long count = 0;
        long end = 0;
        for (long i = 0; i < tokens.length(); i++) {
            if (tokens.get(i) == separator.getAsInt()) {
                count++;
                end = i + 1;
            }
        }
        return tokens.length() - end > LINE_END ? count + 1 : count;
    }
}
