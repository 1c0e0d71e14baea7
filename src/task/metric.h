/* From raw responses to scores. Pure: a score can be computed again at any time from
 * what the store holds, without a model. */
#ifndef ONS_TASK_METRIC_H
#define ONS_TASK_METRIC_H

#include "task/task.h"

/* What a model answered to one item. */
typedef struct ons_task_answer {
    const float *token_logprob; /* [n_tokens] of the gold target and end-of-text, nats */
    size_t n_tokens;            /* tokens are characters: target.len + 1 */
    bool greedy;                /* each of them was the most likely one */
    ons_str text;               /* decoded answer (tasks with steps), borrowed */
    bool ended;                 /* it ended with end-of-text */
} ons_task_answer;

typedef struct ons_task_score {
    double score, std_err;
    size_t n;
} ons_task_score;

/* The value of one item. */
double ons_metric_item(const ons_task *t, const ons_task_metric *m, size_t item,
                       const ons_task_answer *answer);
/* Mean over items; standard error sqrt(p (1-p) / n) of a share, s / sqrt(n) of a mean.
 * value: [n] by ons_metric_item; n >= 1. Running mean and variance (Welford 1962). */
ons_task_score ons_metric_score(const ons_task_metric *m, const double *value, size_t n);

#endif
