/// Small experiments whose outcome is known beforehand, run with the real parts.
///
/// Read [SgdToy] first: gradient descent on a quadratic, beside the law it must follow.
@NullMarked
package inkling.core.experiment;

import org.jspecify.annotations.NullMarked;
