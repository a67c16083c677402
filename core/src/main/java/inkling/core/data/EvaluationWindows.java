package inkling.core.data;

import inkling.core.tensor.Ids;
import java.io.IOException;

/// Walks once through a token file in windows that do not overlap, so that every token but the first is predicted
/// exactly once.
///
/// ```
/// while (windows.advance()) {
///     … windows.inputs(), windows.targets(), windows.batch(), windows.time() …
/// }
/// ```
///
/// All batches have the full shape but the last ones: one with fewer windows, and one with a single shorter window.
public final class EvaluationWindows {
    private final TokenFile tokens;
    private final int time;
    private final long limit;
    private final Ids inputSlab;
    private final Ids targetSlab;
    private long position;
    private int batch;
    private int windowTime;

    /// Windows of `time` tokens in batches of `batch`, at most `maxTokens` predictions from the file's start on.
    ///
    /// @throws IOException if the file has fewer than two tokens, so that there is nothing to predict
    public EvaluationWindows(TokenFile tokens, int batch, int time, long maxTokens) throws IOException {
        if (tokens.length() < 2) {
            throw new IOException(tokens.path() + ": it has " + tokens.length()
                    + " tokens, expected at least 2, so that there is one to predict");
        }
        this.tokens = tokens;
        this.time = time;
        this.limit = Math.min(tokens.length() - 1, Math.max(1, maxTokens));
        this.inputSlab = Ids.of(new int[batch * time]);
        this.targetSlab = Ids.of(new int[batch * time]);
    }

    /// Goes to the next batch; false at the end.
    public boolean advance() {
        long left = limit - position;
        if (left <= 0) {
            return false;
        }
        windowTime = (int) Math.min(time, left);
        batch = (int) Math.min(inputSlab.size() / time, left / windowTime);
        int count = batch * windowTime; // the windows of one batch follow each other in the file
        tokens.copy(position, inputSlab, 0, count);
        tokens.copy(position + 1, targetSlab, 0, count);
        position += count;
        return true;
    }

    /// Number of windows in the current batch.
    public int batch() {
        return batch;
    }

    /// Tokens of each window in the current batch.
    public int time() {
        return windowTime;
    }

    /// The current batch's tokens, `(batch·time)`.
    public Ids inputs() {
        return inputSlab.slice(0, batch * windowTime);
    }

    /// The successors of the inputs.
    public Ids targets() {
        return targetSlab.slice(0, batch * windowTime);
    }

    /// How many tokens are predicted in all.
    public long total() {
        return limit;
    }

    /// How many tokens have been given out so far, the current batch included.
    public long done() {
        return position;
    }
}
