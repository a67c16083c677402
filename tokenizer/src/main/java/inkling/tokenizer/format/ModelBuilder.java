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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts a model together from tokens and merges as the files list them, checking every statement.
///
/// Errors name the source that was being read; a place inside it is part of the message.
final class ModelBuilder {
    private final String source;
    private final List<SpecialToken> specials = new ArrayList<>();
    private final Set<String> specialTexts = new HashSet<>();
    private final Set<Integer> specialIds = new HashSet<>();
    private final TokenList tokens = new TokenList();

    /// The listed tokens that no vocabulary finds by their bytes: those in other letters, and those that are special.
    private final Map<String, Integer> hidden = new HashMap<>();

    /// The tokens so far, made when it is first needed.
    private @Nullable Vocabulary vocabulary;

    private byte[] pair = new byte[1 << 8];
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
        if (bytes == null && hidden.put(letters, id) != null) {
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
        if (tokens.contains(id) && letters(id).equals(text)) {
            tokens.remove(id);
            hidden.put(text, id);
        }
        place(id, Utf8.bytes(text), true);
        specials.add(new SpecialToken(text, id, traits));
    }

    /// Adds the next merge by the letters of its two parts.
    void merge(String left, String right) throws IOException {
        merge(left + right, left.length(), left.length());
    }

    /// As [#merge(String, String)], with both parts in one text: one ends at `end`, the other starts at `start`.
    void merge(String text, int end, int start) throws IOException {
        if (end == 0 || start == text.length()) {
            throw error("merge " + (mergeCount + 1) + " has an empty token");
        }
        Vocabulary known = vocabulary();
        if (pair.length < text.length()) {
            pair = new byte[2 * text.length()];
        }
        int middle = ByteAlphabet.bytes(text, 0, end, pair, 0);
        int length = middle < 0 ? -1 : ByteAlphabet.bytes(text, start, text.length(), pair, middle);
        int left = length < 0 ? -1 : known.find(pair, 0, middle);
        int right = length < 0 ? -1 : known.find(pair, middle, length);
        int result = length < 0 ? -1 : known.find(pair, 0, length);
        if (3 * mergeCount == merges.length) {
            merges = Arrays.copyOf(merges, 2 * merges.length);
        }
        merges[3 * mergeCount] = left >= 0 ? left : idOf(text.substring(0, end), text, end, start);
        merges[3 * mergeCount + 1] = right >= 0 ? right : idOf(text.substring(start), text, end, start);
        String both = result >= 0 ? "" : text.substring(0, end) + text.substring(start);
        merges[3 * mergeCount + 2] = result >= 0 ? result : idOf(both, text, end, start);
        mergeCount++;
    }

    /// The listed tokens that are neither a single byte nor made by a merge, with their ids.
    Map<String, Integer> tokensOutsideMerges() {
        boolean[] made = new boolean[tokens.size()];
        for (int i = 0; i < mergeCount; i++) {
            made[merges[3 * i + 2]] = true;
        }
        Map<String, Integer> outside = new LinkedHashMap<>();
        for (int id = 0; id < tokens.size(); id++) {
            if (!made[id] && tokens.contains(id) && letters(id).length() > 1) {
                outside.put(letters(id), id);
            }
        }
        return outside;
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
            return new BpeModel(vocabulary(), table, specials, pattern, wholePiecesFirst, normalization);
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    private void place(int id, byte[] bytes, boolean isSpecial) throws IOException {
        vocabulary = null;
        try {
            tokens.put(id, bytes, isSpecial);
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    private Vocabulary vocabulary() throws IOException {
        Vocabulary known = vocabulary;
        if (known == null) {
            try {
                known = new Vocabulary(tokens);
            } catch (IllegalArgumentException e) {
                throw error(String.valueOf(e.getMessage()));
            }
            vocabulary = known;
        }
        return known;
    }

    /// A listed token as it was listed.
    private String letters(int id) {
        byte[] bytes = tokens.bytes(id);
        return tokens.isSpecial(id) ? Utf8.text(bytes, 0, bytes.length) : ByteAlphabet.letters(bytes);
    }

    private int idOf(String token, String merge, int end, int start) throws IOException {
        byte[] bytes = ByteAlphabet.bytes(token);
        int found = bytes == null ? -1 : vocabulary().find(bytes, 0, bytes.length);
        Integer id = found >= 0 ? Integer.valueOf(found) : hidden.get(token);
        if (id == null) {
            throw error("merge " + (mergeCount + 1) + " (\"" + merge.substring(0, end) + "\" with \""
                    + merge.substring(start) + "\") needs the token \"" + token + "\", which is not in the vocabulary");
        }
        return id;
    }

    private IOException error(String message) {
        return new IOException(source + ": " + OneLine.of(message));
    }
}
