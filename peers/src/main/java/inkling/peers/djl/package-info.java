/// Training with DJL's own arrays, as someone would write it who wants to stay in Java and never calls C++.
///
/// DJL has no RMSNorm, no fused attention and no clipping by the norm of all gradients, so they are put together
/// from what it has.
@NullMarked
package inkling.peers.djl;

import org.jspecify.annotations.NullMarked;
