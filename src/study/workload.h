/* What a study will have to do: told before it begins. No result depends on it. */
#ifndef ONS_STUDY_WORKLOAD_H
#define ONS_STUDY_WORKLOAD_H

#include "base/buf.h"
#include "model/model.h"
#include "store/store.h"
#include "task/task.h"
#include "train/ladder.h"

/* Runs of training, and where they are made. */
typedef struct ons_workload_runs {
    const ons_train_job *job; /* [n], longest first */
    size_t n;
    const char *dir;
} ons_workload_runs;

typedef struct ons_workload_input {
    ons_workload_runs sweep, train;
    const double *params; /* [n_models] of all that are asked */
    size_t n_models;
    const ons_task *task;
    size_t n_tasks;
    ons_store *store; /* what is answered already */
    size_t n_at_once; /* jobs at a time */
} ons_workload_input;

typedef struct ons_workload_sum {
    size_t n, n_done;     /* n_done: of n */
    double tokens, flops; /* of all */
} ons_workload_sum;

typedef struct ons_workload {
    ons_workload_sum sweep, train;
    size_t n_models, n_tasks;
    double questions, answered, ask_tokens, ask_flops; /* of all models */
    double seconds;                                    /* expected for what is left; NaN: unknown */
    double bytes; /* of memory that it takes at its most; 0: unknown */
} ons_workload;

/* Runs a few steps of the sizes that are left to train, about a third of a second in all.
 * Errors: NOMEM, the store's. */
ons_status ons_workload_of(const ons_workload_input *in, ons_workload *ret_w, ons_err *err);

/* What one model will be asked that the store does not know yet. Computes a few tokens to see how
 * fast it is. Errors: those of ons_plan_make, NOMEM. */
ons_status ons_workload_of_model(ons_store *store, const ons_model *m, const ons_task *task,
                                 size_t n_tasks, size_t batch_tokens, ons_workload *ret_w,
                                 ons_err *err);

/* One line for people, in ASCII. */
void ons_workload_text(const ons_workload *w, ons_buf *out);

#endif
