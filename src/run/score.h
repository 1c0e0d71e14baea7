/* Scores of one model on one task, computed from the responses that a store holds: right after
 * they were given, or anew at any later time. */
#ifndef ONS_RUN_SCORE_H
#define ONS_RUN_SCORE_H

#include "base/arena.h"
#include "store/store.h"
#include "task/task.h"

/* ret_row: [t->n_metrics] in the order of t->metric; texts are borrowed from `who` and `t`.
 * *ret_missing: the first item without a response; t->n_items: there is none such, else no row is
 * made. The arena holds the responses; clear it afterwards.
 * Errors: FORMAT (a response that cannot be one to its item), NOMEM, the store's. */
ons_status ons_score_responses(ons_store *store, const ons_store_model *who, const ons_task *t,
                               ons_arena *a, ons_score ret_row[ONS_TASK_METRICS_MAX],
                               size_t *ret_missing, ons_err *err);

#endif
