/* One model, some tasks: plan → requests → responses in the store → scores computed from
 * the responses. The same call again asks nothing and leaves the same rows. */
#ifndef ONS_RUN_EVALUATE_H
#define ONS_RUN_EVALUATE_H

#include "base/monitor.h"
#include "model/model.h"
#include "store/store.h"
#include "task/task.h"

typedef struct ons_evaluate_options {
    size_t batch_tokens; /* computed at once; 0: 1024; results do not depend on it */
    const char *job;     /* what the monitor calls it */
} ons_evaluate_options;

/* Thread rule: any number of calls at once on one store, each with its own model.
 * Errors: INTERRUPTED (what is done is kept), MISMATCH, the model's and the store's. */
ons_status ons_evaluate(ons_store *store, const ons_model *model, const ons_task *task,
                        size_t n_tasks, const ons_evaluate_options *o, const ons_monitor *m,
                        ons_err *err);

#endif
