/// Tests of reports.
@NullMarked
package inkling.app.report;

import org.jspecify.annotations.NullMarked;
