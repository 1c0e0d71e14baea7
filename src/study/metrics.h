/* What is known of metrics by their names: direction, range, and how much one counts beside
 * others. The columns of a table overrule it. */
#ifndef ONS_STUDY_METRICS_H
#define ONS_STUDY_METRICS_H

#include <stdbool.h>

#include "base/slice.h"

/* Which of several metrics of one task is its primary one, where no row says so: the first
 * of this order that is a fraction of its range.
 *   exact    an open answer that is right as a whole: chance is 0 and nothing is half right
 *   accuracy `acc`: the right one of given answers
 *   choice   the same under other rules (normed by length, a grade of its own)
 *   other    any fraction that is not named here
 *   overlap  how much an answer looks like a reference (BLEU, ROUGE and the like): a model
 *            that repeats the question scores, so it is primary only where nothing else is
 *   bias     a preference whose best value lies in the middle: more is not better */
typedef enum ons_metric_rank {
    ONS_RANK_BIAS = 1,
    ONS_RANK_OVERLAP,
    ONS_RANK_OTHER,
    ONS_RANK_CHOICE,
    ONS_RANK_ACCURACY,
    ONS_RANK_EXACT
} ons_metric_rank;

/* Which continuous metric of the same answers stands beside the primary one for the metric
 * check: the highest of this order, of equals the first by name.
 *   likelihood  what the model gave the right answer, in nats, bits or as perplexity
 *   distance    of its probabilities from the right answer (Brier)
 *   errors      counts of edits against a reference
 *   none        says something else: calibration is whether a model knows what it knows, and
 *               can be perfect where every answer is a guess */
typedef enum ons_partner_rank {
    ONS_PARTNER_NONE,
    ONS_PARTNER_ERRORS,
    ONS_PARTNER_DISTANCE,
    ONS_PARTNER_LIKELIHOOD
} ons_partner_rank;

typedef struct ons_metric_traits {
    bool lower_is_better;
    bool has_range; /* fractions of a best score */
    bool exact;     /* an open answer: chance is 0 unless a row says otherwise */
    ons_metric_rank rank;
    ons_partner_rank partner; /* of metrics without a range */
} ons_metric_traits;

ons_metric_traits ons_metric_traits_of(ons_str name);

#endif
