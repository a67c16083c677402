/// What a machine can do: numeric kernels on raw buffers, with explicit outputs and no allocation.
///
/// [Kernels] is the seam between the mathematics above and the machines below. Read it first. `reference` is its
/// specification in plain loops, `cpu` the fast one, `counting` computes nothing and adds up FLOPs and bytes.
@NullMarked
package inkling.core.device;

import org.jspecify.annotations.NullMarked;
