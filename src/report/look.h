/* How a verdict looks: a shape, a colour that only doubles the shape, a word. */
#ifndef ONS_REPORT_LOOK_H
#define ONS_REPORT_LOOK_H

#include "report/report.h"

typedef enum ons_mark {
    ONS_MARK_DOT,     /* ● emergent */
    ONS_MARK_HALF,    /* ◐ candidate */
    ONS_MARK_DIAMOND, /* ◆ sharp, foreseeable */
    ONS_MARK_UP,      /* ▲ smooth, delayed */
    ONS_MARK_SQUARE,  /* ■ flat, constant, saturated */
    ONS_MARK_DOWN,    /* ▼ inverse, U and the other non-monotone */
    ONS_MARK_RING,    /* ○ undetermined */
    ONS_MARK_HOLLOW   /* ◎ emergent by its metric only: the emergent sign, hollow */
} ons_mark;

typedef struct ons_look {
    const char *css;   /* class of the colour */
    const char *glyph; /* one column, UTF-8 */
    ons_mark mark;
    char ascii;
    unsigned char ansi; /* colour of the 256 */
} ons_look;

/* Borrowed from a constant table. */
const ons_look *ons_look_of(const ons_report_series *s);
/* emergent, and the metric did not make the jump: what headlines count
 * (p_adjusted, where there is one, below .05). */
bool ons_series_emerged(const ons_report_series *s);
/* Emergent by itself, but not when the number of abilities tested is allowed for. */
bool ons_series_emerged_alone(const ons_report_series *s);
/* A verdict of a jump that the metric made. */
bool ons_series_metric_jump(const ons_report_series *s);
/* Where the verdict stands in a list: emergent first, undetermined last. */
int ons_series_rank(const ons_report_series *s);
/* "emergent", "smooth (jump by metric)", … at most 23 columns. */
const char *ons_verdict_label(const ons_report_series *s);
/* Runs of one size learn it or do not: no middle of them stands for any run, so the share that
 * learned is told in its place. */
bool ons_series_divided(const ons_report_series *s);
/* Has a threshold that can be drawn. */
bool ons_series_has_onset(const ons_report_series *s);

#endif
