package inkling.tokenizer.train;

import inkling.tokenizer.file.ReplacedFile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jspecify.annotations.Nullable;

/// Counts of a part of a corpus in a file, with how far the corpus was counted: so that counting can go on there.
///
/// The file holds, numbers with their highest byte first: `inkling counts 1` and a line end; the length and the
/// text of a description of the corpus; file, offset and text bytes of the place; the number of entries, each the
/// length, the bytes and the count of a piece (a piece may stand more than once); and a CRC-32C of all that.
public final class CountFile {
    private static final byte[] MAGIC = "inkling counts 1\n".getBytes(StandardCharsets.US_ASCII);

    private CountFile() {}

    /// How far a corpus was counted.
    ///
    /// @param file the index of the file to go on with
    /// @param offset bytes of its text, after unpacking, that are counted
    /// @param textBytes bytes of text that are counted in all
    public record Place(int file, long offset, long textBytes) {}

    /// Writes counts in place of what the file had.
    ///
    /// @param corpus describes the files and the options that matter for counts
    public static void write(Path path, String corpus, Place place, List<PieceCounts> counts) throws IOException {
        CRC32C checksum = new CRC32C();
        try (ReplacedFile file = ReplacedFile.create(path)) {
            DataOutputStream out = new DataOutputStream(new CheckedOutputStream(file.stream(), checksum));
            out.write(MAGIC);
            byte[] description = corpus.getBytes(StandardCharsets.UTF_8);
            out.writeInt(description.length);
            out.write(description);
            out.writeInt(place.file());
            out.writeLong(place.offset());
            out.writeLong(place.textBytes());
            out.writeLong(counts.stream().mapToLong(PieceCounts::size).sum());
            for (PieceCounts part : counts) {
                for (int piece = 0; piece < part.size(); piece++) {
                    int start = part.start(piece);
                    int length = part.start(piece + 1) - start;
                    out.writeInt(length);
                    out.write(part.bytes(), start, length);
                    out.writeLong(part.count(piece));
                }
            }
            out.writeLong(checksum.getValue());
            out.flush();
            file.commit();
        }
    }

    /// Adds the counts of a file to `counts` and says how far they go.
    ///
    /// @throws IOException if the file is damaged, or was made of another corpus or with other options
    public static Place read(Path path, String corpus, PieceCounts counts) throws IOException {
        CRC32C checksum = new CRC32C();
        long size = Files.size(path);
        try (DataInputStream in = new DataInputStream(
                new CheckedInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16), checksum))) {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new IOException(path + ": expected kept counts, found another kind of file");
            }
            byte[] description = bytes(in, path, size);
            if (!Arrays.equals(description, corpus.getBytes(StandardCharsets.UTF_8))) {
                throw new IOException(path + ": was counted in other text files, or with another split rule or other"
                        + " special tokens; remove it to start from the beginning");
            }
            Place place = new Place(in.readInt(), in.readLong(), in.readLong());
            for (long left = in.readLong(); left > 0; left--) {
                byte[] piece = bytes(in, path, size);
                counts.add(piece, 0, piece.length, in.readLong());
            }
            long expected = checksum.getValue();
            if (in.readLong() != expected) {
                throw damaged(path, "its checksum does not fit", null);
            }
            return place;
        } catch (EOFException e) {
            throw damaged(path, "it ends too early", e);
        }
    }

    private static byte[] bytes(DataInputStream in, Path path, long size) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > size) {
            throw damaged(path, "it has a piece of " + length + " bytes", null);
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static IOException damaged(Path path, String how, @Nullable Throwable cause) {
        return new IOException(path + ": the kept counts are damaged: " + how + "; remove it to start anew", cause);
    }
}
