/* A series after cleaning: sorted, grouped by scale, counted.
 *
 * Rows are single models; rows whose scales differ by at most half a percent are
 * replicates of one scale and share its x (2.1). Rules that ask for a number of
 * points mean scales. */
#ifndef ONS_ANALYSIS_SERIES_PRIV_H
#define ONS_ANALYSIS_SERIES_PRIV_H

#include "analysis/verdict.h"

typedef struct ons_rows {
    size_t n_rows, n_scales, n_dropped;
    bool gaussian;
    bool pooled; /* models of several families */
    bool chance_known;
    bool se_assumed;          /* continuous, and no standard error was known for some row */
    double chance;            /* NaN where unknown */
    double ceiling;           /* best possible y */
    double headroom;          /* ceiling - chance; where chance is unknown, of the data */
    double range;             /* largest minus smallest y */
    double w0;                /* 10-90 % width that separates sharp from gradual, units of x */
    double unit;              /* what stands for one decade where w0 is not 1.5 decades */
    double x[ONS_POINTS_MAX]; /* [n_scales], rising */
    size_t begin[ONS_POINTS_MAX + 1]; /* rows of scale s: begin[s] <= i < begin[s + 1] */
    double y[ONS_POINTS_MAX];         /* [n_rows] */
    double n[ONS_POINTS_MAX];         /* items (accuracy) */
    double k[ONS_POINTS_MAX];         /* right answers, may be fractional */
    double se[ONS_POINTS_MAX];        /* continuous */
    unsigned family[ONS_POINTS_MAX];  /* [n_rows] */
    uint64_t content;                 /* hash of all of the above, for the seed */
} ons_rows;

/* Errors: LIMIT, USAGE as ons_series_decide. */
ons_status ons_rows_make(const ons_series *s, ons_rows *ret_rows, ons_err *err);

/* Pooled score of scale s with the rows' effective sizes at this scatter. */
typedef struct ons_pooled {
    double hits, trials; /* accuracy: sum ne y, sum ne */
    double mean;
    double se; /* continuous: standard error of the weighted mean */
} ons_pooled;
ons_pooled ons_rows_pool(const ons_rows *r, size_t scale_begin, size_t scale_end, double scatter);

/* Effective number of items of a row under intra-class correlation rho (2.2). */
static inline double ons_effective_n(double n, double rho) { return n / (1 + (n - 1) * rho); }

/* Plain pooled score of one scale, sum k / sum n (or the mean). */
double ons_rows_score(const ons_rows *r, size_t scale);

#endif
