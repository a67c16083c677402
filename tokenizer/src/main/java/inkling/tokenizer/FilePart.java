package inkling.tokenizer;

import inkling.tokenizer.corpus.SafeCut;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// The text between two places of a file, both moved on to the next safe cut: so the parts between any places,
/// worked on apart and in any order, give what the whole file gives.
final class FilePart {
    private static final int WINDOW = 1 << 16;

    private FilePart() {}

    /// Reads the text from the first cut at `from` or later to the first at `to` or later; all where that is one part.
    static byte[] read(Path file, long from, long to, SafeCut cuts) throws IOException {
        if (from < 0 || from > to) {
            throw new IllegalArgumentException("expected a range of bytes, found " + from + " to " + to);
        }
        try (FileChannel channel = FileChannel.open(file)) {
            long start = cut(channel, from, cuts);
            long end = cut(channel, to, cuts);
            if (end - start > Integer.MAX_VALUE - 16) {
                throw new IOException(file + ": found no place to cut in " + (end - start) + " bytes of text");
            }
            return bytes(channel, file, start, end);
        }
    }

    private static long cut(FileChannel channel, long place, SafeCut cuts) throws IOException {
        long size = channel.size();
        if (place == 0 || place >= size) {
            return Math.min(place, size);
        }
        long first = Math.max(0, place - WINDOW);
        for (long reach = WINDOW; reach < 1L << 30; reach *= 2) {
            long last = Math.min(size, place + reach);
            byte[] text = bytes(channel, Path.of(""), first, last);
            int found = cuts.first(text, (int) (place - first), text.length);
            if (found >= 0) {
                return first + found;
            }
            if (last == size) {
                return size;
            }
        }
        throw new IOException("found no place to cut within a gibibyte of text behind byte " + place);
    }

    private static byte[] bytes(FileChannel channel, Path file, long from, long to) throws IOException {
        byte[] bytes = new byte[(int) (to - from)];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new EOFException(file + ": became shorter while it was read");
            }
        }
        return bytes;
    }
}
