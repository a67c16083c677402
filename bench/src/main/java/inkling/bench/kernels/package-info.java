/// The matrix product beside the machine's own limit; read [MatmulBench] first.
@NullMarked
package inkling.bench.kernels;

import org.jspecify.annotations.NullMarked;
