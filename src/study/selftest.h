/* The error rates of the verdicts, measured: many simulated series of every class of
 * analysis/simulate.h are decided and counted.
 *
 *   ons_selftest t;
 *   ONS_TRY(ons_selftest_run(&options, monitor, &t, err));
 *   … t.row[i].rate …
 *   ons_selftest_release(&t);
 *
 * The counts are the same whatever the number of threads, and whether or not the run
 * was interrupted. */
#ifndef ONS_STUDY_SELFTEST_H
#define ONS_STUDY_SELFTEST_H

#include "analysis/simulate.h"
#include "base/arena.h"
#include "base/monitor.h"
#include "base/status.h"

typedef struct ons_selftest_options {
    uint64_t seed;
    size_t repeat;      /* 1: quick; 40: full; the plan that many times over */
    const bool *chosen; /* [ons_sim_n_classes]; NULL: all */
    size_t n_threads;
    const char *path; /* where finished blocks are kept and taken up from; NULL: nowhere */
} ons_selftest_options;

/* Plain counts: sums of them do not depend on an order. */
typedef struct ons_tally {
    uint64_t n; /* series decided; batteries */
    uint64_t verdict[ONS_VERDICT_COUNT];
    uint64_t check[ONS_CHECK_COUNT];               /* METRIC: of series that looked like a jump */
    uint64_t sharp;                                /* p_sharp < .05 */
    uint64_t intervals, onset_held, midpoint_held; /* thresholds placed; intervals that hold it */
    uint64_t false_share; /* DISCOVERY: sum of false discoveries, millionths */
    uint64_t found;       /* DISCOVERY: jumps discovered */
} ons_tally;

/* What a class is judged by: the share called emergent; for SEEDS called sharp; for METRIC
 * called robust where the metric made the jump and metric-induced where it did not, among
 * series that look like a jump; for DISCOVERY the mean share of false discoveries. */
typedef struct ons_selftest_row {
    const ons_sim_class *of;
    ons_tally tally;
    double rate, se;
    double n;     /* what rate is a share of */
    bool in_band; /* not beyond the band by more than chance explains (one-sided p < .001) */
} ons_selftest_row;

typedef struct ons_selftest {
    ons_selftest_row *row;
    size_t n_rows, n_out;
    ons_arena arena;
} ons_selftest;

/* Errors: INTERRUPTED (what is done is in path), MISMATCH (path holds another plan, or its
 * counts are not what this build gives), IO, NOMEM. */
ons_status ons_selftest_run(const ons_selftest_options *o, const ons_monitor *m,
                            ons_selftest *ret_t, ons_err *err);
void ons_selftest_release(ons_selftest *t);

/* Index of a class by name; ons_sim_n_classes: none. */
size_t ons_selftest_find(const char *name, size_t len);

#endif
