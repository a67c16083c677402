package inkling.tokenizer;

import inkling.tokenizer.bpe.TokenBuffer;
import inkling.tokenizer.file.ReplacedFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// A one-dimensional `.npy` file of ids being written by several threads, in the order of their chunks.
///
/// The header has a fixed size and is written last, when the number of ids is known.
final class NpyTokenFile implements AutoCloseable {
    private static final int HEADER_BYTES = 128;

    private final ReplacedFile file;
    private final int bytesPerToken;
    private long nextChunk;
    private long tokens;
    private boolean broken;

    /// The ids of one chunk as they will lie in the file.
    static final class Packed {
        private ByteBuffer bytes = ByteBuffer.allocate(0);
        private int tokens;
    }

    NpyTokenFile(Path target, int bytesPerToken) throws IOException {
        this.file = ReplacedFile.create(target);
        this.bytesPerToken = bytesPerToken;
        file.channel().position(HEADER_BYTES);
    }

    /// Brings ids into their form in the file.
    void pack(TokenBuffer ids, Packed packed) {
        int needed = Math.multiplyExact(ids.size(), bytesPerToken);
        if (packed.bytes.capacity() < needed) {
            packed.bytes = ByteBuffer.allocateDirect(needed + needed / 4).order(ByteOrder.LITTLE_ENDIAN);
        }
        packed.bytes.clear();
        packed.tokens = ids.size();
        int[] values = ids.ids();
        for (int i = 0; i < packed.tokens; i++) {
            if (bytesPerToken == 2) {
                packed.bytes.putShort((short) values[i]);
            } else {
                packed.bytes.putInt(values[i]);
            }
        }
        packed.bytes.flip();
    }

    /// Writes a chunk when all earlier ones are written; waits until then.
    synchronized void write(long chunk, Packed packed) throws IOException {
        try {
            while (chunk != nextChunk && !broken) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing token ids");
        }
        if (broken) {
            throw new IOException("another thread failed to write token ids");
        }
        boolean written = false;
        try {
            while (packed.bytes.hasRemaining()) {
                file.channel().write(packed.bytes);
            }
            written = true;
        } finally {
            broken = !written;
            tokens += packed.tokens;
            nextChunk++;
            notifyAll();
        }
    }

    /// The number of ids written.
    synchronized long tokens() {
        return tokens;
    }

    /// Writes the header and moves the file into its place.
    synchronized void commit() throws IOException {
        String description =
                "{'descr': '<u" + bytesPerToken + "', 'fortran_order': False, 'shape': (" + tokens + ",), }";
        byte[] header = new byte[HEADER_BYTES];
        Arrays.fill(header, (byte) ' ');
        byte[] magic = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, HEADER_BYTES - 10, 0};
        System.arraycopy(magic, 0, header, 0, magic.length);
        byte[] text = description.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, header, magic.length, text.length);
        header[HEADER_BYTES - 1] = '\n';
        ByteBuffer buffer = ByteBuffer.wrap(header);
        for (int at = 0; buffer.hasRemaining(); ) {
            at += file.channel().write(buffer, at);
        }
        file.commit();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
