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
    private byte[] buffer = new byte[1 << 16];
    private int start;
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
        start = at;
        int stop = at;
        while (true) {
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            if (stop - start > MAX_LINE) {
                number++;
                throw error("expected a line of at most " + MAX_LINE + " bytes, found a longer one");
            }
            if (stop < end) {
                at = stop + 1;
                break;
            }
            int seen = stop - start;
            if (!fill()) {
                at = end;
                if (seen == 0) {
                    length = 0;
                    return false;
                }
                break;
            }
            stop = start + seen;
        }
        number++;
        length = stop - start;
        if (length > 0 && buffer[stop - 1] == '\r') {
            length--;
        }
        return true;
    }

    /// The bytes that have the line from [#start] on, valid until the next one.
    byte[] bytes() {
        return buffer;
    }

    /// Where the line starts.
    int start() {
        return start;
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

    /// Reads more behind the line so far, which moves to the front; false at the end.
    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * end);
        }
        int more = input.read(buffer, end, buffer.length - end);
        end += Math.max(0, more);
        return more > 0;
    }

    private String text() throws IOException {
        try {
            return decoder.decode(ByteBuffer.wrap(buffer, start, length)).toString();
        } catch (CharacterCodingException e) {
            throw error("expected " + decoder.charset() + ", found other bytes");
        }
    }
}
