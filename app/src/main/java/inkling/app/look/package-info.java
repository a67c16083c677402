/// Looking at tokenizers: one page that explains what a tokenizer does to a text, and a table of several of them on
/// several corpora.
///
/// Start with [inkling.app.look.TokenPageCommand], which reads the text ([inkling.app.look.TextLook]) and writes the
/// page ([inkling.app.look.TokenPage]); its style and script lie beside it as resources.
/// [inkling.app.look.ExperimentsCommand] measures.
@NullMarked
package inkling.app.look;

import org.jspecify.annotations.NullMarked;
