/* Is a series constant, rising, falling, U-shaped, capped or none of these (2.5)? */
#ifndef ONS_ANALYSIS_SHAPE_PRIV_H
#define ONS_ANALYSIS_SHAPE_PRIV_H

#include "analysis/series_priv.h"

typedef enum ons_order {
    ONS_ORDER_CONSTANT,
    ONS_ORDER_RISING,
    ONS_ORDER_FALLING,
    ONS_ORDER_U,
    ONS_ORDER_CAP,
    ONS_ORDER_NONE
} ons_order;

/* One value per scale, rising scale. Accuracy: y = k / n with real k, n. */
typedef struct ons_shape_data {
    size_t n_scales;
    bool gaussian;
    /* Gaussian data whose errors nobody gave: weight is the most that can be trusted, the
     * scatter between neighbours says how much of it, and x is needed. */
    bool measure_scatter;
    double scatter; /* rho0 or tau0 */
    double x[ONS_POINTS_MAX];
    double y[ONS_POINTS_MAX];
    double n[ONS_POINTS_MAX];      /* trials; unused for Gaussian data */
    double weight[ONS_POINTS_MAX]; /* n / phi, or 1 / variance */
} ons_shape_data;

typedef struct ons_shape_result {
    ons_order order;
    double p;         /* of the accepted class; 0 where none is accepted */
    bool dip_ignored; /* a dip or rebound below a quarter of the main limb */
} ons_shape_result;

/* The simplest class that is not rejected, by parametric bootstrap with B = 399.
 * Deterministic in data and seed. Errors: NOMEM, LIMIT. */
ons_status ons_shape_decide(const ons_shape_data *d, uint64_t seed, ons_shape_result *ret_r,
                            ons_err *err);

/* Order-restricted fit: means into ret_f, deviance returned. Exposed for tests. */
double ons_shape_fit(const ons_shape_data *d, ons_order order, double *ret_f);

/* Scatter rho of accuracies (y = k / n) between neighbours in x: what the squared distances to
 * the line between the neighbours leave above sampling noise; 0 up to below 1. A slope does not
 * touch it, one step hardly where scales are many. */
double ons_shape_neighbour_scatter(const ons_shape_data *d);

#endif
