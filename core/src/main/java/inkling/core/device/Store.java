package inkling.core.device;

/// What becomes of the earlier content of an output.
public enum Store {
    /// The result replaces it; the earlier content is never read, not even if it is NaN.
    OVERWRITE,
    /// The result is added to it.
    ADD
}
