/// Small experiments whose outcome is known beforehand, run with the real parts, and sweeps over whole training runs.
///
/// Read [SgdToy] first: gradient descent on a quadratic, beside the law it must follow. [Sweep] makes the
/// configurations of runs that differ in one thing; [ModelVariant] holds the ablations of the architecture.
@NullMarked
package inkling.core.experiment;

import org.jspecify.annotations.NullMarked;
