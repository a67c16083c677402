package inkling.tokenizer.format;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.SpecialToken;
import inkling.tokenizer.bpe.TokenList;
import inkling.tokenizer.bpe.Vocabulary;
import inkling.tokenizer.file.ReplacedFile;
import inkling.tokenizer.split.SplitPattern;
import inkling.tokenizer.utf8.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// OpenAI's rank files: one `base64 rank` a line, no merges, no special tokens, no split rule.
///
/// Two neighbours merge if their bytes together are a token, that of the lowest rank first. So the merges are
/// all ways to cut a token into two tokens.
public final class TiktokenFormat {
    /// Every cut of every token is looked up, in time proportional to its length.
    private static final long MAX_SQUARES = 1L << 31;

    private TiktokenFormat() {}

    /// What a rank file does not say about a published vocabulary.
    ///
    /// @param pattern its split rule
    /// @param specials its special tokens
    public record Published(SplitPattern pattern, List<SpecialToken> specials) {
        /// The published vocabulary that a file name begins with.
        public static Optional<Published> of(String fileName) {
            SpecialToken end = new SpecialToken("<|endoftext|>", 50256);
            if (fileName.startsWith("r50k_base") || fileName.startsWith("p50k_base") || fileName.startsWith("gpt2")) {
                return Optional.of(new Published(SplitPattern.Known.GPT2, List.of(end)));
            }
            if (fileName.startsWith("p50k_edit")) {
                return Optional.of(new Published(SplitPattern.Known.GPT2, withFillIn(end, 50281)));
            }
            if (fileName.startsWith("cl100k_base")) {
                List<SpecialToken> specials = withFillIn(new SpecialToken("<|endoftext|>", 100257), 100258);
                specials.add(new SpecialToken("<|endofprompt|>", 100276));
                return Optional.of(new Published(SplitPattern.Known.CL100K, specials));
            }
            if (fileName.startsWith("o200k_base")) {
                List<SpecialToken> specials =
                        List.of(new SpecialToken("<|endoftext|>", 199999), new SpecialToken("<|endofprompt|>", 200018));
                return Optional.of(new Published(SplitPattern.Known.O200K, specials));
            }
            return fileName.startsWith("o200k_harmony")
                    ? Optional.of(new Published(SplitPattern.Known.O200K, ofHarmony()))
                    : Optional.empty();
        }

        private static List<SpecialToken> ofHarmony() {
            Map<Integer, String> names = new TreeMap<>();
            for (int id = 200_000; id < 201_088; id++) {
                names.put(id, "reserved_" + id);
            }
            names.putAll(Map.of(199_998, "startoftext", 199_999, "endoftext", 200_002, "return", 200_003, "constrain"));
            names.putAll(Map.of(200_005, "channel", 200_006, "start", 200_007, "end", 200_008, "message"));
            names.putAll(Map.of(200_012, "call", 200_018, "endofprompt"));
            List<SpecialToken> specials = new ArrayList<>();
            names.forEach((id, name) -> specials.add(new SpecialToken("<|" + name + "|>", id)));
            return specials;
        }

        private static List<SpecialToken> withFillIn(SpecialToken end, int firstId) {
            List<SpecialToken> specials = new ArrayList<>(List.of(end));
            for (String part : List.of("prefix", "middle", "suffix")) {
                specials.add(new SpecialToken("<|fim_" + part + "|>", firstId + specials.size() - 1));
            }
            return specials;
        }
    }

    /// Reads a rank file; `source` names it in errors.
    public static BpeModel read(String source, InputStream input, Published published) throws IOException {
        TokenList tokens = new TokenList();
        try {
            readRanks(source, input, tokens);
            for (SpecialToken special : published.specials()) {
                tokens.put(special.id(), Utf8.bytes(special.text()), true);
            }
            return BpeModel.ofRanks(new Vocabulary(tokens), published.specials(), published.pattern());
        } catch (IllegalArgumentException e) {
            throw new IOException(source + ": " + e.getMessage(), e);
        }
    }

    private static void readRanks(String source, InputStream input, TokenList tokens) throws IOException {
        LineReader lines = new LineReader(source, input, StandardCharsets.ISO_8859_1);
        RankLine line = new RankLine();
        long squares = 0;
        while (lines.advance()) {
            if (lines.length() == 0) {
                continue;
            }
            if (!line.read(lines.bytes(), lines.start(), lines.start() + lines.length())) {
                throw lines.error("expected a token in base64, a space and a rank");
            }
            squares += (long) line.length() * line.length();
            if (squares > MAX_SQUARES) {
                throw lines.error("expected tokens of a few dozen bytes, found many of more than a thousand");
            }
            tokens.put(line.rank(), line.token(), line.length(), false);
        }
    }

    /// Writes the ordinary tokens with their ids as ranks.
    ///
    /// @throws IllegalArgumentException if an earlier merge makes a higher id, so that ids cannot serve as ranks
    public static void write(BpeModel model, Path file) throws IOException {
        int last = -1;
        for (long pair : model.merges().pairsByRank()) {
            int id = model.merges()
                    .result(model.merges().rank((int) (pair >>> 20), (int) pair & Vocabulary.MAX_SIZE - 1));
            if (id < last) {
                throw new IllegalArgumentException(
                        file + ": a rank file needs ids in the order of merges; write tokenizer.json instead");
            }
            last = id;
        }
        List<Integer> specials = model.specials().stream().map(SpecialToken::id).toList();
        try (ReplacedFile target = ReplacedFile.create(file)) {
            Writer writer = target.writer(StandardCharsets.US_ASCII);
            for (int id = 0; id < model.vocabulary().size(); id++) {
                if (model.vocabulary().contains(id) && !specials.contains(id)) {
                    byte[] bytes = model.vocabulary().bytes(id);
                    writer.append(Base64.getEncoder().encodeToString(bytes) + " " + id + "\n");
                }
            }
            writer.flush();
            target.commit();
        }
    }
}
