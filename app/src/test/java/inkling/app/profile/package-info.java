/// Tests of the profile of a training step.
@NullMarked
package inkling.app.profile;

import org.jspecify.annotations.NullMarked;
