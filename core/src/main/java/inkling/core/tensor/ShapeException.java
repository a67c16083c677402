package inkling.core.tensor;

/// Says that a tensor's shape is not the one an operation needs: operation, argument, actual and expected
/// shape.
public final class ShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /// Makes the message `operation: argument is (actual), expected expectation`.
    public ShapeException(String operation, String argument, Tensor actual, String expectation) {
        super(operation + ": " + argument + " is " + actual.shapeText() + ", expected " + expectation);
    }

    /// Makes an exception with a finished message.
    public ShapeException(String message) {
        super(message);
    }
}
