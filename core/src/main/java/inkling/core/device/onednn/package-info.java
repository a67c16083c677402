/// Matrix products in bf16 by oneDNN, a native library that is neither needed nor shipped: on processors with units
/// for bf16 (AVX512_BF16, AMX), which the Vector API cannot reach.
///
/// [OneDnnFile] finds the library, [OneDnn] calls it through `java.lang.foreign`, [OneDnnTiles] are the products that
/// [inkling.core.device.cpu.CpuKernels] takes in place of its own. oneDNN's own threads are never used: each worker of
/// the device runs its tiles itself, so results do not depend on the number of threads.
@NullMarked
package inkling.core.device.onednn;

import org.jspecify.annotations.NullMarked;
