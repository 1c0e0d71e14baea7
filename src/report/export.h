/* The report for papers and scripts: figures as files, verdicts as CSV and LaTeX.
 *
 * From the same values as the page (report.h), with the same promises: equal values
 * give equal bytes, texts are escaped, nothing is fetched. Thread-safe. */
#ifndef ONS_REPORT_EXPORT_H
#define ONS_REPORT_EXPORT_H

#include "report/report.h"

#define ONS_FIGURE_NAME_MAX 128

/* Takes one figure; name: of a file, with ".svg"; svg: the whole of it, borrowed for the call. */
typedef ons_status (*ons_figure_take)(void *ctx, const char *name, ons_str svg, ons_err *err);

/* Every figure as an SVG file of its own, with its style inside and text as text: map.svg,
 * models.svg, and of each series SERIES.svg (the score), SERIES--partner.svg and
 * SERIES--learned.svg where there are such, SERIES--panel.svg of those on the map. SERIES is the
 * id of the section of the page. On several axes also map-by-AXIS.svg.
 * Errors: as ons_report_html, and what `take` returns, which ends it. */
ons_status ons_report_figures(const ons_report *r, ons_figure_take take, void *ctx, ons_err *err);

/* One row per series in the order of the page, RFC 4180 with a header: names as in `verdict
 * --json`, what is nested there joined by "_" (p_above, onset_x, onset_lo, forecast_median), flags
 * separated by spaces. Numbers read back as they were, unknown ones are empty. */
ons_status ons_report_csv(const ons_report *r, ons_buf *out, ons_err *err);

/* The abilities of the map as a tabular for a paper (needs the package booktabs). */
ons_status ons_report_latex(const ons_report *r, ons_buf *out, ons_err *err);

#endif
