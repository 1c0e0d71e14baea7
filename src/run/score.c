/* Scores from what the store holds. */
#include "run/score.h"

#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "task/metric.h"

typedef struct collector {
    const ons_task *task;
    ons_arena *arena;
    ons_task_answer *answer; /* [n_items] */
    bool *scored, *decoded;  /* [n_items] */
} collector;

static ons_status collect(void *ctx, const ons_response *r, ons_err *err)
{
    collector *c = ctx;
    if (r->item >= c->task->n_items)
        return ONS_FAIL(err, ONS_FORMAT, "a response to item %zu of %zu", r->item,
                        c->task->n_items);
    ons_task_answer *a = &c->answer[r->item];
    if (r->kind == ONS_RESPONSE_LOGLIKELIHOOD) {
        size_t want = c->task->item[r->item].target.len + 1; /* characters and end-of-text */
        if (r->n_values != want)
            return ONS_FAIL(err, ONS_FORMAT, "response %s has %zu values, the item has %zu tokens",
                            ons_id_hex(r->id).hex, r->n_values, want);
        float *values;
        ONS_TRY(ONS_NEW(c->arena, r->n_values + 1, &values, err));
        memcpy(values, r->values, r->n_values * sizeof *values);
        a->token_logprob = values;
        a->n_tokens = r->n_values;
        a->greedy = r->greedy;
        c->scored[r->item] = true;
    } else {
        char *text;
        ONS_TRY(ONS_NEW(c->arena, r->text.len + 1, &text, err));
        memcpy(text, r->text.ptr, r->text.len);
        a->text = (ons_str){text, r->text.len};
        a->ended = r->ended;
        c->decoded[r->item] = true;
    }
    return ONS_OK;
}

/* Where items lack a response: the first of them; n_items: none does. */
static size_t first_unanswered(const collector *c)
{
    size_t i = 0;
    while (i < c->task->n_items && c->scored[i] && (!c->task->steps || c->decoded[i])) i++;
    return i;
}

static ons_score score_row(const ons_store_model *who, const ons_task *t, const ons_task_metric *m,
                           ons_task_score v)
{
    bool share = m->unit == NULL;
    return (ons_score){.family = who->family,
                       .model = who->name,
                       .task = ons_str_of(t->name),
                       .metric = ons_str_of(m->name),
                       .prompt = ONS_S(""),
                       .seed = who->seed,
                       .note = ONS_S(""),
                       .recipe = ONS_S(""),
                       .origin = ONS_S(""),
                       .group = ONS_S(""),
                       .deff = (double)NAN,
                       .n_clusters = (double)NAN,
                       .params = who->params,
                       .tokens = who->tokens,
                       .flops = who->flops,
                       .loss = who->loss,
                       .shots = (double)t->shots,
                       .n_items = (double)v.n,
                       .score = v.score,
                       .std_err = v.std_err,
                       .random_baseline = !share     ? (double)NAN
                                          : m->chain ? 0
                                                     : t->chance,
                       .high_score = share ? 1 : (double)NAN,
                       .higher_is_better = ONS_YES,
                       .primary = m->primary ? ONS_YES : ONS_NO,
                       .intermediate = who->intermediate ? ONS_YES : ONS_NO};
}

ons_status ons_score_responses(ons_store *store, const ons_store_model *who, const ons_task *t,
                               ons_arena *a, ons_score ret_row[ONS_TASK_METRICS_MAX],
                               size_t *ret_missing, ons_err *err)
{
    collector c = {.task = t, .arena = a};
    double *value;
    ONS_TRY(ONS_NEW(a, t->n_items + 1, &c.answer, err));
    ONS_TRY(ONS_NEW(a, t->n_items + 1, &c.scored, err));
    ONS_TRY(ONS_NEW(a, t->n_items + 1, &c.decoded, err));
    ONS_TRY(ONS_NEW(a, t->n_items + 1, &value, err));
    ONS_TRY(ons_store_each_response(store, who->hash, t->hash, collect, &c, err));
    *ret_missing = first_unanswered(&c);
    if (*ret_missing < t->n_items) return ONS_OK;
    for (size_t m = 0; m < t->n_metrics; m++) {
        for (size_t i = 0; i < t->n_items; i++)
            value[i] = ons_metric_item(t, &t->metric[m], i, &c.answer[i]);
        ret_row[m] =
            score_row(who, t, &t->metric[m], ons_metric_score(&t->metric[m], value, t->n_items));
    }
    return ONS_OK;
}
