package inkling.app.look;

import inkling.tokenizer.SpecialPolicy;
import inkling.tokenizer.StreamEncoder;
import inkling.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/// What a tokenizer makes of a file: how often each token occurs, and the first tokens of it.
///
/// The file is read in parts; memory holds the counts and the first tokens only.
final class TextLook {
    private static final int PART_BYTES = 1 << 18;

    private final Path file;
    private final long[] counts;
    private int[] first = new int[0];
    private int firstCount;
    private long bytes;
    private long characters;
    private long tokens;

    private TextLook(Path file, int vocabularySize) {
        this.file = file;
        this.counts = new long[vocabularySize];
    }

    /// Reads a file, of which the first `limit` tokens are kept; one ending in `.gz` is unpacked.
    ///
    /// @param progress hears the bytes read so far
    static TextLook read(Path file, Tokenizer tokenizer, int limit, LongConsumer progress) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + ": expected a text file, found a folder");
        }
        var look = new TextLook(file, tokenizer.vocabularySize());
        StreamEncoder encoder = tokenizer.streamEncoder(SpecialPolicy.ALLOW);
        try (InputStream input = open(file)) {
            byte[] part = new byte[PART_BYTES];
            for (int length = input.read(part); length >= 0; length = input.read(part)) {
                encoder.append(part, 0, length, (ids, from, to) -> look.take(ids, from, to, limit));
                look.countBytes(part, length);
                progress.accept(look.bytes);
            }
            encoder.finish((ids, from, to) -> look.take(ids, from, to, limit));
        }
        return look;
    }

    /// Opens a text file; one ending in `.gz` is unpacked.
    static InputStream open(Path file) throws IOException {
        InputStream raw = Files.newInputStream(file);
        try {
            return file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
        } catch (IOException e) {
            raw.close();
            throw new IOException(file + ": expected a gzip file: " + e.getMessage(), e);
        }
    }

    private void countBytes(byte[] part, int length) {
        bytes += length;
        for (int i = 0; i < length; i++) {
            characters += (part[i] & 0xC0) == 0x80 ? 0 : 1;
        }
    }

    private void take(int[] ids, int from, int to, int limit) {
        for (int i = from; i < to; i++) {
            counts[ids[i]]++;
        }
        int kept = Math.min(to - from, limit - firstCount);
        if (firstCount + kept > first.length) {
            first = Arrays.copyOf(first, Math.min(limit, Math.max(2 * first.length, firstCount + kept)));
        }
        System.arraycopy(ids, from, first, firstCount, kept);
        firstCount += kept;
        tokens += to - from;
    }

    /// The file.
    Path file() {
        return file;
    }

    /// Bytes of text, after unpacking.
    long bytes() {
        return bytes;
    }

    /// Characters of text.
    long characters() {
        return characters;
    }

    /// Tokens of the whole text.
    long tokens() {
        return tokens;
    }

    /// Bytes per token; 0 for an empty text.
    double bytesPerToken() {
        return tokens == 0 ? 0 : (double) bytes / tokens;
    }

    /// How often a token occurs in the whole text.
    long count(int id) {
        return counts[id];
    }

    /// How many different tokens occur.
    int distinct() {
        int distinct = 0;
        for (long count : counts) {
            distinct += count > 0 ? 1 : 0;
        }
        return distinct;
    }

    /// How many of the first tokens were kept.
    int shown() {
        return firstCount;
    }

    /// One of the first tokens.
    int id(int index) {
        return first[index];
    }
}
