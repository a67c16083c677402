package inkling.tokenizer;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.SpecialFinder;
import inkling.tokenizer.normal.Normalization;
import java.nio.charset.StandardCharsets;

/// Takes a text apart into added tokens and the text between them, which is normalised where the tokenizer says so.
///
/// As in Hugging Face's library: first the tokens that stand in the text as it is, then, in each part left
/// over and normalised, those that are looked for there.
final class TextWalk {
    private final BpeModel model;
    private final AddedTokens.Rules rules;
    private final Visitor visitor;

    /// Takes the parts in their order.
    interface Visitor {
        /// Takes text without added tokens; false ends the walk.
        boolean text(byte[] text, int from, int to);

        /// Takes an added token and the bytes it stands for; false ends the walk.
        boolean token(int id, byte[] text, int from, int to);
    }

    TextWalk(BpeModel model, AddedTokens.Rules rules, Visitor visitor) {
        this.model = model;
        this.rules = rules;
        this.visitor = visitor;
    }

    /// Walks through a whole text.
    ///
    /// @throws IllegalArgumentException if it has a token that the rules refuse
    void walk(byte[] text, int from, int to) {
        int at = from;
        while (at < to) {
            SpecialFinder.Match match = rules.first().find(text, from, at, to);
            int end = match == null ? to : match.from();
            if (at < end && !rest(text, at, end, from)) {
                return;
            }
            if (match == null || !token(match, text, from)) {
                return;
            }
            at = match.to();
        }
    }

    private boolean rest(byte[] text, int from, int to, int start) {
        Normalization normalization = model.normalization();
        if (!normalization.mayChange(text, from, to)) {
            return normal(text, from, to, start);
        }
        byte[] changed = normalization.apply(text, from, to);
        return normal(changed, 0, changed.length, start - from);
    }

    private boolean normal(byte[] text, int from, int to, int start) {
        if (rules.second().isEmpty()) {
            return visitor.text(text, from, to);
        }
        int at = from;
        while (at < to) {
            SpecialFinder.Match match = rules.second().find(text, from, at, to);
            int end = match == null ? to : match.from();
            if (at < end && !visitor.text(text, at, end)) {
                return false;
            }
            if (match == null) {
                return true;
            }
            if (!token(match, text, start)) {
                return false;
            }
            at = match.to();
        }
        return true;
    }

    private boolean token(SpecialFinder.Match match, byte[] text, int start) {
        if (rules.refused().contains(match.id())) {
            String name = new String(model.vocabulary().bytes(match.id()), StandardCharsets.UTF_8);
            throw new IllegalArgumentException("the text has the special token " + name + " at byte "
                    + (match.from() - start) + "; allow special tokens or encode it as ordinary text");
        }
        return visitor.token(match.id(), text, match.from(), match.to());
    }
}
