#include "run/evaluate.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/parse.h"
#include "os/clock.h"
#include "run/plan.h"
#include "run/score.h"

#define BATCH_REQUESTS       ((size_t)128) /* recorded in one transaction */
#define BATCH_TOKENS_DEFAULT 1024
#define TEXT_BYTES_MAX       ((size_t)16 << 20)

typedef struct evaluation {
    ons_store *store;
    const ons_model *model;
    const ons_task *task;
    const ons_monitor *monitor;
    const char *job;
    ons_session *session;
    ons_arena arena; /* the plan */
    ons_plan plan;
    double started;
    size_t done;
} evaluation;

static void tell(const evaluation *e, ons_event_kind kind)
{
    double total = (double)(e->plan.n_requests + e->plan.n_known);
    double elapsed = ons_clock_monotonic() - e->started;
    ons_monitor_event(e->monitor, &(ons_event){.kind = kind,
                                               .job = e->job,
                                               .unit = "questions",
                                               .done = (double)(e->plan.n_known + e->done),
                                               .total = total,
                                               .rate = elapsed > 0 ? (double)e->done / elapsed : 0,
                                               .loss_nats = (double)NAN});
}

static ons_store_model subject_of(const ons_model *model)
{
    const ons_model_info *i = ons_model_info_of(model);
    return (ons_store_model){.hash = i->hash,
                             .family = ons_str_of(i->family),
                             .name = ons_str_of(i->name),
                             .seed = ons_str_of(i->seed),
                             .recipe = ons_str_of(i->recipe),
                             .params = i->params,
                             .params_non_embedding = i->params_non_embedding,
                             .tokens = i->tokens,
                             .flops = i->flops,
                             .loss = i->loss_nats,
                             .intermediate = i->intermediate};
}

static ons_response response_to(const evaluation *e, const ons_request *q)
{
    return (ons_response){.id = q->id,
                          .model = ons_model_info_of(e->model)->hash,
                          .task = e->task[q->task].hash,
                          .item = q->item,
                          .kind = q->kind,
                          .logprob = (double)NAN};
}

/* ---- one batch ---- */

static ons_status score_batch(evaluation *e, const ons_request *q, size_t n, ons_arena *a,
                              ons_err *err)
{
    ons_score_query query[BATCH_REQUESTS];
    ons_response answer[BATCH_REQUESTS];
    for (size_t i = 0; i < n; i++) {
        query[i] =
            (ons_score_query){.tokens = q[i].tokens, .n_tokens = q[i].n_tokens, .from = q[i].from};
        ONS_TRY(ONS_NEW(a, q[i].n_tokens - q[i].from, &query[i].ret_logprob, err));
    }
    ONS_TRY(ons_session_score(e->session, query, n, err));
    for (size_t i = 0; i < n; i++) {
        answer[i] = response_to(e, &q[i]);
        answer[i].values = query[i].ret_logprob;
        answer[i].n_values = q[i].n_tokens - q[i].from;
        answer[i].greedy = query[i].ret_greedy;
        answer[i].logprob = 0;
        for (size_t j = 0; j < answer[i].n_values; j++)
            answer[i].logprob += (double)answer[i].values[j];
    }
    return ons_store_put_responses(e->store, answer, n, err);
}

static ons_status generate_batch(evaluation *e, const ons_request *q, size_t n, ons_arena *a,
                                 ons_buf *text, ons_err *err)
{
    ons_generate_query query[BATCH_REQUESTS];
    ons_response answer[BATCH_REQUESTS];
    size_t begin[BATCH_REQUESTS + 1] = {0};
    for (size_t i = 0; i < n; i++) {
        query[i] = (ons_generate_query){
            .tokens = q[i].tokens, .n_tokens = q[i].n_tokens, .max_tokens = q[i].max_tokens};
        ONS_TRY(ONS_NEW(a, q[i].max_tokens, &query[i].ret_ids, err));
    }
    ONS_TRY(ons_session_generate(e->session, query, n, err));
    for (size_t i = 0; i < n; i++) {
        ons_model_decode(e->model, query[i].ret_ids, query[i].ret_n, text);
        begin[i + 1] = text->len;
    }
    ONS_TRY(ons_buf_status(text, err));
    for (size_t i = 0; i < n; i++) {
        answer[i] = response_to(e, &q[i]);
        answer[i].text = (ons_str){ons_buf_str(text).ptr + begin[i], begin[i + 1] - begin[i]};
        answer[i].ended = query[i].ret_eos;
    }
    return ons_store_put_responses(e->store, answer, n, err);
}

static ons_status run_batch(evaluation *e, const ons_request *q, size_t n, ons_err *err)
{
    ons_arena a;
    ons_buf text;
    ons_arena_init(&a, 0);
    ons_buf_init(&text, TEXT_BYTES_MAX);
    ons_status s = q->kind == ONS_RESPONSE_LOGLIKELIHOOD ? score_batch(e, q, n, &a, err)
                                                         : generate_batch(e, q, n, &a, &text, err);
    ons_buf_release(&text);
    ons_arena_clear(&a);
    return s;
}

