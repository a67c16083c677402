package inkling.tokenizer.split;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// [ClassMasks] without vectors: eight bytes at a time in one `long`.
///
/// A byte's highest bit holds the answer to a question about its other seven: adding `0x80 - n` to them sets it
/// where they are `n` or more, and no sum carries into the next byte. A multiplication gathers the eight answers.
final class WordMasks extends ClassMasks {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;
    private static final long GATHER = 0x0102040810204080L;

    @Override
    void classify(int base) {
        long l = 0;
        long n = 0;
        long s = 0;
        long p = 0;
        long a = 0;
        long e = 0;
        long h = 0;
        for (int part = 0; part < BLOCK; part += Long.BYTES) {
            long bytes = (long) LONG.get(text, base + part);
            long ascii = ~bytes & HIGH;
            long low = bytes & ~HIGH;
            long controls = atLeast(low, '\t') & ~atLeast(low, '\r' + 1) & ascii;
            l |= gather(atLeast(low | 0x20 * ONES, 'a') & ~atLeast(low | 0x20 * ONES, 'z' + 1) & ascii) << part;
            n |= gather(atLeast(low, '0') & ~atLeast(low, '9' + 1) & ascii) << part;
            p |= gather(equal(low, ' ') & ascii) << part;
            a |= gather(equal(low, '\'') & ascii) << part;
            if (controls != 0) {
                s |= gather(controls) << part;
                e |= gather((equal(low, '\n') | equal(low, '\r')) & ascii) << part;
            }
            h |= gather(bytes & HIGH) << part;
        }
        letters = l;
        numbers = n;
        spaces = s | p;
        plainSpaces = p;
        apostrophes = a;
        lineEnds = e;
        beyondAscii = h;
    }

    @Override
    void loadCases(int base) {
        long c = 0;
        long s = 0;
        for (int part = 0; part < BLOCK; part += Long.BYTES) {
            long bytes = (long) LONG.get(text, base + part);
            long ascii = ~bytes & HIGH;
            long low = bytes & ~HIGH;
            c |= gather(atLeast(low, 'A') & ~atLeast(low, 'Z' + 1) & ascii) << part;
            s |= gather(equal(low, '/') & ascii) << part;
        }
        capitals |= c;
        slashes = s;
    }

    private static long atLeast(long low, int least) {
        return low + (0x80 - least) * ONES;
    }

    private static long equal(long low, int wanted) {
        return ~((low ^ wanted * ONES) + 0x7F * ONES);
    }

    /// The highest bits of the eight bytes, as the lowest eight bits.
    private static long gather(long answers) {
        return (answers >>> 7) * GATHER >>> 56;
    }
}
