package inkling.tokenizer.split;

/// A rule that cuts text into the pieces inside which merges may happen.
///
/// The published rules have hand-written scanners; [Custom] runs any other regular expression, slowly.
public sealed interface SplitPattern {
    /// The rule as a regular expression; the pieces are its matches, and text between matches is a piece too.
    String regex();

    /// A new scanner for the rule.
    PieceScanner scanner();

    /// Whether a text may be cut before white space that follows a letter or digit without changing its pieces.
    boolean cutsSafely();

    /// The rules of published vocabularies. Letters, numbers, marks and white space are those of Unicode 16.
    enum Known implements SplitPattern {
        /// GPT-2, r50k and p50k, and the CS336 course.
        GPT2("'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
        /// GPT-3.5 and GPT-4.
        CL100K("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
                + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
        /// GPT-4o and later.
        O200K(
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
                        + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
                        + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
        /// Llama 3: the same pieces as [#CL100K].
        LLAMA3(CL100K.regex),
        /// Qwen 2: as [#CL100K], with every digit a piece of its own.
        QWEN2(CL100K.regex.replace("\\p{N}{1,3}", "\\p{N}"));

        private final String regex;

        Known(String regex) {
            this.regex = regex;
        }

        @Override
        public String regex() {
            return regex;
        }

        @Override
        public PieceScanner scanner() {
            return scanner(VectorSupport.AVAILABLE);
        }

        /// A scanner with or without vectors.
        PieceScanner scanner(boolean vectors) {
            return switch (this) {
                case GPT2 -> new Gpt2BlockScanner(vectors);
                case CL100K, LLAMA3 -> new Cl100kBlockScanner(3, vectors);
                case O200K -> new O200kBlockScanner(vectors);
                case QWEN2 -> new Cl100kBlockScanner(1, vectors);
            };
        }

        @Override
        public boolean cutsSafely() {
            return true;
        }
    }

    /// Any regular expression in the JDK's syntax, with `\s` and the classes `\p{…}` in their Unicode meaning.
    record Custom(String regex) implements SplitPattern {
        /// Checks the expression.
        ///
        /// @throws IllegalArgumentException if it is not a regular expression
        public Custom {
            RegexScanner.compile(regex);
        }

        @Override
        public PieceScanner scanner() {
            return new RegexScanner(regex);
        }

        @Override
        public boolean cutsSafely() {
            return false;
        }
    }

    /// The known rule with this regular expression, or a [Custom] one.
    ///
    /// @throws IllegalArgumentException if it is not a regular expression
    static SplitPattern of(String regex) {
        for (Known known : Known.values()) {
            if (known.regex().equals(regex)) {
                return known;
            }
        }
        return new Custom(regex);
    }
}
