/* All jobs of a ladder, several at a time. */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

#include "os/pool.h"
#include "train/ladder.h"

typedef struct run {
    const ons_train_job *jobs;
    const char *dir;
    const ons_monitor *outer;
    ons_monitor inner;
    atomic_bool failed;   /* a job failed: the others stop, keeping what they have */
    pthread_mutex_t lock; /* ThreadSanitizer does not see C11's mtx_t */
    ons_status first;     /* the failure that came first, and why (under lock) */
    ons_err why;
} run;

static void pass_event(void *ctx, const ons_event *e)
{
    const run *r = ctx;
    ons_monitor_event(r->outer, e);
}

static bool stop_all(void *ctx)
{
    run *r = ctx;
    return atomic_load(&r->failed) || ons_monitor_stop(r->outer);
}

static ons_status one_job(void *ctx, size_t job, size_t worker, ons_err *err)
{
    (void)worker;
    run *r = ctx;
    ons_err why = ONS_ERR_INIT;
    const ons_status s = ons_train_job_run(&r->jobs[job], r->dir, &r->inner, &why);
    if (s == ONS_OK) return ONS_OK;
    (void)pthread_mutex_lock(&r->lock);
    if (r->first == ONS_OK) {
        r->first = s;
        r->why = why;
    }
    (void)pthread_mutex_unlock(&r->lock);
    atomic_store(&r->failed, true);
    if (err) *err = why;
    return s;
}

ons_status ons_train_jobs(const ons_train_job *jobs, size_t n, const char *dir, size_t n_threads,
                          const ons_monitor *m, ons_err *err)
{
    ons_status s;
    double total = 0;
    for (size_t i = 0; i < n; i++) total += jobs[i].flops;
    ons_monitor_event(m, &(ons_event){.kind = ONS_EVENT_STAGE,
                                      .text = "train",
                                      .unit = "FLOPs",
                                      .total = total,
                                      .loss_nats = (double)NAN});
    run r = {.jobs = jobs, .dir = dir, .outer = m, .why = ONS_ERR_INIT};
    r.inner = (ons_monitor){.event = pass_event, .stop = stop_all, .ctx = &r};
    if (pthread_mutex_init(&r.lock, NULL) != 0) {
        s = ONS_FAIL(err, ONS_NOMEM, "cannot make a lock");
    } else {
        s = ons_pool_run(n_threads, n, one_job, &r, err);
        (void)pthread_mutex_destroy(&r.lock);
    }
    /* The one that failed, not those that stopped because of it. */
    if (r.first != ONS_OK) {
        s = r.first;
        if (err) *err = r.why;
    }
    return s;
}
