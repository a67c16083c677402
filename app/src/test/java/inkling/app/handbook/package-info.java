@NullMarked
package inkling.app.handbook;

import org.jspecify.annotations.NullMarked;
