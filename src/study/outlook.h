/* The largest models of every series predicted from the smaller ones, and how good that was.
 *
 *   ons_outlook o;
 *   ONS_TRY(ons_outlook_make(&results.set, 2, n_threads, monitor, &arena, &o, err));
 *
 * The numbers do not depend on the threads. Borrows the set and the arena. */
#ifndef ONS_STUDY_OUTLOOK_H
#define ONS_STUDY_OUTLOOK_H

#include "analysis/predict.h"
#include "base/monitor.h"
#include "study/series.h"

typedef struct ons_outlook_series {
    const ons_study_series *of;
    ons_prediction *prediction; /* rising scale */
    ons_predictive *two_stage;  /* [n] through the continuous partner; NULL: there is none */
    size_t n;                   /* 0: too few scales */
    ons_foresight *history;     /* [n_history] how the largest scale looked from below */
    size_t n_history;
    double horizon; /* decades (loss: nats); see analysis/predict.h */
} ons_outlook_series;

/* Means over all predictions of a method. */
typedef struct ons_outlook_score {
    double coverage;  /* share inside the 95 % interval */
    double error;     /* |median - observed|, of scores that are fractions */
    double log_score; /* ln density, nats; higher is better */
} ons_outlook_score;

typedef struct ons_outlook {
    ons_outlook_series *series;
    size_t n_series; /* with a scale */
    size_t n_short;  /* of them with too few scales to predict anything */
    size_t n_predictions, n_fractions;
    ons_outlook_score by[ONS_PREDICT_COUNT]; /* NaN where there is nothing to score */
    size_t n_paired;                         /* predictions that there are in two stages too */
    ons_outlook_score two_stage, paired[ONS_PREDICT_COUNT]; /* of those alone */
} ons_outlook;

/* m is told how far it came. Errors: NOMEM, INTERRUPTED. */
ons_status ons_outlook_make(const ons_series_set *set, size_t n_out, size_t n_threads,
                            const ons_monitor *m, ons_arena *a, ons_outlook *ret_o, ons_err *err);

#endif
