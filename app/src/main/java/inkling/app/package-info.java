/// The command line of inkling: one class per command, one place where errors become sentences.
///
/// Start with [inkling.app.Main], then [inkling.app.CommandFrame], which runs every command;
/// `inkling.app.command` holds the commands, `inkling.app.terminal` what they print with,
/// `inkling.app.report` the pictures and pages of a run.
@NullMarked
package inkling.app;

import org.jspecify.annotations.NullMarked;
