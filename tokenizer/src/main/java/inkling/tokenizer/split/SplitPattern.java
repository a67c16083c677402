package inkling.tokenizer.split;

import java.util.List;

/// A rule that cuts text into the pieces inside which merges may happen.
///
/// The published rules have hand-written scanners; [Custom] runs any other regular expression, slowly.
public sealed interface SplitPattern {
    /// The rule as a regular expression; the pieces are its matches, and text between matches is a piece too.
    String regex();

    /// A new walk over the pieces of texts.
    PieceWalk walk();

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

        /// Other expressions for the same pieces, as published files have them.
        List<String> spellings() {
            return switch (this) {
                case GPT2 ->
                    List.of(
                            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                            "'(?:[sdmt]|ll|ve|re)| ?\\p{L}++| ?\\p{N}++| ?[^\\s\\p{L}\\p{N}]++|\\s++$|\\s+(?!\\S)|\\s");
                case CL100K ->
                    List.of("'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}"
                            + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");
                case O200K, LLAMA3, QWEN2 -> List.of();
            };
        }

        @Override
        public PieceWalk walk() {
            return new ScannerWalk(scanner(VectorSupport.AVAILABLE));
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
            RegexWalk.compile(regex);
        }

        @Override
        public PieceWalk walk() {
            return new RegexWalk(regex);
        }

        @Override
        public boolean cutsSafely() {
            return false;
        }
    }

    /// Runs of numbers (`\p{N}`), up to so many characters at a time; all else between them is a piece too.
    record Numbers(int most) implements SplitPattern {
        /// Checks the number.
        public Numbers {
            if (most < 1) {
                throw new IllegalArgumentException("expected at least one number at a time, found " + most);
            }
        }

        @Override
        public String regex() {
            return "\\p{N}" + (most == 1 ? "" : most == Integer.MAX_VALUE ? "+" : "{1," + most + "}");
        }

        @Override
        public PieceWalk walk() {
            return new ScannerWalk(new NumberScanner(most));
        }

        @Override
        public boolean cutsSafely() {
            return true;
        }
    }

    /// Rules one after the other: each splits the pieces of the one before as if they were texts of their own.
    record Chain(SplitPattern first, SplitPattern second) implements SplitPattern {
        /// Both expressions, for people.
        @Override
        public String regex() {
            return first.regex() + "  then  " + second.regex();
        }

        @Override
        public PieceWalk walk() {
            return new ChainWalk(first.walk(), second.walk());
        }

        @Override
        public boolean cutsSafely() {
            return first.cutsSafely() && second.cutsSafely();
        }
    }

    /// The known rule with this regular expression, in one of its usual spellings, or a [Custom] one.
    ///
    /// @throws IllegalArgumentException if it is not a regular expression
    static SplitPattern of(String regex) {
        for (Known known : Known.values()) {
            if (known.regex().equals(regex) || known.spellings().contains(regex)) {
                return known;
            }
        }
        for (int most : new int[] {1, 3, Integer.MAX_VALUE}) {
            if (new Numbers(most).regex().equals(regex)) {
                return new Numbers(most);
            }
        }
        return new Custom(regex);
    }
}
