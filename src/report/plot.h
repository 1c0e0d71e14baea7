/* A pair of axes: ranges, ticks in words, a frame, and what may stand inside. */
#ifndef ONS_REPORT_PLOT_H
#define ONS_REPORT_PLOT_H

#include "report/report.h"
#include "report/svg.h"

typedef struct ons_plot {
    ons_map x, y;
    ons_report_axis axis;
    bool percent; /* y ticks as percent of a fraction */
    double size;  /* of the letters, in the figure's own units */
    ons_boxes boxes;
} ons_plot;

#define ONS_TICKS_MAX 24
typedef struct ons_tick {
    double at;
    char text[24];
} ons_tick;

/* Ticks of a log axis: whole decades, thinned to `most`; 2 and 5 between where there
 * is but one decade. Of the loss axis: round numbers, sign turned back. */
size_t ons_ticks_x(ons_report_axis axis, double lo, double hi, size_t most, ons_tick *ret_t);
/* Round numbers, or percent. */
size_t ons_ticks_y(bool percent, double lo, double hi, size_t most, ons_tick *ret_t);

/* The plot's area, with axis lines, y ticks at the left, x ticks below. */
void ons_plot_frame(ons_plot *p, ons_buf *b, size_t x_ticks, size_t y_ticks);
/* Keeps labels off a straight line. */
void ons_plot_avoid(ons_plot *p, double x1, double y1, double x2, double y2);
/* A fitted curve over the whole width, clipped to the frame; avoided by labels from
 * then on. Nothing for a curve of shape -1. */
void ons_plot_curve(ons_plot *p, ons_buf *b, const char *css, const ons_curve *c);
/* The height of a curve at x, NaN outside the frame. */
double ons_plot_curve_y(const ons_plot *p, const ons_curve *c, double x);

#endif
