/// Rules that hold for the sources of every module: format, size, architecture, documentation.
@NullMarked
package inkling.checks;

import org.jspecify.annotations.NullMarked;
