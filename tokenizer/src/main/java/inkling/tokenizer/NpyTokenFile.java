package inkling.tokenizer;

import inkling.tokenizer.bpe.TokenBuffer;
import inkling.tokenizer.file.ReplacedFile;
import inkling.tokenizer.file.WriteBack;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A one-dimensional `.npy` file of ids being written by several threads, in the order of their chunks.
///
/// A chunk's place is known once all before it have told their numbers of ids; until then a few chunks wait here,
/// so that their threads need not. The header has a fixed size and is written last, when the number of ids is
/// known.
final class NpyTokenFile implements AutoCloseable {
    private static final int HEADER_BYTES = 128;
    private static final int MAX_WAITING = 4;
    private static final long WRITE_BACK_BYTES = 16 << 20;

    private final ReplacedFile file;
    private final WriteBack writeBack;
    private final int bytesPerToken;
    private final @Nullable Packed[] waiting = new @Nullable Packed[MAX_WAITING];
    private final Deque<Packed> spare = new ArrayDeque<>();
    private long nextChunk;
    private long tokens;
    private boolean broken;

    /// The ids of one chunk as they will lie in the file.
    static final class Packed {
        private ByteBuffer bytes = ByteBuffer.allocate(0);
        private short[] shorts = {};
        private int tokens;
        private long position;
    }

    NpyTokenFile(Path target, int bytesPerToken) throws IOException {
        this.file = ReplacedFile.create(target);
        this.writeBack = new WriteBack(file.channel(), WRITE_BACK_BYTES);
        this.bytesPerToken = bytesPerToken;
    }

    /// Brings ids into their form in the file.
    Packed pack(TokenBuffer ids) {
        Packed packed = spare();
        int count = ids.size();
        int needed = Math.multiplyExact(count, bytesPerToken);
        if (packed.bytes.capacity() < needed) {
            packed.bytes = ByteBuffer.allocateDirect(needed + needed / 4).order(ByteOrder.LITTLE_ENDIAN);
        }
        packed.bytes.clear().limit(needed);
        packed.tokens = count;
        int[] values = ids.ids();
        if (bytesPerToken == Integer.BYTES) {
            packed.bytes.asIntBuffer().put(values, 0, count);
            return packed;
        }
        if (packed.shorts.length < count) {
            packed.shorts = new short[count + count / 4];
        }
        short[] shorts = packed.shorts;
        for (int i = 0; i < count; i++) {
            shorts[i] = (short) values[i];
        }
        packed.bytes.asShortBuffer().put(shorts, 0, count);
        return packed;
    }

    private synchronized Packed spare() {
        Packed packed = spare.poll();
        return packed == null ? new Packed() : packed;
    }

    /// Takes a chunk and writes whichever chunks have their turn; waits only if too many came before their turn.
    void write(long chunk, Packed packed) throws IOException {
        Packed ready = enter(chunk, packed);
        while (ready != null) {
            long end = ready.position + ready.bytes.remaining();
            boolean written = false;
            try {
                while (ready.bytes.hasRemaining()) {
                    file.channel().write(ready.bytes, end - ready.bytes.remaining());
                }
                written = true;
            } finally {
                if (!written) {
                    giveUp();
                }
            }
            writeBack.add(ready.bytes.limit());
            ready = nextAfter(ready);
        }
    }

    private synchronized @Nullable Packed enter(long chunk, Packed packed) throws IOException {
        try {
            while (chunk - nextChunk >= MAX_WAITING && !broken) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing token ids");
        }
        if (broken) {
            throw new IOException("another thread failed to write token ids");
        }
        waiting[(int) (chunk % MAX_WAITING)] = packed;
        return ready();
    }

    private synchronized @Nullable Packed nextAfter(Packed written) {
        spare.push(written);
        return ready();
    }

    /// The next chunk in order, with its place, if it is here.
    private @Nullable Packed ready() {
        int slot = (int) (nextChunk % MAX_WAITING);
        Packed packed = waiting[slot];
        if (packed != null) {
            waiting[slot] = null;
            packed.position = HEADER_BYTES + tokens * bytesPerToken;
            tokens += packed.tokens;
            nextChunk++;
            notifyAll();
        }
        return packed;
    }

    private synchronized void giveUp() {
        broken = true;
        notifyAll();
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
        writeBack.finish();
        file.commit();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
