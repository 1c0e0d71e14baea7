#include "cli/progress.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/progress_priv.h"
#include "os/clock.h"
#include "text/json_out.h"

#define FIRST_SECONDS   0.4 /* what is over before needs no bar */
#define REDRAW_SECONDS  0.1
#define LINE_SECONDS    10.0
#define LOG_SECONDS     1.0 /* between two of --log-json */
#define FRAME_BYTES_MAX ((size_t)64 * 1024)
#define JSON_BYTES_MAX  ((size_t)64 * 1024)

struct ons_progress {
    ons_cli *cli;
    ons_monitor monitor;
    pthread_mutex_t lock;
    ons_progress_state state;
    size_t drawn; /* lines on the terminal that belong to us */
    double last_draw;
};

static void erase(ons_progress *p)
{
    /* \r: a keyboard's Ctrl-C has written "^C" */
    if (p->drawn) (void)fprintf(stderr, "\r\033[%zuA\033[J", p->drawn);
    p->drawn = 0;
}

/* Over the lines that are there, in one write: a slow connection shows no half of it. */
static void draw(ons_progress *p, double now)
{
    ons_buf frame;
    ons_progress_form f = {.unicode = p->cli->unicode_err};
    ons_cli_terminal_size(STDERR_FILENO, &f.columns, &f.rows); /* it may have been resized */
    ons_buf_init(&frame, FRAME_BYTES_MAX);
    if (p->drawn) ons_buf_printf(&frame, "\r\033[%zuA", p->drawn);
    p->drawn = ons_progress_frame(&p->state, now, &f, "\033[K\n", &frame);
    ons_buf_text(&frame, "\033[J");
    (void)fwrite(frame.ptr, 1, frame.len, stderr);
    (void)fflush(stderr);
    p->last_draw = now;
    ons_buf_release(&frame);
}

/* No terminal: one plain line now and then. */
static void say_line(ons_progress *p, double now)
{
    ons_buf line;
    ons_buf_init(&line, FRAME_BYTES_MAX);
    ons_progress_line(&p->state, now, &line);
    (void)fprintf(stderr, "%s\n", ons_buf_cstr(&line));
    p->last_draw = now;
    ons_buf_release(&line);
}

static void say_ended(ons_progress *p, double now)
{
    ons_buf line;
    ons_buf_init(&line, FRAME_BYTES_MAX);
    ons_progress_ended(&p->state, now, &line);
    if (line.len) {
        erase(p);
        (void)fprintf(stderr, "%s\n", ons_buf_cstr(&line));
    }
    ons_buf_release(&line);
}

static void say_note(ons_progress *p, const ons_event *e)
{
    erase(p);
    ons_cli_note(p->cli, "%s%s%s%s", e->kind == ONS_EVENT_WARN ? "warning: " : "",
                 e->job ? e->job : "", e->job ? ": " : "", e->text ? e->text : "");
}

static void log_json(const ons_event *e)
{
    static const char *const kind[] = {"stage", "begin", "progress", "end", "info", "warn"};
    ons_buf b;
    ons_buf_init(&b, JSON_BYTES_MAX);
    ons_json_out w = ons_json_out_make(&b);
    ons_json_open(&w, '{');
    ons_json_key(&w, "time_ms");
    ons_json_put_i64(&w, ons_clock_utc_ms());
    ons_json_member_text(&w, "event", kind[e->kind]);
    const struct {
        const char *key, *text;
    } text[] = {{"job", e->job}, {"text", e->text}, {"unit", e->unit}};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        if (text[i].text) ons_json_member_text(&w, text[i].key, text[i].text);
    }
    const struct {
        const char *key;
        double v;
    } number[] = {
        {"done", e->done}, {"total", e->total}, {"rate", e->rate}, {"loss", e->loss_nats}};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        if (isfinite(number[i].v)) ons_json_member_f64(&w, number[i].key, number[i].v);
    }
    ons_json_close(&w);
    (void)fprintf(stderr, "%s\n", ons_buf_cstr(&b));
    ons_buf_release(&b);
}

/* Of a stage as a whole, whose parts are done by the thousand, one event a second is enough. */
static void log_event(ons_progress *p, const ons_event *e, double now)
{
    const bool whole = e->kind == ONS_EVENT_PROGRESS && !e->job && e->done < e->total;
    if (whole && now - p->last_draw < LOG_SECONDS) return;
    if (whole) p->last_draw = now;
    log_json(e);
}

static bool due(const ons_progress *p, double now)
{
    const double since = now - p->last_draw;
    if (!p->state.stage[0]) return false;
    if (!p->cli->progress) return since >= LINE_SECONDS;
    return since >= REDRAW_SECONDS && (p->drawn || now - p->state.started >= FIRST_SECONDS);
}

static void show(ons_progress *p, const ons_event *e, double now)
{
    if (e->kind == ONS_EVENT_STAGE) {
        say_ended(p, now);
        p->last_draw = now;
    }
    if (e->kind == ONS_EVENT_INFO || e->kind == ONS_EVENT_WARN) say_note(p, e);
    ons_progress_apply(&p->state, e, now);
    if (!due(p, now)) return;
    if (p->cli->progress)
        draw(p, now);
    else
        say_line(p, now);
}

static void on_event(void *ctx, const ons_event *e)
{
    ons_progress *p = ctx;
    (void)pthread_mutex_lock(&p->lock);
    const double now = ons_clock_monotonic();
    if (p->cli->log_json)
        log_event(p, e, now);
    else if (!p->cli->quiet)
        show(p, e, now);
    (void)pthread_mutex_unlock(&p->lock);
}

static bool on_stop(void *ctx)
{
    ons_progress *p = ctx;
    return ons_interrupt_pending(&p->cli->interrupt);
}

ons_status ons_progress_new(ons_cli *cli, ons_progress **ret_p, ons_err *err)
{
    ons_progress *p = calloc(1, sizeof *p);
    if (!p) return ONS_FAIL(err, ONS_NOMEM, "no memory for the progress display");
    p->cli = cli;
    p->monitor = (ons_monitor){.event = on_event, .stop = on_stop, .ctx = p};
    (void)pthread_mutex_init(&p->lock, NULL);
    ons_interrupt_block(); /* from here on somebody asks */
    *ret_p = p;
    return ONS_OK;
}

void ons_progress_free(ons_progress *p)
{
    if (!p) return;
    if (!p->cli->quiet && !p->cli->log_json) say_ended(p, ons_clock_monotonic());
    erase(p);
    (void)fflush(stderr);
    (void)pthread_mutex_destroy(&p->lock);
    ons_interrupt_unblock();
    free(p);
}

const ons_monitor *ons_progress_monitor(const ons_progress *p) { return &p->monitor; }
