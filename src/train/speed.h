/* How long a training step takes here and now: for what is said of the time a run will need.
 * No result depends on it. */
#ifndef ONS_TRAIN_SPEED_H
#define ONS_TRAIN_SPEED_H

#include "train/ladder.h"

/* Seconds of one step of a job, on one thread: the mean of a few that together take about budget_s
 * (two are made at least: a large model takes longer). Errors: NOMEM. */
ons_status ons_train_step_seconds(const ons_train_job *job, double budget_s, double *ret_seconds,
                                  ons_err *err);

#endif
