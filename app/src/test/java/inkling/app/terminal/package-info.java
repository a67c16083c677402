/// What is seen of a command while it runs.
@NullMarked
package inkling.app.terminal;

import org.jspecify.annotations.NullMarked;
