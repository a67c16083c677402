package inkling.tokenizer.normal;

import java.util.Arrays;

/// How text is brought into one form before it is split.
public enum Normalization {
    /// Not at all: every byte is encoded as it is.
    NONE,
    /// Unicode's canonical composition, as in Qwen 2: `e` with a combining accent becomes `é`. Frozen at
    /// Unicode 16, whatever the running JDK knows; bytes that are not UTF-8 stay as they are.
    NFC;

    private static final byte FIRST_LEAD_TO_LOOK_AT = (byte) 0xCC; // the lead byte of U+0300

    /// Whether a text may need a change; where it is false it certainly does not.
    public boolean mayChange(byte[] text, int from, int to) {
        if (this == NONE) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text[i] < 0 && text[i] >= FIRST_LEAD_TO_LOOK_AT) {
                return true;
            }
        }
        return false;
    }

    /// The text in this form.
    public byte[] apply(byte[] text, int from, int to) {
        return switch (this) {
            case NONE -> Arrays.copyOfRange(text, from, to);
            case NFC -> CanonicalComposition.of(text, from, to);
        };
    }
}
