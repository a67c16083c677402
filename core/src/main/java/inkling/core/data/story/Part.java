package inkling.core.data.story;

import java.nio.charset.StandardCharsets;

/// One piece of a compiled template. Telling a part appends its words to a story; parts hold no state and are shared
/// freely.
sealed interface Part {
    /// Appends this part's words.
    void tell(Telling out);

    /// A part of fixed words.
    static Part text(String words) {
        return new Text(words.getBytes(StandardCharsets.US_ASCII));
    }

    /// Words that are always the same.
    final class Text implements Part {
        private final byte[] words;

        Text(byte[] words) {
            this.words = words;
        }

        @Override
        public void tell(Telling out) {
            out.append(words);
        }
    }

    /// Parts told one after the other.
    final class Sequence implements Part {
        private final Part[] parts;

        Sequence(Part[] parts) {
            this.parts = parts;
        }

        @Override
        public void tell(Telling out) {
            for (Part part : parts) {
                part.tell(out);
            }
        }
    }

    /// An inline choice: one of the parts, all equally likely.
    final class Choice implements Part {
        private final Part[] alternatives;

        Choice(Part[] alternatives) {
            this.alternatives = alternatives;
        }

        @Override
        public void tell(Telling out) {
            alternatives[out.below(alternatives.length)].tell(out);
        }
    }

    /// A named rule: one of its alternatives, and none a second time in a story before all were used.
    final class Rule implements Part {
        private final int id;
        private final Part[] alternatives;

        Rule(int id, Part[] alternatives) {
            this.id = id;
            this.alternatives = alternatives;
        }

        @Override
        public void tell(Telling out) {
            alternatives[out.fresh(id, alternatives.length)].tell(out);
        }
    }

    /// A word that is chosen at its first use and stays the same for the whole story: a name, a place, the wanted
    /// thing.
    final class Kept implements Part {
        private final int slot;

        Kept(int slot) {
            this.slot = slot;
        }

        @Override
        public void tell(Telling out) {
            out.append(out.kept(slot));
        }
    }

    /// A part whose first letter is written as a capital.
    final class Capitalised implements Part {
        private final Part part;

        Capitalised(Part part) {
            this.part = part;
        }

        @Override
        public void tell(Telling out) {
            out.capitaliseNext();
            part.tell(out);
        }
    }
}
