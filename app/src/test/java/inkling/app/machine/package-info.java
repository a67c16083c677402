/// Tests of the measured machine.
@NullMarked
package inkling.app.machine;

import org.jspecify.annotations.NullMarked;
