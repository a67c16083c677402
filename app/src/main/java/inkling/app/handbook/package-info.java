/// Pages of the handbook: self-contained HTML from the chapters in `docs/handbook`, which travel with the program.
///
/// Read [HandbookPages] first; [MathMl] turns the formulas into what browsers show without a script.
@NullMarked
package inkling.app.handbook;

import org.jspecify.annotations.NullMarked;
