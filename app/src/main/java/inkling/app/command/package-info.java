/// The commands, one class each: options, what they do, and what they tell the user.
///
/// A command checks what it was given, calls `inkling.core` or `inkling.tokenizer`, and prints; it computes nothing
/// itself. Failures leave as exceptions with one sentence in them, which `inkling.app.CommandFrame` prints.
@NullMarked
package inkling.app.command;

import org.jspecify.annotations.NullMarked;
