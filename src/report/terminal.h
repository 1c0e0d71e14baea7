/* The report as text: the answer, the map, one row per ability.
 *
 * Pure: writes into a buffer. Colour only doubles what a sign and a word say. */
#ifndef ONS_REPORT_TERMINAL_H
#define ONS_REPORT_TERMINAL_H

#include <stdbool.h>

#include "report/report.h"

typedef struct ons_terminal_options {
    size_t columns; /* 0: 80; less than 60 counts as 60 */
    bool unicode;   /* else plain ASCII, whatever the texts hold */
    bool colour;    /* ANSI colours */
} ons_terminal_options;

/* Appends lines of at most `columns` columns (wide East Asian letters count two).
 * Errors: LIMIT (too many points or answers, `out` full), NOMEM. */
ons_status ons_report_terminal(const ons_report *r, const ons_terminal_options *o, ons_buf *out,
                               ons_err *err);

#endif
