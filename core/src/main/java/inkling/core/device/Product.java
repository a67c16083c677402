package inkling.core.device;

/// Which operands of a matrix product are transposed; all matrices are stored row by row.
public enum Product {
    /// `C(m, n) = A(m, k) · B(k, n)`.
    NN,
    /// `C(m, n) = A(m, k) · B(n, k)ᵀ`: a linear layer with its weight stored `(out, in)`.
    NT,
    /// `C(m, n) = A(k, m)ᵀ · B(k, n)`: the gradient of a weight.
    TN
}
