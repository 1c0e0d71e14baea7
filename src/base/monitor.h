/* How long work tells what it does and asks whether to go on.
 *
 * Rooms below cli/ never print. They hand events to the monitor they were
 * given; cli/ draws them, serve/ streams them, a test collects them. Every
 * member may be NULL (silence; never stop).
 *
 * Thread rule: `event` and `stop` are called from any thread, also at once;
 * whoever fills the monitor makes them safe. `event` borrows its argument
 * for the length of the call. */
#ifndef ONS_BASE_MONITOR_H
#define ONS_BASE_MONITOR_H

#include <stdbool.h>
#include <stdint.h>

typedef enum ons_event_kind {
    ONS_EVENT_STAGE,    /* a new part of the command begins: text = what, total = its size */
    ONS_EVENT_BEGIN,    /* a job (one model, one task) begins or is taken up again */
    ONS_EVENT_PROGRESS, /* a job went on: done, total, rate, loss; without a job the whole stage */
    ONS_EVENT_END,      /* a job ended */
    ONS_EVENT_INFO,     /* worth one line */
    ONS_EVENT_WARN      /* something was ignored or left out; text says what and why */
} ons_event_kind;

typedef struct ons_event {
    ons_event_kind kind;
    const char *job;    /* "28k-s1", "eval 28k-s1"; NULL for the whole */
    const char *text;   /* for people; NULL if the numbers say it */
    const char *unit;   /* of done and total: "tokens", "FLOPs", "questions" */
    double done, total; /* work of the job in `unit`; 0 where unknown */
    double weight;      /* the job's share of the whole stage, in the stage's unit; 0 = total */
    double rate;        /* units per second, 0 where unknown */
    double loss_nats;   /* training loss, NaN where there is none */
} ons_event;

typedef struct ons_monitor {
    void (*event)(void *ctx, const ons_event *e);
    bool (*stop)(void *ctx); /* true: stop soon, keep what is done, return INTERRUPTED */
    void *ctx;
} ons_monitor;

static inline void ons_monitor_event(const ons_monitor *m, const ons_event *e)
{
    if (m && m->event) m->event(m->ctx, e);
}
static inline bool ons_monitor_stop(const ons_monitor *m)
{
    return m && m->stop && m->stop(m->ctx);
}

#endif
