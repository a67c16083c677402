/// Small experiments on the command line: each answers one question of the handbook.
///
/// [LabCommand] groups them; [UnicodeCommand] stands alone. They print; the computing is done in
/// `inkling.core.experiment` and `inkling.tokenizer`.
@NullMarked
package inkling.app.lab;

import org.jspecify.annotations.NullMarked;
