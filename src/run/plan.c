#include "run/plan.h"

#include <string.h>

#define REQUEST_FORMAT 2 /* raised when the same request would mean something else */
#define SLACK_TOKENS   8 /* a wrong chain may be longer than the right one */

typedef struct planner {
    ons_store *store;
    const ons_model *model;
    const ons_task *task;
    ons_arena *arena;
    ons_plan *plan;
} planner;

/* Task and item belong to it: a response is stored for one item of one set, so the same words
 * in a larger set, or twice in one, are questions of their own. */
static ons_id request_id(const planner *p, const ons_request *r)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_u64(&h, REQUEST_FORMAT);
    ons_hasher_bytes(&h, ons_model_info_of(p->model)->hash.byte, sizeof(ons_id));
    ons_hasher_bytes(&h, p->task[r->task].hash.byte, sizeof(ons_id));
    ons_hasher_u64(&h, r->item);
    ons_hasher_u64(&h, r->kind);
    ons_hasher_u64(&h, r->from);
    ons_hasher_u64(&h, r->max_tokens);
    for (size_t i = 0; i < r->n_tokens; i++) ons_hasher_u64(&h, (uint64_t)(uint32_t)r->tokens[i]);
    return ons_hasher_end(&h);
}

static ons_status add(planner *p, ons_request r, ons_err *err)
{
    bool known;
    r.id = request_id(p, &r);
    ONS_TRY(ons_store_has_response(p->store, r.id, &known, err));
    if (known) {
        p->plan->n_known++;
    } else {
        p->plan->request[p->plan->n_requests++] = r;
    }
    return ONS_OK;
}

/* prompt + target + end-of-text as ids; ret_from: where the target begins. */
static ons_status encode(planner *p, const ons_task_item *item, int32_t **ret_ids, size_t *ret_n,
                         size_t *ret_from, ons_err *err)
{
    int32_t *ids;
    size_t n_prompt, n_target;
    ONS_TRY(ONS_NEW(p->arena, item->prompt.len + item->target.len + 1, &ids, err));
    ONS_TRY(ons_model_encode(p->model, item->prompt, ids, &n_prompt, err));
    ONS_TRY(ons_model_encode(p->model, item->target, ids + n_prompt, &n_target, err));
    ids[n_prompt + n_target] = ons_model_eos(p->model);
    *ret_ids = ids;
    *ret_n = n_prompt + n_target + 1;
    *ret_from = n_prompt;
    return ONS_OK;
}

static ons_status add_item(planner *p, const ons_task *t, size_t task, size_t item,
                           ons_response_kind kind, ons_err *err)
{
    bool decoded = t->steps || item < ONS_RUN_EXAMPLES;
    if (kind == ONS_RESPONSE_GENERATION && !decoded) return ONS_OK;
    int32_t *ids;
    size_t n, from;
    ONS_TRY(encode(p, &t->item[item], &ids, &n, &from, err));
    ons_request r = {.task = task, .item = item, .kind = kind, .tokens = ids, .n_tokens = n};
    if (kind == ONS_RESPONSE_LOGLIKELIHOOD) {
        r.from = from;
    } else {
        r.n_tokens = from;
        r.max_tokens = n - from + SLACK_TOKENS;
    }
    return add(p, r, err);
}

size_t ons_plan_questions(const ons_task *t)
{
    bool all = t->steps || t->n_items < ONS_RUN_EXAMPLES;
    return t->n_items + (all ? t->n_items : ONS_RUN_EXAMPLES);
}

ons_status ons_plan_make(ons_store *store, const ons_model *model, const ons_task *task,
                         size_t n_tasks, ons_arena *a, ons_plan *ret_plan, ons_err *err)
{
    ons_plan plan = {NULL, 0, 0};
    planner p = {store, model, task, a, &plan};
    size_t most = 0;
    for (size_t t = 0; t < n_tasks; t++) most += 2 * task[t].n_items;
    ONS_TRY(ONS_NEW(a, most + 1, &plan.request, err));
    for (int kind = ONS_RESPONSE_LOGLIKELIHOOD; kind <= ONS_RESPONSE_GENERATION; kind++)
        for (size_t t = 0; t < n_tasks; t++)
            for (size_t i = 0; i < task[t].n_items; i++)
                ONS_TRY(add_item(&p, &task[t], t, i, (ons_response_kind)kind, err));
    *ret_plan = plan;
    return ONS_OK;
}
