/// What tests of several modules share: the optional folder of reference data, and readers of its files.
@NullMarked
package inkling.testkit;

import org.jspecify.annotations.NullMarked;
