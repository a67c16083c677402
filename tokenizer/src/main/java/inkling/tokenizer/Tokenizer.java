package inkling.tokenizer;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.SpecialToken;
import inkling.tokenizer.bpe.TokenBuffer;
import inkling.tokenizer.format.TokenizerFiles;
import inkling.tokenizer.split.SplitPattern;
import inkling.tokenizer.utf8.Utf8;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// A byte-level BPE tokenizer: text to ids and back. Never changes and may be shared by any number of threads.
///
/// ```
/// Tokenizer tokenizer = Tokenizer.load(Path.of("tokenizer.json"));
/// int[] ids = tokenizer.encode("Once upon a time");
/// String text = tokenizer.decode(ids);
/// ```
///
/// Works on UTF-8 bytes; text that is not UTF-8 is encoded and decoded like any other and its bytes survive,
/// unless the tokenizer's own file asks for a normal form or for tokens that swallow white space.
/// Every range of bytes is `from` (included) to `to` (excluded).
public final class Tokenizer {
    private final BpeModel model;
    private final AddedTokens added;
    private final EncoderPool pool;
    private final Map<String, Integer> specialIds = new LinkedHashMap<>();

    Tokenizer(BpeModel model) {
        this.model = model;
        this.added = new AddedTokens(model);
        this.pool = new EncoderPool(model, added);
        for (SpecialToken special : model.specials()) {
            specialIds.put(special.text(), special.id());
        }
    }

    /// Reads a tokenizer: a `tokenizer.json` of the byte-level BPE family, a `.tiktoken` rank file (either may
    /// end in `.gz`), or a folder that has `tokenizer.json` or else `vocab.json` and `merges.txt`.
    ///
    /// @throws IOException in one sentence that names the file, the place and what was expected
    public static Tokenizer load(Path path) throws IOException {
        return new Tokenizer(TokenizerFiles.read(path, Optional.empty()));
    }

    /// As [#load(Path)], with the split rule for files that do not tell it: rank files, and `vocab.json` with
    /// `merges.txt`.
    public static Tokenizer load(Path path, SplitPattern pattern) throws IOException {
        return new Tokenizer(TokenizerFiles.read(path, Optional.of(pattern)));
    }

    /// Writes the tokenizer: to a `.json` file, to a `.tiktoken` file, or else to a folder as
    /// `tokenizer.json`, `vocab.json` and `merges.txt`.
    public void save(Path path) throws IOException {
        TokenizerFiles.write(model, path);
    }

    /// This tokenizer with more special tokens; each keeps its id if the vocabulary has it, else it gets the
    /// next free one.
    public Tokenizer withSpecialTokens(List<String> texts) {
        return new Tokenizer(model.withSpecials(texts));
    }

    /// The highest id plus one: the size of a table that is indexed by id.
    public int vocabularySize() {
        return model.vocabulary().size();
    }

    /// How text is split before anything is merged.
    public SplitPattern splitPattern() {
        return model.pattern();
    }

    /// The special tokens with their ids.
    public Map<String, Integer> specialTokens() {
        return Collections.unmodifiableMap(specialIds);
    }

