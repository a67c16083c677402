/// Training: the loop, evaluation, checkpoints and the run folder.
///
/// Read [Trainer] first, then [TrainingStep], which is what one step does. A [RunFolder] holds everything that is
/// needed to understand, resume or use a run; its [Checkpoint]s end a resumed run bit-identical to one that never
/// stopped.
@NullMarked
package inkling.core.train;

import org.jspecify.annotations.NullMarked;
