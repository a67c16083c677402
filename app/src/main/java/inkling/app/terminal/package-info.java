/// What commands print with: streams that know whether a person looks on, numbers for people, a progress line, colours.
///
/// Results go to standard output, everything else (progress, notes, errors) to standard error, so that output can be
/// piped. Read [inkling.app.terminal.Terminal] first.
@NullMarked
package inkling.app.terminal;

import org.jspecify.annotations.NullMarked;
