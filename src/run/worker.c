/* A worker: takes jobs until none is left. */
#include <stdio.h>
#include <time.h>

#include "os/clock.h"
#include "os/pool.h"
#include "run/worker_priv.h"
#include "store/work.h"

#define LOOK_MS 50 /* between two looks for jobs that others lost */

typedef struct worker {
    const ons_worker_room *room;
    size_t index;
    int fd;
} worker;

/* One thread of it, with the job that it has. */
typedef struct hand {
    const worker *worker;
    ons_work_claim claim;
    int64_t renew_at_ms;
    bool lost;
} hand;

/* All processes of this machine share the clock, and it never jumps. */
static int64_t now_ms(void) { return (int64_t)(ons_clock_monotonic() * 1e3); }

/* ---- what the parent is told ---- */

static void copy_text(char *to, size_t cap, const char *from, bool *ret_has)
{
    *ret_has = from != NULL;
    (void)snprintf(to, cap, "%s", from ? from : "");
}

static void on_event(void *ctx, const ons_event *e)
{
    const hand *h = ctx;
    ons_worker_message m;
    memset(&m, 0, sizeof m); /* all of it is written, padding too */
    m.event = *e;
    m.event.job = m.event.text = m.event.unit = NULL;
    copy_text(m.job, sizeof m.job, e->job, &m.has_job);
    copy_text(m.text, sizeof m.text, e->text, &m.has_text);
    copy_text(m.unit, sizeof m.unit, e->unit, &m.has_unit);
    (void)ons_process_write(h->worker->fd, &m, sizeof m);
}

static void tell_failure(const worker *w, size_t job, ons_status s, const ons_err *why)
{
    ons_worker_message m;
    memset(&m, 0, sizeof m);
    m.is_failure = true;
    m.job_index = job;
    m.status = s;
    m.why = *why;
    (void)ons_process_write(w->fd, &m, sizeof m);
}

/* ---- one job ---- */

/* A lease that cannot be renewed now is renewed later, or lost. */
static bool on_stop(void *ctx)
{
    hand *h = ctx;
    if (ons_shared_flag_is_up(h->worker->room->stop)) return true;
    const ons_workers *w = h->worker->room->workers;
    const int64_t now = now_ms();
    if (now >= h->renew_at_ms && !h->lost) {
        bool mine = true;
        const ons_status s =
            ons_work_renew(w->store, &h->claim, now + ons_worker_lease_ms(w), &mine, NULL);
        h->lost = s == ONS_OK && !mine;
        h->renew_at_ms = now + ons_worker_grace_ms(w);
    }
    return h->lost;
}

static ons_status do_job(hand *h, ons_err *err)
{
    const ons_workers *w = h->worker->room->workers;
    const ons_monitor m = {.event = on_event, .stop = on_stop, .ctx = h};
    h->renew_at_ms = now_ms() + ons_worker_grace_ms(w);
    h->lost = false;
    ons_err why = ONS_ERR_INIT;
    const ons_status s = w->work(w->ctx, h->claim.job, &m, &why);
    if (s == ONS_INTERRUPTED && h->lost) return ONS_OK; /* another has it */
    if (s == ONS_OK) return ons_work_end(w->store, &h->claim, ONS_WORK_DONE, now_ms(), err);
    /* First the parent: the reason matters, the row does not. */
    tell_failure(h->worker, h->claim.job, s, &why);
    return ons_work_end(w->store, &h->claim, s == ONS_INTERRUPTED ? ONS_WORK_OPEN : ONS_WORK_FAILED,
                        now_ms(), err);
}

static void look_again_soon(void)
{
    const struct timespec t = {0, LOOK_MS * 1000000L};
    (void)nanosleep(&t, NULL);
}

static ons_status all_jobs(hand *h, const char *owner, ons_err *err)
{
    const ons_worker_room *room = h->worker->room;
    while (!ons_shared_flag_is_up(room->stop)) {
        ons_work_answer answer;
        ONS_TRY(ons_work_take(room->workers->store, owner, now_ms(),
                              ons_worker_lease_ms(room->workers), &h->claim, &answer, err));
        if (answer == ONS_WORK_NONE) return ONS_OK;
        if (answer == ONS_WORK_WAIT) {
            look_again_soon();
        } else {
            ONS_TRY(do_job(h, err));
        }
    }
    return ONS_OK;
}

static ons_status one_hand(void *ctx, size_t i, size_t thread, ons_err *err)
{
    (void)thread;
    hand h = {.worker = ctx};
    char owner[48];
    (void)snprintf(owner, sizeof owner, "%zu.%zu", h.worker->index, i);
    return all_jobs(&h, owner, err);
}

int ons_worker_main(void *ctx, size_t index, int fd)
{
    const ons_worker_room *room = ctx;
    const ons_workers *w = room->workers;
    worker me = {.room = room, .index = index, .fd = fd};
    ons_err why = ONS_ERR_INIT;
    ons_status s = ons_store_resume(w->store, &why);
    if (s == ONS_OK) {
        s = ons_pool_run(w->n_threads, w->n_threads, one_hand, &me, &why);
        ons_store_suspend(w->store);
    }
    if (s != ONS_OK) tell_failure(&me, SIZE_MAX, s, &why);
    return ons_status_exit_code(s);
}
