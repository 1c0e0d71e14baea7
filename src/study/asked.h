/* The tasks that the models of a store were asked, made again: for their questions, and to score
 * the responses anew. */
#ifndef ONS_STUDY_ASKED_H
#define ONS_STUDY_ASKED_H

#include "base/arena.h"
#include "store/store.h"
#include "task/task.h"

/* *ret_known false: the store holds no items of it (of files of other programs, or before items
 * were kept), and no built-in skill asks them. The arena owns the task.
 * Errors: FORMAT (the items are not those of the task's hash), NOMEM, the store's. */
ons_status ons_asked_task(ons_store *s, const ons_store_task *t, ons_arena *a, ons_task *ret_task,
                          bool *ret_known, ons_err *err);

#endif
