/* How long a training step takes here and now, and how much memory a run: for what is said of both
 * before it begins.
 * No result depends on it. */
#ifndef ONS_TRAIN_SPEED_H
#define ONS_TRAIN_SPEED_H

#include "train/ladder.h"

/* Seconds of one step of a job, on one thread: the mean of a few that together take about budget_s
 * (two are made at least: a large model takes longer). Errors: NOMEM. */
ons_status ons_train_step_seconds(const ons_train_job *job, double budget_s, double *ret_seconds,
                                  ons_err *err);
/* What one run takes at its most, in bytes. */
double ons_train_job_bytes(const ons_train_job *job);

#endif