static ons_status execute(evaluation *e, ons_err *err)
{
    for (size_t i = 0; i < e->plan.n_requests;) {
        if (ons_monitor_stop(e->monitor)) {
            ons_status s = ONS_FAIL(err, ONS_INTERRUPTED, "stopped after %zu of %zu questions",
                                    e->done, e->plan.n_requests);
            return ons_err_hint(err, s, "the same command again goes on from there");
        }
        size_t n = 1;
        while (n < BATCH_REQUESTS && i + n < e->plan.n_requests &&
               e->plan.request[i + n].kind == e->plan.request[i].kind)
            n++;
        ONS_TRY(run_batch(e, &e->plan.request[i], n, err));
        i += n;
        e->done = i;
        tell(e, ONS_EVENT_PROGRESS);
    }
    return ONS_OK;
}

/* ---- scores from what the store holds ---- */

static ons_status score_task(evaluation *e, const ons_task *t, ons_arena *a, ons_err *err)
{
    const ons_store_model who = subject_of(e->model);
    ons_score row[ONS_TASK_METRICS_MAX];
    size_t missing;
    ONS_TRY(ons_score_responses(e->store, &who, t, a, row, &missing, err));
    if (missing < t->n_items)
        return ONS_FAIL(err, ONS_FORMAT, "task %s: no response to item %zu in the store", t->name,
                        missing);
    for (size_t m = 0; m < t->n_metrics; m++)
        ONS_TRY(ons_store_put_score(e->store, who.hash, t->hash, &row[m], err));
    return ONS_OK;
}

static ons_status score_all(evaluation *e, size_t n_tasks, ons_err *err)
{
    ons_status s = ONS_OK;
    for (size_t t = 0; s == ONS_OK && t < n_tasks; t++) {
        ons_arena a;
        ons_arena_init(&a, 0);
        s = score_task(e, &e->task[t], &a, err);
        ons_arena_clear(&a);
    }
    return s;
}

/* ---- the whole ---- */

static ons_status record_items(evaluation *e, const ons_task *t, ons_err *err)
{
    ons_store_item *item;
    ONS_TRY(ONS_NEW(&e->arena, t->n_items + 1, &item, err));
    for (size_t i = 0; i < t->n_items; i++)
        item[i] = (ons_store_item){t->item[i].prompt, t->item[i].target, t->item[i].answer_at};
    return ons_store_put_items(e->store, t->hash, item, t->n_items, err);
}

static ons_status record_subjects(evaluation *e, size_t n_tasks, ons_err *err)
{
    const ons_store_model model = subject_of(e->model);
    ONS_TRY(ons_store_put_model(e->store, &model, err));
    for (size_t t = 0; t < n_tasks; t++) {
        const ons_store_task task = {.hash = e->task[t].hash,
                                     .name = ons_str_of(e->task[t].name),
                                     .about = ons_str_of(e->task[t].about),
                                     .version = e->task[t].version,
                                     .n_items = e->task[t].n_items,
                                     .chance = e->task[t].chance};
        ONS_TRY(ons_store_put_task(e->store, &task, err));
        ONS_TRY(record_items(e, &e->task[t], err));
    }
    return ONS_OK;
}

static ons_status evaluate(evaluation *e, size_t n_tasks, size_t batch_tokens, ons_err *err)
{
    ONS_TRY(record_subjects(e, n_tasks, err));
    ONS_TRY(ons_plan_make(e->store, e->model, e->task, n_tasks, &e->arena, &e->plan, err));
    tell(e, ONS_EVENT_BEGIN);
    if (e->plan.n_requests > 0) {
        ONS_TRY(ons_session_new(e->model, ons_kernels_best(), batch_tokens, &e->session, err));
        ONS_TRY(execute(e, err));
    }
    ONS_TRY(score_all(e, n_tasks, err));
    tell(e, ONS_EVENT_END);
    return ONS_OK;
}

ons_status ons_evaluate(ons_store *store, const ons_model *model, const ons_task *task,
                        size_t n_tasks, const ons_evaluate_options *o, const ons_monitor *m,
                        ons_err *err)
{
    evaluation e = {.store = store,
                    .model = model,
                    .task = task,
                    .monitor = m,
                    .job = o->job ? o->job : ons_model_info_of(model)->name,
                    .started = ons_clock_monotonic()};
    ons_arena_init(&e.arena, 0);
    ons_status s =
        evaluate(&e, n_tasks, o->batch_tokens ? o->batch_tokens : BATCH_TOKENS_DEFAULT, err);
    ons_session_free(e.session);
    ons_arena_clear(&e.arena);
    return s;
}
