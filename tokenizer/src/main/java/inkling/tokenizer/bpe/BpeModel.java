package inkling.tokenizer.bpe;

import inkling.tokenizer.normal.Normalization;
import inkling.tokenizer.split.SplitPattern;
import inkling.tokenizer.utf8.Utf8;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Everything a byte-level BPE tokenizer consists of; never changes.
///
/// Of a rank file's model the table of merges is made when it is first needed: it takes longer than all else,
/// and [BytesMerge] does without until it pays.
public final class BpeModel {
    private final Vocabulary vocabulary;
    private final AtomicReference<@Nullable MergeTable> merges;
    private final int[] byteIds;
    /// The complements of ranks; 0 is one not yet looked up. Threads may look up the same, and write the same.
    private final int[] bytePairRanks = new int[1 << 16];
    private final List<SpecialToken> specials;
    private final SplitPattern pattern;
    private final boolean wholePiecesFirst;
    private final Normalization normalization;

    /// Puts a model together.
    ///
    /// @param wholePiecesFirst whether a piece that is a token as a whole gets that token's id even if no
    ///     sequence of merges leads to it, as
    ///     tiktoken does and Hugging Face does with `ignore_merges`
    /// @param normalization what happens to text before it is split
    /// @throws IllegalArgumentException if one of the 256 bytes has no token
    public BpeModel(
            Vocabulary vocabulary,
            MergeTable merges,
            List<SpecialToken> specials,
            SplitPattern pattern,
            boolean wholePiecesFirst,
            Normalization normalization) {
        this(new AtomicReference<>(merges), vocabulary, specials, pattern, wholePiecesFirst, normalization);
    }

    /// A model by ranks: two neighbours merge if their bytes together are a token, the one of the lowest id first.
    ///
    /// @throws IllegalArgumentException if one of the 256 bytes has no token
    public static BpeModel ofRanks(Vocabulary vocabulary, List<SpecialToken> specials, SplitPattern pattern) {
        return new BpeModel(new AtomicReference<>(), vocabulary, specials, pattern, true, Normalization.NONE);
    }

    private BpeModel(
            AtomicReference<@Nullable MergeTable> merges,
            Vocabulary vocabulary,
            List<SpecialToken> specials,
            SplitPattern pattern,
            boolean wholePiecesFirst,
            Normalization normalization) {
        this.normalization = normalization;
        this.vocabulary = vocabulary;
        this.merges = merges;
        this.specials = List.copyOf(specials);
        this.pattern = pattern;
        this.wholePiecesFirst = wholePiecesFirst;
        this.byteIds = new int[256];
        byte[] single = new byte[1];
        for (int b = 0; b < 256; b++) {
            single[0] = (byte) b;
            byteIds[b] = vocabulary.find(single, 0, 1);
            if (byteIds[b] < 0) {
                throw new IllegalArgumentException("the byte 0x%02X has no token".formatted(b));
            }
        }
    }

    /// The rank at which two single bytes merge: a table of its own, because every piece begins with these
    /// look-ups.
    int bytePairRank(MergeTable table, byte left, byte right) {
        int pair = (left & 0xFF) << 8 | right & 0xFF;
        int known = bytePairRanks[pair];
        if (known == 0) {
            known = ~table.rank(byteId(left), byteId(right));
            bytePairRanks[pair] = known;
        }
        return ~known;
    }

    /// This model with more special tokens. One whose bytes are an ordinary token takes over its id, a new one
    /// gets the next free id.
    public BpeModel withSpecials(List<String> texts) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        Map<String, SpecialToken.Traits> traits = new LinkedHashMap<>();
        specials.forEach(special -> ids.put(special.text(), special.id()));
        specials.forEach(special -> traits.put(special.text(), special.traits()));
        int next = vocabulary.size();
        for (String text : texts) {
            byte[] bytes = Utf8.bytes(text);
            int known = vocabulary.find(bytes, 0, bytes.length);
            if (!ids.containsKey(text)) {
                ids.put(text, known >= 0 ? known : next++);
            }
        }
        TokenList tokens = new TokenList();
        for (int id = 0; id < vocabulary.size(); id++) {
            if (vocabulary.contains(id) && !ids.containsValue(id)) {
                tokens.put(id, vocabulary.bytes(id), false);
            }
        }
        List<SpecialToken> all = new ArrayList<>();
        ids.forEach((text, id) -> {
            tokens.put(id, Utf8.bytes(text), true);
            all.add(new SpecialToken(text, id, traits.getOrDefault(text, SpecialToken.Traits.SPECIAL)));
        });
        return new BpeModel(new Vocabulary(tokens), merges(), all, pattern, wholePiecesFirst, normalization);
    }

    /// The tokens.
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /// The merges; those of a rank file's model are made by the first who asks.
    public MergeTable merges() {
        MergeTable table = merges.get();
        return table == null ? make() : table;
    }

    private synchronized MergeTable make() {
        MergeTable table = merges.get();
        if (table == null) {
            table = RankMerges.of(vocabulary);
            merges.set(table);
        }
        return table;
    }

    /// Whether the table of merges is there.
    boolean hasMerges() {
        return merges.get() != null;
    }

    /// The special tokens.
    public List<SpecialToken> specials() {
        return specials;
    }

    /// The rule that splits text into pieces.
    public SplitPattern pattern() {
        return pattern;
    }

    /// Whether a piece that is a token as a whole is never merged.
    public boolean wholePiecesFirst() {
        return wholePiecesFirst;
    }

    /// What happens to text before it is split.
    public Normalization normalization() {
        return normalization;
    }

    /// The id of a single byte.
    int byteId(byte b) {
        return byteIds[b & 0xFF];
    }
}
