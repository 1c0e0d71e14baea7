/* What the models below the threshold foresaw (2.7). */
#ifndef ONS_ANALYSIS_FORECAST_PRIV_H
#define ONS_ANALYSIS_FORECAST_PRIV_H

#include "analysis/fit_priv.h"

/* Forecast of scales target[0 … n_targets) from the scales below n_train (chance known).
 * ret_p: P(score at least as high as observed) per target; ret_first: all about target 0. */
ons_status ons_forecast_make(const ons_rows *r, size_t n_train, const size_t *target,
                             size_t n_targets, double scatter, double *ret_p,
                             ons_forecast *ret_first, ons_err *err);

#endif
