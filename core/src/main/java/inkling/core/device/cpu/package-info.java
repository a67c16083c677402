/// The fast device: every kernel on SIMD vectors of any width and on all cores.
///
/// Read [CpuKernels] first, then [MicroKernel] and [MatmulKernel], where nearly all the time of a training step goes.
/// [WorkerPool] holds the threads, [Lanes] the few vector helpers that everything shares.
///
/// Two rules keep results independent of the number of threads. Work is split by output rows (or fixed tiles), and
/// every sum has a fixed order. And the last, partial vector of a row is computed by the same vector instructions
/// under a mask, so that an element's bits do not depend on where a split falls.
///
/// Symbols inside kernels: `m`, `n`, `k` sizes of a product; `T` time, `K` head width, `H` query heads, `G` key heads;
/// names ending in `At` are byte offsets.
@NullMarked
package inkling.core.device.cpu;

import org.jspecify.annotations.NullMarked;
