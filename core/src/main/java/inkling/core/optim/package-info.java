/// Optimizers, learning-rate schedules and gradient clipping.
///
/// Read [AdamW] first. Symbols: `θ` parameters, `g` gradients, `m` and `v` first and second moment, `t` step counted
/// from 1, `lr` learning rate, `λ` weight decay.
@NullMarked
package inkling.core.optim;

import org.jspecify.annotations.NullMarked;
