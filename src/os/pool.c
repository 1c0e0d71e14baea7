#include "os/pool.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct pool {
    pthread_mutex_t lock;
    size_t next, n_jobs;
    ons_pool_work *work;
    void *ctx;
    size_t failed; /* lowest job that failed; n_jobs: none */
    ons_status status;
    ons_err err;
} pool;

typedef struct worker {
    pool *pool;
    size_t index;
    pthread_t thread;
} worker;

static bool take(pool *p, size_t *ret_job)
{
    (void)pthread_mutex_lock(&p->lock);
    bool more = p->failed == p->n_jobs && p->next < p->n_jobs;
    if (more) *ret_job = p->next++;
    (void)pthread_mutex_unlock(&p->lock);
    return more;
}

static void record(pool *p, size_t job, ons_status s, const ons_err *err)
{
    (void)pthread_mutex_lock(&p->lock);
    if (job < p->failed) {
        p->failed = job;
        p->status = s;
        p->err = *err;
    }
    (void)pthread_mutex_unlock(&p->lock);
}

static void *run(void *arg)
{
    worker *w = arg;
    for (size_t job; take(w->pool, &job);) {
        ons_err err = ONS_ERR_INIT;
        ons_status s = w->pool->work(w->pool->ctx, job, w->index, &err);
        if (s != ONS_OK) record(w->pool, job, s, &err);
    }
    return NULL;
}

ons_status ons_pool_run(size_t n_threads, size_t n_jobs, ons_pool_work *work, void *ctx,
                        ons_err *err)
{
    if (n_threads > n_jobs) n_threads = n_jobs;
    if (n_threads == 0) n_threads = 1;
    pool p = {.n_jobs = n_jobs, .work = work, .ctx = ctx, .failed = n_jobs, .status = ONS_OK};
    worker *w = calloc(n_threads, sizeof *w);
    if (!w) return ONS_FAIL(err, ONS_NOMEM, "no memory for %zu threads", n_threads);
    (void)pthread_mutex_init(&p.lock, NULL);
    size_t started = 1; /* the calling thread is worker 0 */
    for (size_t i = 0; i < n_threads; i++) w[i] = (worker){.pool = &p, .index = i};
    while (started < n_threads && pthread_create(&w[started].thread, NULL, run, &w[started]) == 0)
        started++; /* fewer threads than asked for only cost time */
    (void)run(&w[0]);
    for (size_t i = 1; i < started; i++) (void)pthread_join(w[i].thread, NULL);
    (void)pthread_mutex_destroy(&p.lock);
    free(w);
    if (p.status != ONS_OK && err) *err = p.err;
    return p.status;
}

typedef struct told {
    pthread_mutex_t lock; /* so that counts are told in their order */
    ons_pool_work *work;
    void *ctx;
    const ons_monitor *monitor;
    ons_event event;
} told;

static ons_status run_told(void *ctx, size_t job, size_t index, ons_err *err)
{
    told *t = ctx;
    if (ons_monitor_stop(t->monitor))
        return ONS_FAIL(err, ONS_INTERRUPTED, "stopped after %zu of %.0f %s", job, t->event.total,
                        t->event.unit);
    const ons_status s = t->work(t->ctx, job, index, err);
    (void)pthread_mutex_lock(&t->lock);
    t->event.done++;
    ons_monitor_event(t->monitor, &t->event);
    (void)pthread_mutex_unlock(&t->lock);
    return s;
}

ons_status ons_pool_run_told(size_t n_threads, size_t n_jobs, ons_pool_work *work, void *ctx,
                             const char *stage, const char *unit, const ons_monitor *m,
                             ons_err *err)
{
    if (!m) return ons_pool_run(n_threads, n_jobs, work, ctx, err);
    told t = {.work = work, .ctx = ctx, .monitor = m};
    t.event = (ons_event){.kind = ONS_EVENT_STAGE,
                          .text = stage,
                          .unit = unit,
                          .total = (double)n_jobs,
                          .loss_nats = (double)NAN};
    ons_monitor_event(m, &t.event);
    t.event.kind = ONS_EVENT_PROGRESS;
    t.event.text = NULL;
    (void)pthread_mutex_init(&t.lock, NULL);
    const ons_status s = ons_pool_run(n_threads, n_jobs, run_told, &t, err);
    (void)pthread_mutex_destroy(&t.lock);
    return s;
}

size_t ons_cpu_count(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    int n = CPU_COUNT(&set);
    return n > 0 ? (size_t)n : 1;
}
