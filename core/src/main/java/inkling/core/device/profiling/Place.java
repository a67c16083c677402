package inkling.core.device.profiling;

/// Where in a training step a kernel is called.
///
/// @param phase forward pass, backward pass or update
/// @param layer `layer 0` …, or what is outside of the layers: `embedding`, `final norm`, `output head`, `optimizer`
/// @param part of the layer: `attention`, `feed-forward` or `norm`; empty outside of the layers
/// @param role the parameters it works with, in short: `q+k+v`, `w2`; empty where there are none
/// @param kernel the kernel: `matmul NT`
/// @param shape its size: `2048×512×1344`
public record Place(Phase phase, String layer, String part, String role, String kernel, String shape) {
    /// What a training step does one after the other.
    public enum Phase {
        /// From token ids to losses.
        FORWARD,
        /// From the losses to the gradients of the parameters.
        BACKWARD,
        /// Gradients set to zero, their norm, the update.
        OPTIMIZER
    }

    /// The same in every layer: `attention` for `layer 3`, itself outside of the layers.
    public String anyLayer() {
        return part.isEmpty() ? layer : part;
    }
}
