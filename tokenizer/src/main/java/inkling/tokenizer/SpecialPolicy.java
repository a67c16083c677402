package inkling.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// What happens to the written form of a special token, such as `<|endoftext|>`, inside a text.
///
/// ```
/// SpecialPolicy.REFUSE                           // the default: no special token may stand in the text
/// SpecialPolicy.REFUSE.allowing("<|endoftext|>") // this one may, others may not
/// SpecialPolicy.TEXT.allowing("<|endoftext|>")   // this one counts, others are ordinary text
/// SpecialPolicy.ALLOW.refusing("<|im_start|>")   // all but this one
/// ```
public final class SpecialPolicy {
    /// All become special tokens: for one's own text and for corpora.
    public static final SpecialPolicy ALLOW = new SpecialPolicy(Treatment.ALLOW, Map.of());
    /// All are an error, an [IllegalArgumentException]: the default, so that a user's text cannot smuggle
    /// special tokens in.
    public static final SpecialPolicy REFUSE = new SpecialPolicy(Treatment.REFUSE, Map.of());
    /// All are encoded like any other text.
    public static final SpecialPolicy TEXT = new SpecialPolicy(Treatment.TEXT, Map.of());

    private final Treatment others;
    private final Map<String, Treatment> named;

    enum Treatment {
        ALLOW,
        REFUSE,
        TEXT
    }

    private SpecialPolicy(Treatment others, Map<String, Treatment> named) {
        this.others = others;
        this.named = named;
    }

    /// This policy, except that these special tokens are allowed.
    public SpecialPolicy allowing(String... texts) {
        return with(Treatment.ALLOW, texts);
    }

    /// This policy, except that these special tokens are an error.
    public SpecialPolicy refusing(String... texts) {
        return with(Treatment.REFUSE, texts);
    }

    /// This policy, except that these special tokens are ordinary text.
    public SpecialPolicy asText(String... texts) {
        return with(Treatment.TEXT, texts);
    }

    private SpecialPolicy with(Treatment treatment, String... texts) {
        Map<String, Treatment> more = new HashMap<>(named);
        for (String text : texts) {
            more.put(text, treatment);
        }
        return new SpecialPolicy(others, Map.copyOf(more));
    }

    /// What happens to the special token of this text.
    Treatment of(String text) {
        return named.getOrDefault(text, others);
    }

    /// Whether all special tokens are treated alike.
    boolean isUniform() {
        return named.isEmpty();
    }

    /// What happens to the special tokens that have no rule of their own.
    Treatment others() {
        return others;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpecialPolicy policy && others == policy.others && named.equals(policy.named);
    }

    @Override
    public int hashCode() {
        return Objects.hash(others, named);
    }

    @Override
    public String toString() {
        return named.isEmpty() ? others.name() : others + " except " + named;
    }
}
