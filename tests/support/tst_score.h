/* A row of scores of which nothing is known but its names; for tests that set what they need. */
#ifndef TST_SCORE_H
#define TST_SCORE_H

#include <math.h>

#include "base/parse.h"
#include "base/score.h"

static inline ons_score tst_score(const char *metric)
{
    const double no = (double)NAN;
    const ons_str none = ONS_S("");
    return (ons_score){.family = ONS_S("F"),
                       .task = ONS_S("t"),
                       .metric = ons_str_of(metric),
                       .prompt = none,
                       .model = none,
                       .seed = none,
                       .note = none,
                       .recipe = none,
                       .origin = none,
                       .group = none,
                       .params = no,
                       .tokens = no,
                       .flops = no,
                       .loss = no,
                       .shots = 0,
                       .n_items = no,
                       .deff = no,
                       .n_clusters = no,
                       .score = no,
                       .std_err = no,
                       .random_baseline = no,
                       .high_score = no,
                       .higher_is_better = ONS_UNKNOWN,
                       .primary = ONS_UNKNOWN};
}

#endif
