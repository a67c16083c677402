/// What this machine can do: measured once, remembered, and used by everything that predicts or judges speed.
///
/// [MachineProfile] is the one way to it: `plan` and `train` predict times with it, MFU is a share of its peak, and
/// [MachineCommand] prints it.
@NullMarked
package inkling.app.machine;

import org.jspecify.annotations.NullMarked;
