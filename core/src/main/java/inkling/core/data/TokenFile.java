package inkling.core.data;

import inkling.core.format.MappedFile;
import inkling.core.format.NpyFile;
import inkling.core.format.NpyType;
import inkling.core.tensor.Ids;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// A stream of token ids in a `.npy` file of unsigned 16-bit or 32-bit integers, mapped into memory.
///
/// Files larger than memory are fine: only the pages that batches touch are read.
public final class TokenFile implements AutoCloseable {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path path;
    private final Arena arena;
    private final MemorySegment elements;
    private final boolean wide;
    private final long length;

    private TokenFile(Path path, Arena arena, NpyFile file) {
        this.path = path;
        this.arena = arena;
        this.elements = file.elements();
        this.wide = file.header().type() == NpyType.UINT32;
        this.length = file.header().elements();
    }

    /// Opens a file without looking at its tokens.
    ///
    /// @throws IOException if it is not a one-dimensional `.npy` array of `<u2` or `<u4`, or is cut short
    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    public static TokenFile open(Path path) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            NpyFile file = NpyFile.of(path.toString(), MappedFile.map(path, arena));
            NpyType type = file.header().type();
            if (type != NpyType.UINT16 && type != NpyType.UINT32) {
                throw new IOException(
                        path + " at byte 10: expected token ids of type <u2 or <u4, found " + type.descriptor());
            }
            if (file.header().shape().size() != 1) {
                throw new IOException(path + " at byte 10: expected one dimension of tokens, found shape "
                        + file.header().shape());
            }
            return new TokenFile(path, arena, file);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /// Opens a file and checks in one pass that every id is below the vocabulary's size.
    ///
    /// @throws IOException also if an id is too large; the message has its position
    public static TokenFile open(Path path, int vocabularySize) throws IOException {
        TokenFile file = open(path);
        try {
            file.requireIdsBelow(vocabularySize);
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void requireIdsBelow(int vocabularySize) throws IOException {
        for (long from = 0; from < length; from += 1 << 16) {
            long to = Math.min(length, from + (1 << 16));
            long largest = 0;
            for (long i = from; i < to; i++) {
                largest = Math.max(largest, id(i));
            }
            if (largest >= vocabularySize) {
                throw tooLarge(from, vocabularySize);
            }
        }
    }

    private IOException tooLarge(long from, int vocabularySize) {
        long at = from;
        while (id(at) < vocabularySize) {
            at++;
        }
        return new IOException(
                path + ": token " + at + " has id " + id(at) + ", expected ids below the vocabulary size "
                        + vocabularySize + "; was the file encoded with another tokenizer?");
    }

    /// Where the file lies.
    public Path path() {
        return path;
    }

    /// Number of tokens.
    public long length() {
        return length;
    }

    /// One token id.
    public int get(long position) {
        return (int) id(position);
    }

    /// Copies `count` token ids from `position` on to the places from `to` on.
    public void copy(long position, Ids target, int to, int count) {
        for (int i = 0; i < count; i++) {
            target.set(to + i, (int) id(position + i));
        }
    }

    private long id(long position) {
        return wide
                ? Integer.toUnsignedLong(elements.getAtIndex(U32, position))
                : Short.toUnsignedLong(elements.getAtIndex(U16, position));
    }

    /// Unmaps the file.
    @Override
    public void close() {
        arena.close();
    }
}
