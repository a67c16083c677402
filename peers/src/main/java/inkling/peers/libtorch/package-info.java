/// Training with libtorch, PyTorch's C++ library, as a Python program would: the same kernels, called from Java.
///
/// The library is the official build that DJL brings, with MKL and oneDNN inside. Java calls it through the
/// classes of bytedeco, whose own build of it (with OpenBLAS, slower) stays unused; what they lack is called by
/// its C++ name through `java.lang.foreign`. Read [LibtorchModel] for the model and [LibtorchSide] for a step.
@NullMarked
package inkling.peers.libtorch;

import org.jspecify.annotations.NullMarked;
