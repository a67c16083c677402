package inkling.tokenizer.train;

import inkling.tokenizer.format.ByteAlphabet;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The bytes of every symbol, the 256 bytes first.
final class Symbols {
    private final Map<ByteBuffer, Integer> known = new HashMap<>();
    private byte[][] bytes = new byte[1024][];
    private int size;

    Symbols() {
        for (byte b : ByteAlphabet.bytesInOrder()) {
            add(new byte[] {b});
        }
    }

    /// The symbol that two symbols make together: a new one, unless there is one of the same bytes already.
    int join(int left, int right) {
        byte[] joined = Arrays.copyOf(bytes[left], bytes[left].length + bytes[right].length);
        System.arraycopy(bytes[right], 0, joined, bytes[left].length, bytes[right].length);
        Integer same = known.get(ByteBuffer.wrap(joined));
        return same != null ? same : add(joined);
    }

    private int add(byte[] symbol) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size] = symbol;
        known.put(ByteBuffer.wrap(symbol), size);
        return size++;
    }

    /// The number of symbols.
    int size() {
        return size;
    }

    /// The length of a symbol in bytes.
    int length(int symbol) {
        return bytes[symbol].length;
    }

    /// The bytes of a symbol.
    byte[] bytes(int symbol) {
        return bytes[symbol];
    }

    /// Compares the bytes of two symbols.
    int compare(int first, int second) {
        return Arrays.compareUnsigned(bytes[first], bytes[second]);
    }

    /// The symbol of every byte.
    int[] ofBytes() {
        int[] symbols = new int[256];
        for (int symbol = 0; symbol < 256; symbol++) {
            symbols[bytes[symbol][0] & 0xFF] = symbol;
        }
        return symbols;
    }
}
