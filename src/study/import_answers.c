#include "study/import_answers.h"

#include <math.h>
#include <stdio.h>

#include "base/parse.h"

void ons_answers_init(ons_answers *a, ons_store *s)
{
    *a = (ons_answers){.store = s};
    ons_arena_init(&a->texts, 0);
}

void ons_answers_release(ons_answers *a) { ons_arena_clear(&a->texts); }

ons_status ons_answers_flush(ons_answers *a, ons_err *err)
{
    if (a->n == 0) return ONS_OK;
    ONS_TRY(ons_store_put_responses(a->store, a->batch, a->n, err));
    a->n_kept += a->n;
    a->n = 0;
    ons_arena_clear(&a->texts);
    return ONS_OK;
}

/* ---- whose answers they are ---- */

/* The weights are not here: name and scale stand for them. */
static ons_id model_id(const ons_model_scale *m)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_str(&h, ONS_S("imported model"));
    ons_hasher_str(&h, m->family);
    ons_hasher_str(&h, m->model);
    ons_hasher_f64(&h, isnan(m->params) ? -1 : m->params);
    ons_hasher_f64(&h, isnan(m->tokens) ? -1 : m->tokens);
    ons_hasher_f64(&h, isnan(m->flops) ? -1 : m->flops);
    return ons_hasher_end(&h);
}

static ons_id task_id(const ons_import_answer *x)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_str(&h, ONS_S("imported task"));
    ons_hasher_str(&h, x->task);
    ons_hasher_str(&h, x->prompt);
    ons_hasher_f64(&h, isnan(x->shots) ? -1 : x->shots);
    return ons_hasher_end(&h);
}

static ons_status tell_model(ons_answers *a, const ons_import_answer *x, ons_id id, ons_err *err)
{
    const ons_model_scale *m = x->model;
    const ons_store_model row = {.hash = id,
                                 .family = m->family,
                                 .name = m->model,
                                 .seed = ONS_S(""),
                                 .recipe = ONS_S(""),
                                 .params = m->params,
                                 .params_non_embedding = m->params_non_embedding,
                                 .tokens = m->tokens,
                                 .flops = m->flops,
                                 .loss = (double)NAN,
                                 .intermediate = m->on_the_way};
    return ons_store_put_model(a->store, &row, err);
}

/* Its name is none of a task that is built in: the items are others. */
static ons_status tell_task(ons_answers *a, const ons_import_answer *x, ons_id id, ons_err *err)
{
    char name[512];
    (void)snprintf(name, sizeof name, "lm-eval:" ONS_STR_FMT, ONS_STR(x->task));
    const ons_store_task row = {.hash = id,
                                .name = ons_str_of(name),
                                .about = ONS_S("answers from files of lm-evaluation-harness"),
                                .chance = (double)NAN};
    return ons_store_put_task(a->store, &row, err);
}

static ons_status tell(ons_answers *a, const ons_import_answer *x, ons_err *err)
{
    const ons_id model = model_id(x->model), task = task_id(x);
    if (!ons_id_eq(model, a->model)) ONS_TRY(tell_model(a, x, model, err));
    if (!ons_id_eq(task, a->task)) ONS_TRY(tell_task(a, x, task, err));
    a->model = model;
    a->task = task;
    return ONS_OK;
}

/* ---- the answers ---- */

static ons_id answer_id(const ons_answers *a, const ons_import_answer *x)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_bytes(&h, &a->model, sizeof a->model);
    ons_hasher_bytes(&h, &a->task, sizeof a->task);
    ons_hasher_u64(&h, x->item);
    ons_hasher_u64(&h, x->request);
    ons_hasher_u64(&h, x->repeat);
    ons_hasher_u64(&h, x->generated);
    /* what was answered is part of it: a run with another version of the task is another one */
    ons_hasher_f64(&h, isnan(x->logprob) ? 0 : x->logprob);
    ons_hasher_str(&h, x->text);
    return ons_hasher_end(&h);
}

/* The text of a log-likelihood says which of the choices it is. */
static ons_status text_of(ons_answers *a, const ons_import_answer *x, ons_str *ret_s, ons_err *err)
{
    char number[32], *p;
    ons_str from = x->text;
    if (!x->generated) {
        (void)snprintf(number, sizeof number, "%zu", x->request);
        from = ons_str_of(number);
    }
    ONS_TRY(ONS_NEW(&a->texts, from.len + 1, &p, err));
    if (from.len) memcpy(p, from.ptr, from.len);
    *ret_s = (ons_str){p, from.len};
    return ONS_OK;
}

ons_status ons_answers_take(void *ctx, const ons_import_answer *x, ons_err *err)
{
    ons_answers *a = ctx;
    if (a->n == ONS_ANSWERS_BATCH) ONS_TRY(ons_answers_flush(a, err));
    ONS_TRY(tell(a, x, err));
    ons_response r = {.id = answer_id(a, x),
                      .model = a->model,
                      .task = a->task,
                      .item = x->item,
                      .kind = x->generated ? ONS_RESPONSE_GENERATION : ONS_RESPONSE_LOGLIKELIHOOD,
                      .logprob = x->logprob,
                      .greedy = x->greedy};
    ONS_TRY(text_of(a, x, &r.text, err));
    a->batch[a->n++] = r;
    return ONS_OK;
}
