package inkling.core.nn;

/// Where a block normalises.
public enum NormPlacement {
    /// `x + f(norm(x))`, and a norm after the last block.
    PRE,
    /// `norm(x + f(x))`, and none after the last block's own.
    POST
}
