/* The points of a series gathered by scale, and scales and scores in words. */
#ifndef ONS_REPORT_SCALE_H
#define ONS_REPORT_SCALE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "report/report.h"

/* Scales that differ by less than half a percent are one (tables round). */
#define ONS_SAME_SCALE .002166

/* The runs of one scale: point[first..first+n) of the list. */
typedef struct ons_scale {
    double x, params; /* params NaN: unknown, or not the same for all runs */
    double median, mean, least, most;
    double items; /* smallest number of questions behind a run; NaN: unknown */
    size_t first, n;
} ons_scale;

typedef struct ons_scales {
    ons_point *point; /* sorted by x, then seed, then y; without NaN */
    size_t n_points;
    ons_scale *scale; /* ascending */
    size_t n;
    bool by_params;     /* every scale has params and they grow with x: say sizes, not FLOPs */
    double least, most; /* of all points */
} ons_scales;

/* Errors: LIMIT (more than ONS_POINTS_MAX points), NOMEM. */
ons_status ons_scales_make(const ons_point *point, size_t n_points, ons_report_axis axis,
                           ons_arena *a, ons_scales *ret_s, ons_err *err);

/* The first scale from which on every scale up to `last` is clearly above the smallest one
 * (1.96 standard errors; theirs, or by the scatter between runs where that is larger); 0:
 * there is none. ret_steady: on that way nothing clearly falls back. */
size_t ons_scales_rise_from(const ons_scales *s, size_t last, bool *ret_steady);

/* log10 of the parameters at x, between the sizes on either side; NaN unless by_params. */
double ons_scales_params_at(const ons_scales *s, double x);

/* "28,160 parameters" where the list goes by params, else "1.3×10²² FLOPs".
 * rounded: x lies between scales, so two digits: "about 21 k parameters". */
void ons_scale_words(const ons_scales *s, ons_report_axis axis, double x, bool rounded,
                     ons_buf *out);
/* As ons_scale_words without the unit, for a place that has named it: "28,160". */
void ons_scale_short(const ons_scales *s, ons_report_axis axis, double x, ons_buf *out);
/* "parameters", "FLOPs", … as ons_scale_words ends. */
const char *ons_scale_unit(const ons_scales *s, ons_report_axis axis);
/* "training compute, FLOPs" */
const char *ons_axis_title(ons_report_axis axis);
/* "compute", "parameters", "tokens", "loss" */
const char *ons_axis_word(ons_report_axis axis);
/* "1.5 decades of compute" for a w0 */
void ons_width_words(double w0, ons_report_axis axis, ons_buf *out);

/* "95 %", or "−2.3 nats" on a continuous metric. */
void ons_score_words(double y, bool continuous, ons_str unit, int digits, ons_buf *out);
/* "exact_match" as "exact match", "logprob" as "log-probability". */
void ons_metric_words(ons_str metric, ons_buf *out);

/* 95 % interval of one run's score: Wilson for fractions, y ± 1.96 se otherwise.
 * False where neither n nor se is known. */
bool ons_point_interval(const ons_point *p, bool continuous, double *ret_lo, double *ret_hi);

/* Runs of one scale that made more than half of the way from chance to all right. Fractions only;
 * chance NaN: not known, as if 0. */
size_t ons_scale_learned(const ons_scales *g, const ons_scale *q, double chance);

#endif
