/// Compares this program with the reference answers of the assignment (CS336, first assignment): every part, model,
/// optimizer, tokenizer and figure for which a folder of references has an answer.
///
/// Read [ReferenceCheck] first: it lists the families. One class compares one family; all report to [References],
/// which knows the folder and the device and keeps what was found.
@NullMarked
package inkling.core.check;

import org.jspecify.annotations.NullMarked;
