package inkling.tokenizer.bpe;

import inkling.tokenizer.unicode.WordBoundary;
import inkling.tokenizer.utf8.Utf8;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
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
    /// How far from a cut a token still matters: 1 where one asks what stands next to it.
    private final int reach;

    private static final class Entry implements Comparable<Entry> {
        private final byte[] text;
        private final int id;
        private final SpecialToken.Traits traits;

        Entry(SpecialToken token) {
            this.text = Utf8.bytes(token.text());
            this.id = token.id();
            this.traits = token.traits();
        }

        private int first() {
            return text[0] & 0xFF;
        }

        /// Longer ones come first.
        @Override
        public int compareTo(Entry other) {
            return Integer.compare(other.text.length, text.length);
        }
    }

    /// A special token found in a text.
    ///
    /// @param from where it starts, with the white space that it swallows
    /// @param to where it ends, with the white space that it swallows
    /// @param id its id
    public record Match(int from, int to, int id) {}

    /// A finder of these tokens.
    public SpecialFinder(List<SpecialToken> specials) {
        Entry[] entries = new Entry[specials.size()];
        int[] counts = new int[byFirstByte.length];
        boolean looks = false;
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new Entry(specials.get(i));
            counts[entries[i].first()]++;
            looks |= entries[i].traits.looksAround();
        }
        Arrays.sort(entries);
        Arrays.fill(byFirstByte, NONE);
        for (Entry entry : entries) {
            int key = entry.first();
            byFirstByte[key] = byFirstByte[key].length == 0 ? new Entry[counts[key]] : byFirstByte[key];
            byFirstByte[key][byFirstByte[key].length - counts[key]--] = entry;
        }
        boolean alike = entries.length > 0 && byFirstByte[entries[0].first()].length == entries.length;
        this.longest = entries.length == 0 ? 0 : entries[0].text.length;
        this.onlyFirstByte = alike ? entries[0].first() : -1;
        this.reach = looks ? 1 : 0;
    }

    /// Whether there is nothing to find.
    public boolean isEmpty() {
        return longest == 0;
    }

    /// The first special token in a whole text, or null.
    public @Nullable Match find(byte[] text, int from, int to) {
        return find(text, from, from, to);
    }

    /// The next special token of a text, or null.
    ///
    /// @param start where the text starts; what stands there can keep a token from being a word of its own
    /// @param from where the search starts, behind the token found before
    public @Nullable Match find(byte[] text, int start, int from, int to) {
        int at = candidate(text, from, to);
        while (at < to) {
            Entry found = entryAt(text, at, to);
            if (found == null) {
                at = candidate(text, at + 1, to);
                continue;
            }
            int end = at + found.text.length;
            if (!found.traits.singleWord() || WordBoundary.surrounds(text, start, at, end, to)) {
                int first = found.traits.stripLeft() ? WordBoundary.spaceBefore(text, from, at) : at;
                int last = found.traits.stripRight() ? WordBoundary.spaceBehind(text, end, to) : end;
                return new Match(first, last, found.id);
            }
            at = candidate(text, end, to); // as the reference does: what overlaps a rejected token is not looked at
        }
        return null;
    }

    private @Nullable Entry entryAt(byte[] text, int at, int to) {
        for (Entry entry : byFirstByte[text[at] & 0xFF]) {
            if (matches(entry.text, text, at, to) == entry.text.length) {
                return entry;
            }
        }
        return null;
    }

    /// The next place where a token could start, or `to`.
    private int candidate(byte[] text, int from, int to) {
        if (longest == 0) {
            return to;
        }
        if (onlyFirstByte >= 0) {
            return skipTo((byte) onlyFirstByte, text, from, to);
        }
        int at = from;
        while (at < to && byFirstByte[text[at] & 0xFF].length == 0) {
            at++;
        }
        return at;
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
    /// once more text follows. One that asks what stands next to it must not touch the cut either.
    public boolean mayCross(byte[] text, int from, int cut, int to) {
        for (int at = Math.max(from, cut - longest + 1 - reach); at < Math.min(to, cut + reach); at++) {
            for (Entry entry : byFirstByte[text[at] & 0xFF]) {
                int end = at + entry.text.length;
                int touch = entry.traits.looksAround() ? 1 : 0;
                boolean near = end > cut - touch && at < cut + touch;
                if (near && matches(entry.text, text, at, to) == Math.min(end, to) - at) {
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
