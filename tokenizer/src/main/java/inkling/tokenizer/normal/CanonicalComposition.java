package inkling.tokenizer.normal;

import inkling.tokenizer.utf8.Utf8;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.BitSet;

/// Normalisation form C, frozen at Unicode 16.
///
/// Unicode promises that the form of a text never changes in a later version, provided that all its characters
/// were assigned in the earlier one. Only characters assigned after Unicode 16 could therefore make the JDK's
/// answer depend on the JDK. They are kept away from it: under Unicode 16 an unassigned character neither
/// changes nor combines with anything, so a text may be normalised part by part between them. The same holds
/// for bytes that are not UTF-8.
final class CanonicalComposition {
    private static final BitSet ASSIGNED = unpack();

    private CanonicalComposition() {}

    /// The text in form C.
    static byte[] of(byte[] text, int from, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(to - from + 16);
        int start = from;
        int at = from;
        while (at < to) {
            int packed = Utf8.read(text, at, to);
            int length = Utf8.length(packed);
            int codePoint = Utf8.codePoint(packed);
            if (ASSIGNED.get(codePoint) && !(codePoint == Utf8.REPLACEMENT && length < 3)) {
                at += length;
                continue;
            }
            compose(text, start, at, out);
            out.write(text, at, length);
            at += length;
            start = at;
        }
        compose(text, start, to, out);
        return out.toByteArray();
    }

    private static void compose(byte[] text, int from, int to, ByteArrayOutputStream out) {
        String part = new String(text, from, to - from, StandardCharsets.UTF_8);
        if (Normalizer.isNormalized(part, Normalizer.Form.NFC)) {
            out.write(text, from, to - from);
        } else {
            out.writeBytes(Normalizer.normalize(part, Normalizer.Form.NFC).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static BitSet unpack() {
        BitSet assigned = new BitSet(0x110000);
        int at = 0;
        boolean isAssigned = true;
        for (String run : AssignedData.RUNS.split(" ")) {
            int length = Integer.parseInt(run, Character.MAX_RADIX);
            assigned.set(at, at + length, isAssigned);
            at += length;
            isAssigned = !isAssigned;
        }
        return assigned;
    }
}
