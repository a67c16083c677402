package inkling.core.data.story;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A story while it is told: the text so far, the random state, the words that are kept and the alternatives already
/// used.
///
/// One telling belongs to one thread and is used for story after story; [#begin] forgets everything of the one before
/// but the text, so that a file is written from one buffer.
final class Telling {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private byte[] text = new byte[1 << 13];
    private int length;
    private boolean capitalise;
    private long randomState;
    private int storyNumber;
    private @Nullable Part[] meanings = {};
    private byte[] @Nullable [] kept = {};
    private long[] usedAlternatives = {};
    private int[] usedInStory = {};

    /// Starts a story: fixes its randomness and forgets the words of the one before.
    void begin(long seed, long index, int numSlots, int numRules) {
        randomState = mix(mix(seed ^ 0x5DEECE66DL) ^ mix(index + GOLDEN_GAMMA));
        storyNumber++;
        capitalise = false;
        if (meanings.length < numSlots) {
            meanings = new Part[numSlots];
            kept = new byte[numSlots][];
        }
        Arrays.fill(meanings, null);
        Arrays.fill(kept, null);
        if (usedInStory.length < numRules) {
            usedInStory = Arrays.copyOf(usedInStory, numRules);
            usedAlternatives = Arrays.copyOf(usedAlternatives, numRules);
        }
    }

    /// Says what a slot means in this story; its words are chosen at its first use.
    void define(int slot, Part meaning) {
        meanings[slot] = meaning;
    }

    /// The words of a slot, chosen now if this is its first use.
    byte[] kept(int slot) {
        byte[] words = kept[slot];
        if (words == null) {
            words = wordsOf(slot);
            kept[slot] = words;
        }
        return words;
    }

    /// Tells the slot's part behind the text, takes the words away again. The line feed keeps "a" before it from
    /// becoming "an".
    private byte[] wordsOf(int slot) {
        Part meaning = meanings[slot];
        if (meaning == null) {
            throw new IllegalStateException("story slot " + slot + " has no meaning in this situation");
        }
        boolean capitaliseAfter = capitalise;
        capitalise = false;
        int lengthBefore = length;
        reserve(1);
        text[length++] = '\n';
        meaning.tell(this);
        byte[] words = Arrays.copyOfRange(text, lengthBefore + 1, length);
        length = lengthBefore;
        capitalise = capitaliseAfter;
        return words;
    }

    /// A random number from 0 to `bound` - 1.
    int below(int bound) {
        randomState += GOLDEN_GAMMA;
        return (int) (((mix(randomState) >>> 32) * bound) >>> 32);
    }

    /// An alternative of a rule that this story has not used yet; when all were used, all are fresh again.
    /// Only the first 64 alternatives of a rule are remembered.
    int fresh(int rule, int alternatives) {
        int choice = below(alternatives);
        if (alternatives == 1) {
            return 0;
        }
        if (usedInStory[rule] != storyNumber) {
            usedInStory[rule] = storyNumber;
            usedAlternatives[rule] = 0;
        }
        long used = usedAlternatives[rule];
        for (int tries = 0; tries < alternatives; tries++) {
            if (choice >= Long.SIZE || (used & (1L << choice)) == 0) {
                break;
            }
            choice = choice + 1 == alternatives ? 0 : choice + 1;
        }
        if (choice < Long.SIZE) {
            boolean again = (used & (1L << choice)) != 0;
            usedAlternatives[rule] = again ? 1L << choice : used | (1L << choice);
        }
        return choice;
    }

    /// Makes the first letter of the next words a capital.
    void capitaliseNext() {
        capitalise = true;
    }

    /// Appends words; turns an "a" right before them into "an" where they start with a vowel.
    void append(byte[] words) {
        if (words.length == 0) {
            return;
        }
        reserve(words.length + 1);
        if (endsWithArticle() && startsWithVowelSound(words)) {
            text[length - 1] = 'n';
            text[length++] = ' ';
        }
        System.arraycopy(words, 0, text, length, words.length);
        if (capitalise) {
            capitalise = false;
            byte first = words[0];
            if (first >= 'a' && first <= 'z') {
                text[length] = (byte) (first - 'a' + 'A');
            }
        }
        length += words.length;
    }

    private boolean endsWithArticle() {
        if (length < 2 || text[length - 1] != ' ' || (text[length - 2] | 0x20) != 'a') {
            return false;
        }
        return length == 2 || text[length - 3] == ' ' || text[length - 3] == '\n' || text[length - 3] == '"';
    }

    private static boolean startsWithVowelSound(byte[] words) {
        return switch (words[0] | 0x20) {
            case 'a', 'e', 'i', 'o' -> true;
            // "unicorn", "useful": a consonant sound
            case 'u' -> words.length < 3 || (words[1] != 's' && !(words[1] == 'n' && words[2] == 'i'));
            default -> false;
        };
    }

    /// The number of bytes told so far.
    int length() {
        return length;
    }

    /// Drops the text, keeping the buffer.
    void clear() {
        length = 0;
    }

    /// The buffer that holds the text in its first [#length] bytes; valid until the next words.
    byte[] buffer() {
        return text;
    }

    /// The text so far.
    @Override
    public String toString() {
        return new String(text, 0, length, StandardCharsets.US_ASCII);
    }

    private void reserve(int bytes) {
        if (length + bytes > text.length) {
            text = Arrays.copyOf(text, Math.max(text.length * 2, length + bytes));
        }
    }

    /// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every machine.
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
