#include "run/workers.h"

#include <math.h>
#include <stdio.h>

#include "os/clock.h"
#include "run/worker_priv.h"
#include "store/work.h"

#define LOOK_MS 100 /* how soon Ctrl-C is seen */

typedef struct parent {
    const ons_workers *workers;
    const ons_monitor *monitor;
    ons_process process[ONS_WORKERS_MAX];
    size_t n_started, n_alive;
    ons_worker_room room;
    ons_status first; /* the failure that is told, and of which job */
    size_t first_job;
    ons_err why;
    double none_left_at; /* seconds: since then there is nothing to do; 0: there is */
    char crash[128];     /* how the last one that died did; empty: none */
} parent;

/* ---- failures ---- */

/* Jobs that stopped because another failed say so too: what failed goes first, then the order of
 * the jobs. */
static void take_failure(parent *p, const ons_worker_message *m)
{
    const bool stopped = m->status == ONS_INTERRUPTED, before = p->first == ONS_INTERRUPTED;
    ons_shared_flag_raise(p->room.stop);
    if (p->first != ONS_OK && (stopped != before ? stopped : m->job_index >= p->first_job)) return;
    p->first = m->status;
    p->first_job = m->job_index;
    p->why = m->why;
}

static void say(const parent *p, const char *text)
{
    ons_monitor_event(p->monitor,
                      &(ons_event){.kind = ONS_EVENT_WARN, .text = text, .loss_nats = (double)NAN});
}

static void tell_lost(void *ctx, const char *job, bool again)
{
    ons_worker_message *m = ctx; /* room for a text */
    const size_t used = strlen(m->text);
    (void)snprintf(m->text + used, sizeof m->text - used, "; %s %s", job,
                   again ? "is given to another" : "ended several workers and is left out");
}

/* One is gone. If it did not end by itself its jobs are open again. */
static ons_status reap(parent *p, size_t i, ons_err *err)
{
    const ons_process_end end = ons_process_reap(&p->process[i]);
    p->n_alive--;
    if (end.signal == 0 && end.code == 0) {
        const bool stopped = ons_shared_flag_is_up(p->room.stop);
        if (!stopped && p->none_left_at == 0) p->none_left_at = ons_clock_monotonic();
        return ONS_OK;
    }
    char process[24];
    ons_worker_message m;
    m.text[0] = '\0';
    (void)snprintf(process, sizeof process, "%zu", i);
    (void)snprintf(p->crash, sizeof p->crash, "worker %zu ended with %s %d", i + 1,
                   end.signal ? "signal" : "code", end.signal ? end.signal : end.code);
    (void)snprintf(m.text, sizeof m.text, "%s", p->crash);
    ONS_TRY(ons_work_release(p->workers->store, process, tell_lost, &m, err));
    if (p->first == ONS_OK) say(p, m.text); /* else the reason was told */
    return ONS_OK;
}

/* ---- listening ---- */

static void pass_event(const parent *p, ons_worker_message *m)
{
    m->job[sizeof m->job - 1] = m->text[sizeof m->text - 1] = m->unit[sizeof m->unit - 1] = '\0';
    m->event.job = m->has_job ? m->job : NULL;
    m->event.text = m->has_text ? m->text : NULL;
    m->event.unit = m->has_unit ? m->unit : NULL;
    ons_monitor_event(p->monitor, &m->event);
}

/* All jobs are done, and somebody does not end: his job was done by another. */
static void end_those_that_hang(parent *p)
{
    const double grace_s = 1e-3 * (double)ons_worker_grace_ms(p->workers);
    if (p->none_left_at == 0 || ons_clock_monotonic() - p->none_left_at < grace_s) return;
    for (size_t i = 0; i < p->n_started; i++) ons_process_kill(&p->process[i]);
}

static ons_status listen_once(parent *p, ons_err *err)
{
    size_t i;
    bool end;
    ons_worker_message m;
    if (ons_monitor_stop(p->monitor)) ons_shared_flag_raise(p->room.stop);
    end_those_that_hang(p);
    ONS_TRY(ons_process_wait(p->process, p->n_started, LOOK_MS, &i, err));
    if (i == p->n_started) return ONS_OK;
    ONS_TRY(ons_process_read(&p->process[i], &m, sizeof m, &end, err));
    if (end) return reap(p, i, err);
    if (m.is_failure) {
        take_failure(p, &m);
    } else {
        pass_event(p, &m);
    }
    return ONS_OK;
}

static void end_all(parent *p)
{
    ons_shared_flag_raise(p->room.stop);
    for (size_t i = 0; i < p->n_started; i++) {
        if (p->process[i].fd < 0) continue;
        ons_process_kill(&p->process[i]);
        (void)ons_process_reap(&p->process[i]);
    }
}

/* ---- the whole ---- */

static ons_status start_all(parent *p, ons_err *err)
{
    const size_t n = p->workers->n_processes;
    for (ons_status s; p->n_started < n; p->n_started++, p->n_alive++) {
        s = ons_process_start(ons_worker_main, &p->room, p->n_started, &p->process[p->n_started],
                              err);
        if (s != ONS_OK && p->n_started == 0) return s;
        if (s != ONS_OK) break; /* fewer than asked for only cost time */
    }
    return ONS_OK;
}

static ons_status verdict(const parent *p, ons_err *err)
{
    size_t left;
    if (p->first != ONS_OK) {
        if (err) *err = p->why;
        return p->first;
    }
    ONS_TRY(ons_work_left(p->workers->store, &left, err));
    if (left == 0) return ONS_OK;
    if (ons_shared_flag_is_up(p->room.stop)) {
        const ons_status s = ONS_FAIL(err, ONS_INTERRUPTED, "stopped before %zu of %zu jobs", left,
                                      p->workers->n_jobs);
        return ons_err_hint(err, s, "the same command again goes on from there");
    }
    const ons_status s = ONS_FAIL(err, ONS_PARTIAL, "%zu of %zu jobs are not done: %s", left,
                                  p->workers->n_jobs, p->crash[0] ? p->crash : "no worker is left");
    return ons_err_hint(err, s, "the same command again goes on from there");
}

static ons_status run(parent *p, ons_err *err)
{
    const ons_workers *w = p->workers;
    ONS_TRY(ons_work_list(w->store, w->stage, w->job, w->n_jobs, err));
    ons_store_suspend(w->store);
    ons_status s = start_all(p, err);
    const ons_status resumed = ons_store_resume(w->store, s == ONS_OK ? err : NULL);
    if (s == ONS_OK) s = resumed;
    while (s == ONS_OK && p->n_alive > 0) s = listen_once(p, err);
    if (s == ONS_OK) return verdict(p, err);
    end_all(p);
    return s;
}

ons_status ons_workers_run(const ons_workers *w, const ons_monitor *m, ons_err *err)
{
    if (w->n_processes < 1 || w->n_processes > ONS_WORKERS_MAX)
        return ONS_FAIL(err, ONS_USAGE, "%zu workers, allowed 1 to %zu", w->n_processes,
                        ONS_WORKERS_MAX);
    parent p = {.workers = w, .monitor = m, .why = ONS_ERR_INIT};
    p.room = (ons_worker_room){.workers = w, .stop = ons_shared_flag_new()};
    if (!p.room.stop) return ONS_FAIL(err, ONS_NOMEM, "no memory for a flag");
    const ons_status s = run(&p, err);
    ons_shared_flag_free(p.room.stop);
    return s;
}
