/// Pictures and the page of a run.
///
/// Read [inkling.app.report.RunReport] first: it turns `metrics.jsonl` and `config.json` of a run folder into
/// `report.html` and `loss.svg`, which need no network and follow the reader's choice of light or dark.
///
/// The pictures are written as SVG text by [inkling.app.report.LineChart] rather than by a charting library: those draw
/// through AWT, which needs fonts and a font configuration that fresh machines without a screen lack, and their
/// output can follow no colour scheme.
@NullMarked
package inkling.app.report;

import org.jspecify.annotations.NullMarked;
