/// Where the time of a training step goes: a table and a picture, each kernel beside what the machine could do.
///
/// Read [inkling.app.profile.ProfileCommand] first; [inkling.app.profile.ProfiledRun] makes the steps,
/// [inkling.app.profile.ProfileTable] and [inkling.app.profile.FlamePicture] show what they took.
@NullMarked
package inkling.app.profile;

import org.jspecify.annotations.NullMarked;
