package inkling.tokenizer.format;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.MergeTable;
import inkling.tokenizer.bpe.SpecialToken;
import inkling.tokenizer.bpe.TokenList;
import inkling.tokenizer.bpe.Vocabulary;
import inkling.tokenizer.json.JsonPlace;
import inkling.tokenizer.json.JsonValue;
import inkling.tokenizer.json.JsonValue.JsonInteger;
import inkling.tokenizer.json.OneLine;
import inkling.tokenizer.normal.Normalization;
import inkling.tokenizer.split.SplitPattern;
import inkling.tokenizer.utf8.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Puts a model together from tokens and merges as the files list them, checking every statement.
///
/// Errors name the source that was being read; a place inside it is part of the message.
final class ModelBuilder {
    private final String source;
    private final Map<String, Integer> idOfToken = new HashMap<>();
    private final List<SpecialToken> specials = new ArrayList<>();
    private final Set<String> specialTexts = new HashSet<>();
    private final Set<Integer> specialIds = new HashSet<>();
    private final TokenList tokens = new TokenList();
    private int[] merges = new int[3 * 1024];
    private int mergeCount;

    ModelBuilder(String source) {
        this.source = source;
    }

    /// Adds all tokens of an object that maps their printable letters to ids.
    void tokens(JsonPlace vocabulary) throws IOException {
        for (Map.Entry<String, JsonValue> member : vocabulary.object().members().entrySet()) {
            if (member.getValue() instanceof JsonInteger(long id) && id >= 0 && id < Vocabulary.MAX_SIZE) {
                token(member.getKey(), (int) id);
            } else {
                vocabulary.member(member.getKey()).integer(0, Vocabulary.MAX_SIZE - 1); // fails, naming the place
            }
        }
    }

    /// Adds a token in printable letters; one with other characters stands for itself and is never made by
    /// merges.
    void token(String letters, int id) throws IOException {
        byte[] bytes = ByteAlphabet.bytes(letters);
        place(id, bytes == null ? Utf8.bytes(letters) : bytes, bytes == null);
        if (idOfToken.put(letters, id) != null) {
            throw error("the token \"" + letters + "\" is listed twice");
        }
    }

    /// Adds a special token, which may already be listed among the others with the same id.
    void special(String text, int id) throws IOException {
        special(text, id, SpecialToken.Traits.SPECIAL);
    }

    /// As [#special(String, int)], with how the token is found.
    void special(String text, int id, SpecialToken.Traits traits) throws IOException {
        if (text.isEmpty()) {
            throw error("the special token of id " + id + " has an empty text");
        }
        if (!specialTexts.add(text) || !specialIds.add(id)) {
            throw error("two special tokens have the text \"" + text + "\" or the id " + id);
        }
        Integer listed = idOfToken.get(text);
        if (listed != null && listed == id) {
            tokens.remove(id);
        }
        place(id, Utf8.bytes(text), true);
        specials.add(new SpecialToken(text, id, traits));
    }

    /// Adds the next merge by the letters of its two parts.
    void merge(String left, String right) throws IOException {
        if (left.isEmpty() || right.isEmpty()) {
            throw error("merge " + (mergeCount + 1) + " has an empty token");
        }
        int leftId = idOf(left, left, right);
        int rightId = idOf(right, left, right);
        int result = idOf(left + right, left, right);
        if (3 * mergeCount == merges.length) {
            merges = Arrays.copyOf(merges, 2 * merges.length);
        }
        merges[3 * mergeCount] = leftId;
        merges[3 * mergeCount + 1] = rightId;
        merges[3 * mergeCount + 2] = result;
        mergeCount++;
    }

    /// The listed tokens that are neither a single byte nor made by a merge.
    List<String> tokensOutsideMerges() {
        boolean[] made = new boolean[tokens.size()];
        for (int i = 0; i < mergeCount; i++) {
            made[merges[3 * i + 2]] = true;
        }
        List<String> outside = new ArrayList<>();
        idOfToken.forEach((token, id) -> {
            if (!made[id] && token.length() > 1) {
                outside.add(token);
            }
        });
        return outside;
    }

    /// The id of a listed token.
    int idOf(String token) throws IOException {
        return idOf(token, token, "");
    }

    /// The finished model.
    BpeModel build(SplitPattern pattern, boolean wholePiecesFirst, Normalization normalization) throws IOException {
        int[] results = new int[mergeCount];
        try {
            MergeTable table = new MergeTable(mergeCount, results);
            for (int rank = 0; rank < mergeCount; rank++) {
                results[rank] = merges[3 * rank + 2];
                table.add(merges[3 * rank], merges[3 * rank + 1], rank);
            }
            Vocabulary vocabulary = new Vocabulary(tokens);
            return new BpeModel(vocabulary, table, specials, pattern, wholePiecesFirst, normalization);
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    private void place(int id, byte[] bytes, boolean isSpecial) throws IOException {
        try {
            tokens.put(id, bytes, isSpecial);
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    private int idOf(String token, String left, String right) throws IOException {
        Integer id = idOfToken.get(token);
        if (id == null) {
            throw error("merge " + (mergeCount + 1) + " (\"" + left + "\" with \"" + right + "\") needs the token \""
                    + token + "\", which is not in the vocabulary");
        }
        return id;
    }

    private IOException error(String message) {
        return new IOException(source + ": " + OneLine.of(message));
    }
}
