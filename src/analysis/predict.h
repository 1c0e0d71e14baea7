/* What the smaller models say about the larger ones: a predictive distribution for every scale
 * that is held out, beside simple baselines, and how far ahead it holds (method 2.7, horizon).
 *
 * Unlike the forecast of ons_series_decide, which asks whether a *smooth* curve from chance could
 * have been seen coming, this one takes any series. Pure and thread-safe. */
#ifndef ONS_ANALYSIS_PREDICT_H
#define ONS_ANALYSIS_PREDICT_H

#include "analysis/verdict.h"

/* Every baseline has the predictive distribution that belongs to it (Student's t). */
#define ONS_PREDICT_MAP(X)                                                          \
    X(TREND, "forecast")    /* a line with Brownian deviations, and a walk */       \
    X(LAST, "last-value")   /* the largest model known, steps as large as before */ \
    X(LINEAR, "linear")     /* least squares in the axis of the points */           \
    X(LOGISTIC, "logistic") /* least squares of the log odds above chance */

typedef enum ons_predict_by {
#define X(name, text) ONS_PREDICT_##name,
    ONS_PREDICT_MAP(X)
#undef X
        ONS_PREDICT_COUNT
} ons_predict_by;

const char *ons_predict_text(ons_predict_by by);

typedef struct ons_predictive {
    double median, lo, hi; /* 95 % interval of the score that would be seen */
    double log_score;      /* ln density at the observed score, per unit of score */
    double z; /* the observed score in standard deviations of a normal; forecast only, else NaN */
    double nats; /* surprise: ln density that the score would have had if it was what was expected,
                    less log_score; forecast only, else NaN */
} ons_predictive;

typedef struct ons_prediction {
    double x, observed;
    ons_predictive by[ONS_PREDICT_COUNT];
} ons_prediction;

enum { ONS_PREDICT_TRAIN_LEAST = 3 };

/* Predicts the n_out largest scales from all smaller ones. ret_p: [n_out], rising scale.
 * ret_n: 0 where fewer than ONS_PREDICT_TRAIN_LEAST scales are left, else n_out.
 * Errors: NOMEM, and those of ons_series_decide. */
ons_status ons_predict_make(const ons_series *s, size_t n_out, ons_prediction *ret_p, size_t *ret_n,
                            ons_err *err);

/* The same of a score that is a fraction, in two stages: a continuous metric of the same answers as a
 * line over scale, and the score as a logistic function of that metric, learned where both are known
 * (method 2.7). ret_p: [n_out], rising scale. ret_n: 0 where this cannot be, else n_out.
 * Errors: as ons_predict_make. */
ons_status ons_predict_two_stage(const ons_series *s, const ons_series *partner, size_t n_out,
                                 ons_predictive *ret_p, size_t *ret_n, ons_err *err);

/* The largest scale from the n_known smallest ones. */
typedef struct ons_foresight {
    size_t n_known;
    double x; /* largest of the known scales */
    ons_predictive forecast;
} ons_foresight;

/* How the largest scale looked from below, for every number of known scales from
 * ONS_PREDICT_TRAIN_LEAST on. ret_f: [n_points]. ret_n: 0 where there are too few scales.
 * ret_horizon: from how far below, in units of the axis, it could be told: it lies in the 95 %
 * interval and within a tenth of the headroom (without a chance level: of the range) of the
 * median, from there on. NaN: too few scales; 0: not even from the next smaller one. */
ons_status ons_predict_history(const ons_series *s, ons_foresight *ret_f, size_t *ret_n,
                               double *ret_horizon, ons_err *err);

/* The horizon alone. */
ons_status ons_predict_horizon(const ons_series *s, double *ret_horizon, ons_err *err);

#endif
