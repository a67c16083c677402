package inkling.tokenizer.bpe;

import inkling.tokenizer.utf8.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds special tokens in text: the leftmost, and of those that start at one place the longest.
public final class SpecialFinder {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final Entry[] NONE = {};

    private final Entry[][] byFirstByte = new Entry[256][];
    private final int longest;
    private final int onlyFirstByte;

    private static final class Entry {
        private final byte[] text;
        private final int id;

        Entry(byte[] text, int id) {
            this.text = text;
            this.id = id;
        }
    }

    /// A special token found in a text.
    ///
    /// @param from where it starts
    /// @param to where it ends
    /// @param id its id
    public record Match(int from, int to, int id) {}

    /// A finder of these tokens.
    public SpecialFinder(List<SpecialToken> specials) {
        Arrays.fill(byFirstByte, NONE);
        List<Entry> entries = new ArrayList<>();
        for (SpecialToken special : specials) {
            entries.add(new Entry(Utf8.bytes(special.text()), special.id()));
        }
        entries.sort(Comparator.comparingInt((Entry entry) -> entry.text.length).reversed());
        this.longest = entries.isEmpty() ? 0 : entries.getFirst().text.length;
        int first = entries.isEmpty() ? -1 : entries.getFirst().text[0] & 0xFF;
        for (Entry entry : entries) {
            int key = entry.text[0] & 0xFF;
            first = first == key ? first : -1;
            byFirstByte[key] =
                    entries.stream().filter(e -> (e.text[0] & 0xFF) == key).toArray(Entry[]::new);
        }
        this.onlyFirstByte = first;
    }

    /// The first special token in the range, or null.
    public @Nullable Match find(byte[] text, int from, int to) {
        if (longest == 0) {
            return null;
        }
        for (int at = from; at < to; at++) {
            if (onlyFirstByte >= 0) {
                at = skipTo((byte) onlyFirstByte, text, at, to);
                if (at == to) {
                    return null;
                }
            }
            for (Entry entry : byFirstByte[text[at] & 0xFF]) {
                if (matches(entry.text, text, at, to) == entry.text.length) {
                    return new Match(at, at + entry.text.length, entry.id);
                }
            }
        }
        return null;
    }

    private static int skipTo(byte wanted, byte[] text, int from, int to) {
        int at = from;
        long repeated = (wanted & 0xFF) * ONES;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            long difference = (long) LONG.get(text, at) ^ repeated;
            long zeros = (difference - ONES) & ~difference & HIGH_BITS; // the lowest set bit marks the first zero byte
            if (zeros != 0) {
                return at + (Long.numberOfTrailingZeros(zeros) >> 3);
            }
        }
        while (at < to && text[at] != wanted) {
            at++;
        }
        return at;
    }

    /// Whether a special token may lie across `cut`: one that starts before it and ends behind it, or could
    /// once more text follows.
    public boolean mayCross(byte[] text, int from, int cut, int to) {
        for (int at = Math.max(from, cut - longest + 1); at < cut; at++) {
            for (Entry entry : byFirstByte[text[at] & 0xFF]) {
                int end = at + entry.text.length;
                if (end > cut && matches(entry.text, text, at, to) == Math.min(end, to) - at) {
                    return true;
                }
            }
        }
        return false;
    }

    /// How many bytes of `wanted` stand at `at` of the text.
    private static int matches(byte[] wanted, byte[] text, int at, int to) {
        int length = Math.min(wanted.length, to - at);
        for (int i = 0; i < length; i++) {
            if (text[at + i] != wanted[i]) {
                return i;
            }
        }
        return length;
    }
}
