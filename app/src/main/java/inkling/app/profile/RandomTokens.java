package inkling.app.profile;

import inkling.core.data.BatchSource;
import inkling.core.tensor.Ids;
import java.util.SplittableRandom;

/// Tokens at random: what a step takes does not depend on them.
final class RandomTokens implements BatchSource {
    private final int vocabulary;
    private final SplittableRandom random = new SplittableRandom(7);

    RandomTokens(int vocabulary) {
        this.vocabulary = vocabulary;
    }

    @Override
    public void next(Ids inputs, Ids targets) {
        for (int i = 0; i < inputs.size(); i++) {
            inputs.set(i, random.nextInt(vocabulary));
            targets.set(i, random.nextInt(vocabulary));
        }
    }

    @Override
    public long state() {
        return 0;
    }

    @Override
    public void restore(long state) {
        throw new UnsupportedOperationException("a profile is not resumed");
    }
}
