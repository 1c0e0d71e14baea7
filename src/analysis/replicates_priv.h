/* Seeds that learn or do not (2.14). */
#ifndef ONS_ANALYSIS_REPLICATES_PRIV_H
#define ONS_ANALYSIS_REPLICATES_PRIV_H

#include "analysis/fit_priv.h"

/* The all-or-none reading: each run is at a low level or at the learned one; what rises
 * with scale is the share of runs that learn. */
typedef struct ons_replicates {
    double ll_sharp, ll_smooth;     /* maxima over curves, averaged over scatter and lapses */
    double log_bayes;               /* sharp against the best width of the smooth class, both
                                     * averaged over midpoints and shapes */
    ons_fit sharp;                  /* best E curve: F is the probability of having learned */
    ons_interval midpoint, onset;   /* lo, hi: 95 %, curves of both classes */
    double learned[ONS_POINTS_MAX]; /* per row: posterior of having learned, at the best E fit */
} ons_replicates;

/* At least three scales have replicates. */
bool ons_replicates_apply(const ons_rows *r);
/* Errors: NOMEM. */
ons_status ons_replicates_fit(const ons_rows *r, ons_replicates *ret_b, ons_err *err);

/* 2 ln ratio of sharp against smooth that both readings grant, each with the sharp curve of the
 * better one: where a gradual curve under either reading explains the runs, nothing is sharp.
 * Comparable with ons_two.lr. */
double ons_replicates_lr(const ons_two *graded, const ons_replicates *b);

#endif
