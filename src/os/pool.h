/* A pool of threads that works through a list of independent jobs in order.
 *
 * Results must not depend on which thread runs a job: jobs write to places of
 * their own. Threads split jobs, never a sum.
 *
 *   ONS_TRY(ons_pool_run(2, n_jobs, work, &ctx, err)); */
#ifndef ONS_OS_POOL_H
#define ONS_OS_POOL_H

#include <stddef.h>

#include "base/monitor.h"
#include "base/status.h"

/* One job. `worker` counts from 0 to n_threads - 1: the place of per-thread memory. */
typedef ons_status ons_pool_work(void *ctx, size_t job, size_t worker, ons_err *err);

/* Runs jobs 0..n_jobs-1, taken in that order by n_threads threads (the calling
 * one included; at least 1). After a job fails no further one is begun; running
 * ones end. Returns the failure of the lowest job that failed. */
ons_status ons_pool_run(size_t n_threads, size_t n_jobs, ons_pool_work *work, void *ctx,
                        ons_err *err);

/* As ons_pool_run, while m is told of a stage of n_jobs `unit` and how many are done, and asked
 * before each job whether to stop. Errors: those of the jobs, INTERRUPTED. */
ons_status ons_pool_run_told(size_t n_threads, size_t n_jobs, ons_pool_work *work, void *ctx,
                             const char *stage, const char *unit, const ons_monitor *m,
                             ons_err *err);

/* Cores this process may use (affinity and cgroup masks seen by the kernel). */
size_t ons_cpu_count(void);

#endif
