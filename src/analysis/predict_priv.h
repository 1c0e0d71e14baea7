/* The scales that are known, and the baselines on them. */
#ifndef ONS_ANALYSIS_PREDICT_PRIV_H
#define ONS_ANALYSIS_PREDICT_PRIV_H

#include "analysis/predict.h"
#include "analysis/series_priv.h"

typedef struct ons_known {
    size_t n;                 /* scales to learn from; those behind them are targets */
    bool bounded;             /* scores lie in 0..1 */
    double chance;            /* NaN: unknown */
    double unit;              /* what counts as a large change of score */
    double x[ONS_POINTS_MAX]; /* from 0, in units of one decade where W0 is 1.5 */
    double y[ONS_POINTS_MAX];
    double items[ONS_POINTS_MAX];    /* bounded; 0: unknown, the variance is assumed */
    double variance[ONS_POINTS_MAX]; /* of sampling */
} ons_known;

/* bounded: scores are fractions, also where their number of items is not known. */
void ons_known_make(const ons_rows *r, bool bounded, size_t n_train, ons_known *ret_k);
/* Of the score of a scale if its mean were y; never 0. */
double ons_known_variance(const ons_known *k, size_t scale, double y);

/* Student's t with dof degrees of freedom around `middle` with scale sd. */
typedef struct ons_student {
    double middle, sd, dof;
} ons_student;

double ons_student_log_density(const ons_student *t, double y);
double ons_student_below(const ons_student *t, double y); /* P(T <= y) */
double ons_student_reach(const ons_student *t);           /* half of the 95 % interval */

/* Least squares of v on x: prediction at the target. */
ons_student ons_predict_line(const ons_known *k, const double *v, size_t target);
/* The last score, with steps as large as before. */
ons_student ons_predict_walk(const ons_known *k, size_t target);

ons_predictive ons_predict_last(const ons_known *k, size_t target);
ons_predictive ons_predict_linear(const ons_known *k, size_t target);
ons_predictive ons_predict_logistic(const ons_known *k, size_t target);

#endif
