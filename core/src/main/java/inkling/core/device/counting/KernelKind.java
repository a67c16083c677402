package inkling.core.device.counting;

/// Families of kernels that are counted together.
public enum KernelKind {
    /// Matrix products of linear layers and the output head.
    MATMUL,
    /// Causal attention, whole and cached, forward and backward.
    ATTENTION,
    /// Embedding lookup and its gradient.
    EMBEDDING,
    /// RMSNorm.
    NORM,
    /// Rotary embedding.
    ROPE,
    /// SiLU and SwiGLU.
    ACTIVATION,
    /// Softmax, log-softmax and cross-entropy.
    SOFTMAX,
    /// Fill, copy, add, scale, sum of squares.
    ELEMENTWISE,
    /// The optimizer's update.
    OPTIMIZER
}
