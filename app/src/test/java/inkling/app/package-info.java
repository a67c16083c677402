/// The command line, seen from outside.
@NullMarked
package inkling.app;

import org.jspecify.annotations.NullMarked;
