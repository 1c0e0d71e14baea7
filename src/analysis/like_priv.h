/* Likelihood of a series under a curve (2.2) and the inner solve for its two levels (2.3). */
#ifndef ONS_ANALYSIS_LIKE_PRIV_H
#define ONS_ANALYSIS_LIKE_PRIV_H

#include "analysis/series_priv.h"

/* Everything that depends on the scatter but not on the curve. */
typedef struct ons_like {
    const ons_rows *rows;
    double scatter; /* rho (accuracy) or tau (continuous) */
    double big_m;   /* 1 / rho - 1 */
    double base;    /* terms that no curve changes; ln C(n, k) is dropped everywhere */
    double weight[ONS_POINTS_MAX];   /* per scale: sum of effective sizes */
    double weight_y[ONS_POINTS_MAX]; /* per scale: the same times y */
    double edge[ONS_POINTS_MAX];     /* per scale: smallest mean used in a weight */
} ons_like;

void ons_like_init(ons_like *l, const ons_rows *r, double scatter);

/* The box that the two levels must stay in. */
typedef struct ons_box {
    double lower_min, lower_max, upper_min, upper_max;
} ons_box;

typedef struct ons_levels {
    double lower, upper;
} ons_levels;

/* Levels that fit best with F given per scale (quasi-likelihood, at most 25 steps).
 * at: where to start, and the result. */
void ons_like_levels(const ons_like *l, const double *f, const ons_box *box, double tolerance,
                     ons_levels *at);

/* ln likelihood of all rows with mean lower (1 - F) + upper F. */
double ons_like_value(const ons_like *l, const double *f, const ons_levels *at);

/* ln likelihood of each row at one mean per row (accuracy): without `base`.
 * Constants ln Gamma(M) - ln Gamma(n + M) are in base. */
void ons_like_rows(const ons_like *l, const double *mu, double *ret_ll);

/* The same for any rows: k of n, all with M. */
void ons_beta_binomial_fill(size_t n_rows, const double *k, const double *n, const double *mu,
                            double big_m, double *ret_ll);

#endif
