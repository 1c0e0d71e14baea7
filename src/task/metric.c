#include "task/metric.h"

#include <math.h>

/* The last characters of the decoded text are the answer, if the model came to an end. */
static bool final_answer_right(const ons_task_item *item, const ons_task_answer *a)
{
    ons_str gold = {item->target.ptr + item->answer_at, item->target.len - item->answer_at};
    if (!a->ended || a->text.len < gold.len) return false;
    return ons_str_eq((ons_str){a->text.ptr + a->text.len - gold.len, gold.len}, gold);
}

/* Of the gold tokens from `from` on. End-of-text is left out: every small model learns where
 * answers end, and that drift would look like a precursor of the ability. */
static double mean_logprob(const ons_task_answer *a, size_t from)
{
    double sum = 0;
    size_t end = a->n_tokens ? a->n_tokens - 1 : 0;
    for (size_t i = from; i < end; i++) sum += (double)a->token_logprob[i];
    return end > from ? sum / (double)(end - from) : (double)NAN;
}

double ons_metric_item(const ons_task *t, const ons_task_metric *m, size_t item,
                       const ons_task_answer *answer)
{
    const ons_task_item *i = &t->item[item];
    bool whole = m->chain || !t->steps;
    if (m->unit) return mean_logprob(answer, whole ? 0 : i->answer_at);
    return whole ? answer->greedy : final_answer_right(i, answer);
}

ons_task_score ons_metric_score(const ons_task_metric *m, const double *value, size_t n)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        double d = value[i] - mean;
        mean += d / (double)(i + 1);
        squares += d * (value[i] - mean);
    }
    ons_task_score s = {.score = mean, .n = n};
    double count = (double)n;
    if (!m->unit) {
        s.std_err = sqrt(mean * (1 - mean) / count);
    } else {
        s.std_err = n > 1 ? sqrt(squares / (count - 1) / count) : (double)NAN;
    }
    return s;
}
