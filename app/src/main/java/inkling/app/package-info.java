/// The command line of inkling: one class per command.
@NullMarked
package inkling.app;

import org.jspecify.annotations.NullMarked;
