#include "run/record.h"

#include <stdio.h>

#include "os/clock.h"

#define TEXT_BYTES_MAX 1024

/* Names in the table; NULL: not written. Ticks of progress come by the thousand and say
 * nothing afterwards. */
static const char *kind_name(ons_event_kind kind)
{
    switch (kind) {
    case ONS_EVENT_STAGE:
        return "stage";
    case ONS_EVENT_BEGIN:
        return "begin";
    case ONS_EVENT_END:
        return "end";
    case ONS_EVENT_INFO:
        return "info";
    case ONS_EVENT_WARN:
        return "warn";
    case ONS_EVENT_PROGRESS:
    default:
        return NULL;
    }
}

static void on_event(void *ctx, const ons_event *e)
{
    ons_record *r = ctx;
    const char *kind = kind_name(e->kind);
    ons_monitor_event(r->next, e);
    if (!kind) return;
    char text[TEXT_BYTES_MAX];
    (void)snprintf(text, sizeof text, "%s%s%s", e->job ? e->job : "", e->job && e->text ? ": " : "",
                   e->text ? e->text : "");
    ons_status s = ons_store_put_event(r->store, r->run.id, ons_clock_utc_ms(), kind, text, NULL);
    if (s != ONS_OK) r->failed = (int)s;
}

static bool on_stop(void *ctx)
{
    const ons_record *r = ctx;
    return ons_monitor_stop(r->next);
}

ons_status ons_record_begin(ons_record *r, ons_store *store, const ons_store_run *run,
                            const ons_monitor *next, ons_err *err)
{
    *r = (ons_record){.store = store, .run = *run, .next = next};
    r->monitor = (ons_monitor){.event = on_event, .stop = on_stop, .ctx = r};
    r->run.start_ms = ons_clock_utc_ms();
    return ons_store_begin_run(store, &r->run, err);
}

const ons_monitor *ons_record_monitor(const ons_record *r) { return &r->monitor; }

ons_status ons_record_end(ons_record *r, ons_status s, ons_err *err)
{
    ons_status events = (ons_status)r->failed;
    if (s == ONS_OK && events != ONS_OK)
        s = ONS_FAIL(err, events, "an event of the run could not be recorded");
    r->run.end_ms = ons_clock_utc_ms();
    r->run.exit_status = ons_status_exit_code(s);
    ons_status end = ons_store_end_run(r->store, &r->run, s == ONS_OK ? err : NULL);
    return s == ONS_OK ? end : s;
}
