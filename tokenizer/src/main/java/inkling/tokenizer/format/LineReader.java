package inkling.tokenizer.format;

import inkling.tokenizer.json.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads text line by line and refuses lines that no vocabulary can have, before they fill the memory.
final class LineReader {
    private static final int MAX_LINE = 1 << 17;

    private final String source;
    private final InputStream input;
    private final CharsetDecoder decoder;
    private final byte[] buffer = new byte[1 << 16];
    private byte[] line = new byte[1 << 8];
    private int length;
    private int at;
    private int end;
    private int number;

    /// Reads from a stream; `source` names it in errors.
    LineReader(String source, InputStream input, Charset charset) {
        this.source = source;
        this.input = input;
        this.decoder = charset.newDecoder();
    }

    /// The next line without its end, or null behind the last one.
    @Nullable
    String next() throws IOException {
        return advance() ? text() : null;
    }

    /// Goes to the next line, for those who read its bytes; false behind the last one.
    boolean advance() throws IOException {
        length = 0;
        boolean begun = false;
        while (at < end || fill()) {
            begun = true;
            int stop = at;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            append(stop - at);
            at = stop;
            if (stop < end) {
                at++;
                break;
            }
        }
        number += begun ? 1 : 0;
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return begun;
    }

    /// The bytes of the line, valid until the next one; there may be others behind its [#length].
    byte[] bytes() {
        return line;
    }

    /// The number of bytes of the line without its end.
    int length() {
        return length;
    }

    /// The number of the line that [#next] gave, from 1.
    int number() {
        return number;
    }

    /// An error at that line; the message is a sentence without its end.
    IOException error(String message) {
        return new IOException(source + " line " + number + ": " + OneLine.of(message));
    }

    private void append(int more) throws IOException {
        if (length + more > MAX_LINE) {
            number++;
            throw error("expected a line of at most " + MAX_LINE + " bytes, found a longer one");
        }
        if (length + more > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + more));
        }
        System.arraycopy(buffer, at, line, length, more);
        length += more;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, input.read(buffer));
        return end > 0;
    }

    private String text() throws IOException {
        try {
            return decoder.decode(ByteBuffer.wrap(line, 0, length)).toString();
        } catch (CharacterCodingException e) {
            throw error("expected " + decoder.charset() + ", found other bytes");
        }
    }
}
