/* What the parts of the report for the terminal share. Inside report/. */
#ifndef ONS_REPORT_TERMINAL_PRIV_H
#define ONS_REPORT_TERMINAL_PRIV_H

#include "report/term.h"
#include "report/terminal.h"
#include "report/view.h"

#define ONS_SHEET_TEXT_MAX ((size_t)1 << 24)
#define ONS_SHEET_NARROW   66 /* columns; below that there is no room for the level of chance */

/* The scales that all columns of the table stand for. */
typedef struct ons_grid {
    const ons_scales *sizes; /* a column each; NULL: they differ, or are too many */
    double lo, hi;
    size_t n;    /* columns of one character where sizes is NULL */
    size_t cell; /* columns of one size */
} ons_grid;

/* How names are written: in one piece, or, where that would cut them, family and shots in
 * columns of their own (0: no such column). */
typedef struct ons_naming {
    size_t all, task, family, shots; /* columns; all = task + family + shots */
} ons_naming;

typedef struct ons_sheet {
    ons_term t;
    const ons_view *v;
    size_t first, n_items; /* items of the view: the primary ones; where there are none, all */
    size_t n_rows;         /* the first ones of them, which have a row each */
    ons_report_axis axis;
    ons_naming name;
    size_t verdict; /* columns for the verdicts */
    ons_grid grid;
} ons_sheet;

static inline const ons_item *ons_sheet_item(const ons_sheet *p, size_t i)
{
    return p->v->item[p->first + i];
}

/* Has the series a place on the sheet's axis? */
static inline bool ons_sheet_has(const ons_sheet *p, const ons_item *it)
{
    return it->s->axis == p->axis && it->g.n > 0;
}

/* The sign of a verdict, one column. */
void ons_sheet_sign(const ons_sheet *p, const ons_report_series *s);
/* The name in p->name.all columns. */
void ons_sheet_name(const ons_sheet *p, const ons_report_series *s);
/* The column of x among n that stand for lo to hi. */
size_t ons_sheet_column(double x, double lo, double hi, size_t n);

/* Decides grid, names and verdicts of the rows. */
void ons_sheet_lay_out(ons_sheet *p);
/* "emergent at 19 k", or without its place. */
void ons_sheet_verdict(const ons_item *it, bool with_place, ons_buf *out);
/* A plot of the series with its continuous partner, and the verdict in sentences. */
void ons_sheet_plot(const ons_sheet *p, const ons_item *it);
/* One row for each of the rows. */
void ons_sheet_table(const ons_sheet *p);
/* The thresholds of the rows; nothing where there is none. */
void ons_sheet_map(const ons_sheet *p);

#endif
