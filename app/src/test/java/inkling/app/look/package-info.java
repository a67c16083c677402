/// The command line, seen from outside.
@NullMarked
package inkling.app.look;

import org.jspecify.annotations.NullMarked;
