/* One score of one model on one task: the row that files, the store, run/ and
 * analysis exchange. The columns are those of the CSV of scores (man onset-verdict).
 *
 * Numbers that are not known are NaN, texts that are not known are empty, never
 * NULL. Borrows its texts from whoever made it (an arena, a statement). */
#ifndef ONS_BASE_SCORE_H
#define ONS_BASE_SCORE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

typedef enum ons_tristate { ONS_UNKNOWN = -1, ONS_NO = 0, ONS_YES = 1 } ons_tristate;

/* Equal, or both unknown. */
static inline bool ons_same_number(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

typedef struct ons_score {
    ons_str family;
    ons_str model;
    ons_str task;
    ons_str metric;
    ons_str prompt; /* name of the prompt variant; empty: the default one */
    ons_str seed;   /* as given; replicates of one scale differ here */
    ons_str note;
    ons_str recipe; /* what else the model was made with (data, tokenizer, …): parts between ';',
                       the same part of every row says the same thing; empty: unknown */
    ons_str origin; /* the family of a row whose families are taken together; else empty */
    ons_str group;  /* value of a column that series are split by (--compare); else empty */
    double params;  /* count */
    double tokens;  /* planned training tokens */
    double flops;   /* planned training FLOPs */
    double loss;    /* pre-training loss, nats per token */
    double shots;   /* few-shot examples */
    double n_items; /* items behind the score */
    double deff;    /* design effect of clustered items: variance over that of as many
                               independent ones; unknown: 1 */
    double n_clusters;      /* clusters that the items fall into: std_err is a clustered one then */
    double score;           /* in [0, high_score] where the metric has a range */
    double std_err;         /* standard error of score */
    double random_baseline; /* chance level on the scale of score */
    double high_score;      /* best possible score; unknown: 1 */
    ons_tristate higher_is_better;
    ons_tristate primary;      /* the task's pre-registered metric */
    ons_tristate intermediate; /* of a checkpoint before the end of its run */
} ons_score;

#endif
