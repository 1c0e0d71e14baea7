/* The learning-rate sweep of a ladder file: is the recipe's rate a good one, and how much does it
 * matter? Runs of a few sizes at several rates, in a directory of their own. */
#ifndef ONS_STUDY_SWEEP_H
#define ONS_STUDY_SWEEP_H

#include "base/sweep.h"
#include "study/ladder_file.h"

/* Trains what is not trained yet below `dir`; points live in `a`, by size, then rate.
 * No sweep in the file: no points. Errors: those of training. */
ons_status ons_sweep_run(const ons_ladder_file *f, const char *dir, size_t n_threads,
                         const ons_monitor *m, ons_arena *a, ons_sweep_point **ret_point,
                         size_t *ret_n, ons_err *err);

#endif
