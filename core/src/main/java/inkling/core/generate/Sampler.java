package inkling.core.generate;

import inkling.core.tensor.Tensor;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// Draws token ids from logits: temperature, then top-k, then top-p (nucleus) sampling.
///
/// `p_i = e^(z_i/τ) / Σ_j e^(z_j/τ)`; of these the `k` largest stay, and of those the smallest set of largest
/// probabilities whose sum reaches `topP`; what stays is scaled to sum 1. Among equal probabilities the lower id is
/// preferred. One random number is used for each token, so the same seed gives the same text.
///
/// @see <a href="https://arxiv.org/abs/1904.09751">Holtzman et al., 2020</a>
public final class Sampler {
    private final SamplingSpec spec;
    private final RandomGenerator random;
    private double[] probabilities = new double[0];
    private long[] order = new long[0];

    /// A sampler that draws with this source of randomness.
    public Sampler(SamplingSpec spec, RandomGenerator random) {
        this.spec = spec;
        this.random = random;
    }

    /// Draws one token id from the logits of a whole vocabulary.
    ///
    /// @throws IllegalArgumentException if a logit is NaN or all are minus infinity
    public int draw(Tensor logits) {
        if (spec.isGreedy()) {
            return likeliest(logits);
        }
        int kept = keep(logits);
        double target = random.nextDouble() * sumOf(kept);
        double sum = 0;
        for (int rank = 0; rank < kept; rank++) {
            int id = idAt(rank);
            sum += probabilities[id];
            if (target < sum) {
                return id;
            }
        }
        return idAt(kept - 1); // rounding
    }

    /// The probability with which each id would be drawn.
    public double[] distribution(Tensor logits) {
        double[] result = new double[Math.toIntExact(logits.size())];
        if (spec.isGreedy()) {
            result[likeliest(logits)] = 1;
            return result;
        }
        int kept = keep(logits);
        double sum = sumOf(kept);
        for (int rank = 0; rank < kept; rank++) {
            result[idAt(rank)] = probabilities[idAt(rank)] / sum;
        }
        return result;
    }

    private static int likeliest(Tensor logits) {
        int size = Math.toIntExact(logits.size());
        int best = 0;
        float highest = Float.NEGATIVE_INFINITY;
        for (int id = 0; id < size; id++) {
            float logit = logits.get(id);
            if (!(logit < Float.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("sampling: the logit of token " + id + " is " + logit);
            }
            if (logit > highest) {
                highest = logit;
                best = id;
            }
        }
        return best;
    }

    /// Computes all probabilities and orders the candidates from the likeliest down; returns how many can be drawn.
    private int keep(Tensor logits) {
        int size = Math.toIntExact(logits.size());
        if (probabilities.length != size) {
            probabilities = new double[size];
            order = new long[size];
        }
        softmax(logits);
        boolean limited = spec.topK() > 0 && spec.topK() < size;
        // Tokens below this sum to less than 1 − topP all together, so the others reach topP without them.
        double cut = limited ? 0 : (1 - spec.topP()) / size;
        int candidates = 0;
        for (int id = 0; id < size; id++) {
            if (probabilities[id] >= cut) {
                order[candidates++] = descendingKey(logits.get(id)) << 32 | id;
            }
        }
        if (!limited && spec.topP() == 1) {
            return candidates;
        }
        Arrays.sort(order, 0, candidates);
        return nucleus(limited ? spec.topK() : candidates, limited);
    }

    private int nucleus(int limit, boolean limited) {
        double reach = spec.topP() * (limited ? sumOf(limit) : 1);
        double reached = 0;
        int kept = 0;
        while (kept < limit && (kept == 0 || reached < reach)) {
            reached += probabilities[idAt(kept++)];
        }
        return kept;
    }

    private double sumOf(int ranks) {
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++) {
            sum += probabilities[idAt(rank)];
        }
        return sum;
    }

    private int idAt(int rank) {
        return (int) order[rank];
    }

    /// A number that is the smaller the larger the logit, exactly; equal logits have equal keys.
    private static long descendingKey(float logit) {
        int bits = Float.floatToRawIntBits(logit + 0f); // −0 becomes 0
        return ~(bits ^ (bits >> 31 & Integer.MAX_VALUE));
    }

    private void softmax(Tensor logits) {
        float max = logits.get(likeliest(logits));
        if (max == Float.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException("sampling: all logits are minus infinity");
        }
        double sum = 0;
        for (int id = 0; id < probabilities.length; id++) {
            probabilities[id] = Math.exp(((double) logits.get(id) - max) / spec.temperature());
            sum += probabilities[id];
        }
        for (int id = 0; id < probabilities.length; id++) {
            probabilities[id] /= sum;
        }
    }
}
