/* One series on its way to a verdict, for the files that decide it. */
#ifndef ONS_ANALYSIS_DECIDE_PRIV_H
#define ONS_ANALYSIS_DECIDE_PRIV_H

#include "analysis/fit_priv.h"
#include "analysis/replicates_priv.h"
#include "analysis/shape_priv.h"
#include "analysis/tests_priv.h"

#define ONS_ALPHA        0.05 /* of each of the four tests */
#define ONS_SCALES_LEAST 4

typedef struct ons_decision {
    const ons_series *series;
    ons_rows rows;
    ons_scatter scatter;
    ons_like like[ONS_SCATTER_MAX];
    ons_two two;
    ons_split split;
    bool replicated, all_or_none;
    ons_replicates replicates;
    ons_shape_result shape;
    uint64_t seed;
    ons_verdict *v;
} ons_decision;

/* Runs that learned in scales [begin, end): their expected number, and all runs. */
void ons_decision_learned(const ons_decision *d, size_t begin, size_t end, double *ret_k,
                          double *ret_n);

/* The four tests (2.4) after both classes are fitted: p-values, split, the sharp curve and what
 * follows from it. Chance is known. Errors: NOMEM. */
ons_status ons_decision_test(ons_decision *d, ons_err *err);

/* Families together: p_sharp (and p_emergent) where the jump hangs on one of them. */
void ons_decision_test_families(ons_decision *d);

#endif
