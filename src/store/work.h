/* Jobs that several processes share through the table `work`: each is open, taken (with an owner,
 * a lease and a fence), done or failed.
 *
 * Who takes a job gets a fence, one higher than whoever had it before, and a lease to renew. Past
 * the lease another may take the job; the first then finds out by its fence that it is not his
 * any more. Two that do one job for a while cost time and change no result: what a job leaves is
 * the same bytes, whoever does it. Times are those of a clock that all share, in ms. */
#ifndef ONS_STORE_WORK_H
#define ONS_STORE_WORK_H

#include "store/store.h"

/* The jobs of a stage, all open, in place of whatever the table held; they are taken in this
 * order. */
ons_status ons_work_list(ons_store *s, const char *stage, const char *const *job, size_t n,
                         ons_err *err);

typedef struct ons_work_claim {
    size_t job; /* place in the list */
    int64_t fence;
} ons_work_claim;
typedef enum ons_work_answer {
    ONS_WORK_TAKEN,
    ONS_WORK_WAIT, /* all are taken by others, who may be lost */
    ONS_WORK_NONE  /* none is left to do */
} ons_work_answer;
/* owner: "PROCESS.THREAD". Sets *ret_claim only where a job was taken. */
ons_status ons_work_take(ons_store *s, const char *owner, int64_t now_ms, int64_t lease_ms,
                         ons_work_claim *ret_claim, ons_work_answer *ret_answer, ons_err *err);
/* *ret_mine false: another has taken it since. */
ons_status ons_work_renew(ons_store *s, const ons_work_claim *c, int64_t until_ms, bool *ret_mine,
                          ons_err *err);

typedef enum ons_work_state { ONS_WORK_OPEN, ONS_WORK_DONE, ONS_WORK_FAILED } ons_work_state;
/* Nothing happens where another has it. */
ons_status ons_work_end(ons_store *s, const ons_work_claim *c, ons_work_state state, int64_t now_ms,
                        ons_err *err);

/* Opens again what a process that died had taken (owner: "PROCESS"), and tells of it (again: it is given out once
 * more; a job that three processes died of is failed). f may not call the store. */
typedef void ons_work_lost_fn(void *ctx, const char *job, bool again);
ons_status ons_work_release(ons_store *s, const char *owner, ons_work_lost_fn *f, void *ctx,
                            ons_err *err);
/* Jobs that are not done. */
ons_status ons_work_left(ons_store *s, size_t *ret_n, ons_err *err);

#endif
