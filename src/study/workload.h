/* What a study will have to do: told before it begins. No result depends on it. */
#ifndef ONS_STUDY_WORKLOAD_H
#define ONS_STUDY_WORKLOAD_H

#include "base/buf.h"
#include "store/store.h"
#include "task/task.h"
#include "train/ladder.h"

typedef struct ons_workload_input {
    const ons_train_job *job; /* [n_jobs] */
    size_t n_jobs;
    const char *models;   /* where they are trained */
    const double *params; /* [n_models] of all that are asked */
    size_t n_models;
    const ons_task *task;
    size_t n_tasks;
    ons_store *store; /* what is answered already */
    size_t n_at_once; /* jobs at a time */
} ons_workload_input;

typedef struct ons_workload {
    size_t n_train, n_trained, n_models, n_tasks;      /* n_trained: of n_train */
    double train_tokens, train_flops;                  /* of all that is trained */
    double questions, answered, ask_tokens, ask_flops; /* of all models */
    double seconds;                                    /* expected for what is left; NaN: unknown */
} ons_workload;

/* Runs a few steps of the sizes that are left to train, about a third of a second in all.
 * Errors: NOMEM, the store's. */
ons_status ons_workload_of(const ons_workload_input *in, ons_workload *ret_w, ons_err *err);

/* One line for people, in ASCII. */
void ons_workload_text(const ons_workload *w, ons_buf *out);

#endif
