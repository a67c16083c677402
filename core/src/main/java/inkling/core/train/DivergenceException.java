package inkling.core.train;

/// A loss or a gradient became infinite or NaN; training stops before it reaches the parameters.
public final class DivergenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long step;
    private final long batchState;

    DivergenceException(long step, long batchState, double loss, double gradientNorm) {
        super("training stopped in step " + step + ": the loss is " + loss + " and the gradient norm " + gradientNorm
                + " (batch state " + batchState + ")");
        this.step = step;
        this.batchState = batchState;
    }

    private DivergenceException(DivergenceException cause, String advice) {
        super(cause.getMessage() + "; " + advice, cause);
        this.step = cause.step;
        this.batchState = cause.batchState;
    }

    /// The same with a sentence part on what to go on from.
    DivergenceException with(String advice) {
        return new DivergenceException(this, advice);
    }

    /// The step that failed, counted from 1.
    public long step() {
        return step;
    }

    /// The sampler's state from which the failing batch was drawn.
    public long batchState() {
        return batchState;
    }
}
