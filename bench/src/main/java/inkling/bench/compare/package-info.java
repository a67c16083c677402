/// Training steps beside other libraries, every side in a process of its own: the same starting weights, tokens
/// and optimizer, losses compared before anything is timed.
///
/// Read [CompareTraining] first. [TrainingTask] is what every side is given, as a folder of files; [TimedSteps]
/// is what a side written in Java does with it, and `torch_side.py` the same in Python.
@NullMarked
package inkling.bench.compare;

import org.jspecify.annotations.NullMarked;
