/* The plan: every question of every task as a request with a 128-bit id made from its
 * content, the task's and the model's. What a store already holds is dropped: that is all that
 * resume is. */
#ifndef ONS_RUN_PLAN_H
#define ONS_RUN_PLAN_H

#include "base/arena.h"
#include "model/model.h"
#include "store/store.h"
#include "task/task.h"

/* Direct answers that are also written out, so that a reader sees some. */
#define ONS_RUN_EXAMPLES 4

/* Requests that a task makes of one model. */
size_t ons_plan_questions(const ons_task *t);

typedef struct ons_request {
    ons_id id;
    size_t task, item; /* indices */
    ons_response_kind kind;
    const int32_t *tokens; /* [n_tokens] prompt (and continuation, with end-of-text) */
    size_t n_tokens, from; /* log-likelihood: tokens[from..] are scored */
    size_t max_tokens;     /* generation */
} ons_request;

typedef struct ons_plan {
    ons_request *request; /* missing ones only: log-likelihoods first, then generations */
    size_t n_requests;
    size_t n_known; /* dropped: the store holds them */
} ons_plan;

/* Errors: FORMAT (a character the model's vocabulary lacks), NOMEM, the store's. */
ons_status ons_plan_make(ons_store *store, const ons_model *model, const ons_task *task,
                         size_t n_tasks, ons_arena *a, ons_plan *ret_plan, ons_err *err);

#endif