    /// The id of a special token, or empty if there is none of that text.
    public OptionalInt specialId(String text) {
        Integer id = specialIds.get(text);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /// The ids of a text, which must not have special tokens in it.
    public int[] encode(String text) {
        return encode(text, SpecialPolicy.REFUSE);
    }

    /// The ids of a text. A lone surrogate counts as U+FFFD.
    public int[] encode(String text, SpecialPolicy policy) {
        return encode(Utf8.bytes(text), policy);
    }

    /// The first ids of a text, `maxTokens` at most.
    public int[] encode(String text, SpecialPolicy policy, int maxTokens) {
        if (maxTokens < 0) {
            throw new IllegalArgumentException("encode: expected no negative number of tokens, found " + maxTokens);
        }
        byte[] utf8 = Utf8.bytes(text);
        int[] ids = new int[Math.min(maxTokens, utf8.length)];
        return Arrays.copyOf(ids, encodeInto(ids, utf8, 0, utf8.length, policy));
    }

    /// The ids of a text in UTF-8.
    public int[] encode(byte[] utf8, SpecialPolicy policy) {
        return encode(utf8, 0, utf8.length, policy);
    }

    /// The ids of a range of a text in UTF-8.
    public int[] encode(byte[] utf8, int from, int to, SpecialPolicy policy) {
        Objects.checkFromToIndex(from, to, utf8.length);
        SpecialAwareEncoder encoder = pool.take();
        try {
            TokenBuffer buffer = encoder.emptyBuffer();
            encoder.encode(utf8, from, to, policy, buffer, Integer.MAX_VALUE);
            return buffer.toArray();
        } finally {
            pool.giveBack(encoder);
        }
    }

    /// The first ids of a range of a text in UTF-8, as many as fit into `ids`; returns how many were written.
    public int encodeInto(int[] ids, byte[] utf8, int from, int to, SpecialPolicy policy) {
        Objects.checkFromToIndex(from, to, utf8.length);
        SpecialAwareEncoder encoder = pool.take();
        try {
            TokenBuffer buffer = encoder.emptyBuffer();
            encoder.encode(utf8, from, to, policy, buffer, ids.length);
            int count = Math.min(buffer.size(), ids.length);
            System.arraycopy(buffer.ids(), 0, ids, 0, count);
            return count;
        } finally {
            pool.giveBack(encoder);
        }
    }

    /// The ids of a text together with where each token's bytes start.
    public TokenSpans encodeSpans(byte[] utf8, SpecialPolicy policy) {
        SpecialAwareEncoder encoder = pool.take();
        try {
            return encoder.spans(utf8, policy);
        } finally {
            pool.giveBack(encoder);
        }
    }

    /// The number of ids of a text, without making them.
    public int count(String text, SpecialPolicy policy) {
        byte[] utf8 = Utf8.bytes(text);
        return Math.toIntExact(count(utf8, 0, utf8.length, policy));
    }

    /// The number of ids of a range of a text in UTF-8, without making them.
    public long count(byte[] utf8, int from, int to, SpecialPolicy policy) {
        Objects.checkFromToIndex(from, to, utf8.length);
        SpecialAwareEncoder encoder = pool.take();
        try {
            return encoder.count(utf8, from, to, policy);
        } finally {
            pool.giveBack(encoder);
        }
    }

    /// An encoder for a text that arrives in parts; the ids do not depend on how it is cut.
    public StreamEncoder streamEncoder(SpecialPolicy policy) {
        return new StreamEncoder(this, policy);
    }

    /// Encodes files, one after the other as one sequence of ids, into a `.npy` file: uint16 if every id fits,
    /// else uint32.
    ///
    /// Special tokens are allowed. Nothing depends on the number of threads; memory does not grow with the files.
    ///
    /// @param inputs text files; those ending in `.gz` are unpacked
    public EncodedFile encodeFiles(List<Path> inputs, Path npy, int threads, ProgressListener progress)
            throws IOException {
        return new FileEncoder(this, threads, progress).encode(inputs, npy);
    }

    /// Encodes the part of a file between two places, both moved on to where it may be cut, into a `.npy` file;
    /// the ids of all parts in their order are those of the file. Special tokens are allowed.
    public EncodedFile encodePart(Path file, long from, long to, Path npy) throws IOException {
        return FileEncoder.encodePart(this, FilePart.read(file, from, to, added.cuts()), npy);
    }

    /// The text of ids, damaged UTF-8 replaced by U+FFFD as in CPython.
    ///
    /// @throws IllegalArgumentException if there is no token of one of the ids
    public String decode(int... ids) {
        byte[] bytes = decodeBytes(ids);
        return Utf8.text(bytes, 0, bytes.length);
    }

    /// The bytes of ids.
    ///
    /// @throws IllegalArgumentException if there is no token of one of the ids
    public byte[] decodeBytes(int... ids) {
        long length = 0;
        for (int id : ids) {
            requireToken(id);
            length += model.vocabulary().length(id);
        }
        if (length > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException(
                    "decode: " + ids.length + " ids make " + length + " bytes, too many for one array");
        }
        byte[] bytes = new byte[(int) length];
        int at = 0;
        for (int id : ids) {
            at = model.vocabulary().copy(id, bytes, at);
        }
        return bytes;
    }

    /// A decoder for ids that arrive one by one; it never emits half a character.
    public StreamDecoder streamDecoder() {
        return new StreamDecoder(this);
    }

    /// The bytes of one token.
    ///
    /// @throws IllegalArgumentException if there is no token of that id
    public byte[] tokenBytes(int id) {
        requireToken(id);
        return model.vocabulary().bytes(id);
    }

    /// Whether there is a token of that id; ids of published vocabularies have gaps.
    public boolean hasToken(int id) {
        return model.vocabulary().contains(id);
    }

    private void requireToken(int id) {
        if (!model.vocabulary().contains(id)) {
            throw new IllegalArgumentException(
                    "expected ids of tokens, below " + model.vocabulary().size() + ", found " + id);
        }
    }

    BpeModel model() {
        return model;
    }

    AddedTokens added() {
        return added;
    }

    EncoderPool pool() {
        return pool;
    }
}
