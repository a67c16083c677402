package inkling.core.data;

import inkling.core.tensor.Ids;
import java.io.IOException;

/// Draws windows of `m` tokens at random places of a token file, with their successors as targets.
///
/// Starts are uniform over `0 … n − m − 1`, the last one that leaves a target for its last token. Which windows come is
/// decided by the seed alone, and the state is one number, so a stopped run draws on as if it had not been stopped.
public final class BatchSampler implements BatchSource {
    private final TokenFile tokens;
    private final int time;
    private ResumableRandom random;

    /// A sampler of windows of `time` tokens.
    ///
    /// @throws IOException if the file is too short for a single window
    public BatchSampler(TokenFile tokens, int time, long seed) throws IOException {
        if (time < 1) {
            throw new IllegalArgumentException("batch sampler: time is " + time + ", expected at least 1");
        }
        if (tokens.length() < time + 1L) {
            throw new IOException(tokens.path() + ": it has " + tokens.length() + " tokens, expected at least "
                    + (time + 1L) + " (context length " + time + " and one target)");
        }
        this.tokens = tokens;
        this.time = time;
        this.random = new ResumableRandom(seed);
    }

    @Override
    public void next(Ids inputs, Ids targets) {
        if (inputs.size() != targets.size() || inputs.size() % time != 0) {
            throw new IllegalArgumentException("batch sampler: " + inputs.size() + " inputs and " + targets.size()
                    + " targets, expected the same multiple of the window " + time);
        }
        for (int row = 0; row < inputs.size(); row += time) {
            long start = nextStart();
            tokens.copy(start, inputs, row, time);
            tokens.copy(start + 1, targets, row, time);
        }
    }

    long nextStart() {
        return random.nextLong(tokens.length() - time);
    }

    @Override
    public long state() {
        return random.state();
    }

    @Override
    public void restore(long state) {
        random = new ResumableRandom(state);
    }
}
