/* The report as text: the answer, the map, one row per ability.
 *
 * Pure: writes into a buffer. Colour only doubles what a sign and a word say. */
#ifndef ONS_REPORT_TERMINAL_H
#define ONS_REPORT_TERMINAL_H

#include <stdbool.h>

#include "report/report.h"

typedef struct ons_terminal_options {
    size_t columns;   /* 0: 80; less than 40 counts as 40 */
    bool unicode;     /* else signs of ours in ASCII */
    bool letters;     /* letters of names as they are, although unicode is false */
    bool colour;      /* ANSI colours */
    size_t rows_most; /* more abilities than this: a row for those with a threshold, the others
                         are counted by verdict; 0: a row for each */
    size_t plot_most; /* up to so many abilities are plotted, each with its sentences; 0: none */
    const char *more; /* how to see those without a row; may be NULL */
} ons_terminal_options;

/* Appends lines of at most `columns` columns (wide East Asian letters count two).
 * Errors: LIMIT (too many points or answers, `out` full), NOMEM. */
ons_status ons_report_terminal(const ons_report *r, const ons_terminal_options *o, ons_buf *out,
                               ons_err *err);

#endif
