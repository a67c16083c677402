package inkling.tokenizer;

import inkling.tokenizer.bpe.BpeModel;
import inkling.tokenizer.bpe.SpecialFinder;
import inkling.tokenizer.bpe.SpecialToken;
import inkling.tokenizer.corpus.SafeCut;
import inkling.tokenizer.normal.Normalization;
import inkling.tokenizer.utf8.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// A tokenizer's special and other added tokens, with finders for those that a policy lets be found.
final class AddedTokens {
    private final BpeModel model;
    private final SpecialFinder all;
    private final Rules allow;
    private final Rules refuse;
    private final Rules text;
    private final AtomicReference<Rules> latest;

    /// What a policy means for these tokens.
    ///
    /// @param policy the policy
    /// @param first finds tokens in the text as it is
    /// @param second finds tokens in what the first left over, once that is normalised
    /// @param refused the ids that must not be found
    record Rules(SpecialPolicy policy, SpecialFinder first, SpecialFinder second, Set<Integer> refused) {}

    AddedTokens(BpeModel model) {
        this.model = model;
        this.all = new SpecialFinder(model.specials());
        this.allow = rules(SpecialPolicy.ALLOW);
        this.refuse = rules(SpecialPolicy.REFUSE);
        this.text = rules(SpecialPolicy.TEXT);
        this.latest = new AtomicReference<>(allow);
    }

    /// The rules of a policy; those of the latest unusual one are kept.
    Rules of(SpecialPolicy policy) {
        if (policy.isUniform()) {
            return switch (policy.others()) {
                case ALLOW -> allow;
                case REFUSE -> refuse;
                case TEXT -> text;
            };
        }
        Rules kept = latest.get();
        if (!kept.policy.equals(policy)) {
            kept = rules(policy);
            latest.set(kept);
        }
        return kept;
    }

    private Rules rules(SpecialPolicy policy) {
        List<SpecialToken> first = new ArrayList<>();
        List<SpecialToken> second = new ArrayList<>();
        Set<Integer> refused = new HashSet<>();
        for (SpecialToken token : model.specials()) {
            SpecialPolicy.Treatment treatment =
                    token.traits().special() ? policy.of(token.text()) : SpecialPolicy.Treatment.ALLOW;
            if (treatment == SpecialPolicy.Treatment.REFUSE) {
                refused.add(token.id());
            }
            if (treatment != SpecialPolicy.Treatment.TEXT) {
                if (token.traits().normalized()) {
                    second.add(new SpecialToken(normal(token.text()), token.id(), token.traits()));
                } else {
                    first.add(token);
                }
            }
        }
        return new Rules(policy, new SpecialFinder(first), new SpecialFinder(second), refused);
    }

    private String normal(String text) {
        byte[] utf8 = Utf8.bytes(text);
        return new String(model.normalization().apply(utf8, 0, utf8.length), StandardCharsets.UTF_8);
    }

    /// Finds where texts may be cut for this tokenizer.
    SafeCut cuts() {
        boolean hidden = model.normalization() != Normalization.NONE
                && model.specials().stream()
                        .anyMatch(token -> token.traits().normalized()
                                && token.text().codePoints().anyMatch(c -> c <= ' '));
        return new SafeCut(all, model.pattern().cutsSafely() && !hidden);
    }
}
