/* Jobs done by several processes that share one store: the twin of the thread pool.
 *
 * The processes are forked here, take jobs through the store's table of work, and tell what they
 * do through a pipe, so that there is one display and one record. One that dies, or hangs,
 * loses its job to another. What a job leaves must be the same bytes whoever does it, and twice is once. */
#ifndef ONS_RUN_WORKERS_H
#define ONS_RUN_WORKERS_H

#include "base/monitor.h"
#include "store/store.h"

#define ONS_WORKERS_MAX ((size_t)64)

typedef struct ons_workers {
    ons_store *store;       /* nobody else uses it meanwhile; the work may */
    const char *stage;      /* "train" */
    const char *const *job; /* [n_jobs] names, taken in this order */
    size_t n_jobs;
    size_t n_processes, n_threads; /* threads of each process, with a job of its own each */
    int64_t lease_ms; /* a worker that is silent for so long loses its job; 0: a minute */
    ons_status (*work)(void *ctx, size_t job, const ons_monitor *m, ons_err *err);
    void *ctx;
} ons_workers;

/* Call while no other thread is alive. Returns when no process of its own is left. Errors: the
 * failure of the lowest job that failed (the others stop); PARTIAL if processes died and jobs are
 * left; INTERRUPTED; the store's. */
ons_status ons_workers_run(const ons_workers *w, const ons_monitor *m, ons_err *err);

#endif
