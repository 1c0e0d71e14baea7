#include "cli/progress.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/clock.h"
#include "text/json_out.h"

#define JOBS_MAX       64
#define REDRAW_SECONDS 0.1
#define LINE_SECONDS   10.0
#define LINE_BYTES_MAX 512
#define JSON_BYTES_MAX ((size_t)64 * 1024)
#define RATE_WARMUP_S  0.5 /* before that a time left would be a guess */

typedef struct job {
    char name[64], unit[16];
    double done, total, weight, rate, loss;
    double done_before; /* when this process took it up */
    double started;
} job;

struct ons_progress {
    ons_cli *cli;
    ons_monitor monitor;
    pthread_mutex_t lock;
    char stage[64];
    double stage_total, stage_started;
    double weight_finished; /* by jobs that ended */
    double weight_skipped;  /* of it, what was done before this process */
    size_t n_finished;
    job running[JOBS_MAX];
    size_t n_running;
    size_t drawn; /* lines on the terminal that belong to us */
    double last_draw;
};

static void time_text(double s, char *buf, size_t cap)
{
    if (!isfinite(s) || s < 0) {
        (void)snprintf(buf, cap, "--");
    } else if (s < 99.5) {
        (void)snprintf(buf, cap, "%.0f s", s);
    } else if (s < 5970) {
        (void)snprintf(buf, cap, "%.0f min %02.0f s", floor(s / 60), floor(fmod(s, 60)));
    } else {
        (void)snprintf(buf, cap, "%.0f h %02.0f min", floor(s / 3600), floor(fmod(s, 3600) / 60));
    }
}

static void rate_text(const job *j, char *buf, size_t cap)
{
    const char *unit = strcmp(j->unit, "tokens") == 0 ? "tok" : j->unit;
    buf[0] = '\0';
    if (j->rate <= 0 || !unit[0]) return;
    if (j->rate >= 1e6) {
        (void)snprintf(buf, cap, "%.2f M %s/s", j->rate / 1e6, unit);
    } else if (j->rate >= 1e3) {
        (void)snprintf(buf, cap, "%.0f k %s/s", j->rate / 1e3, unit);
    } else {
        (void)snprintf(buf, cap, "%.0f %s/s", j->rate, unit);
    }
}

static void bar_text(const ons_progress *p, double share, size_t cells, ons_buf *out)
{
    size_t full = (size_t)(fmin(fmax(share, 0), 1) * (double)cells + .5);
    for (size_t i = 0; i < cells; i++)
        ons_buf_text(out, p->cli->unicode_err ? (i < full ? "█" : "░") : (i < full ? "#" : "."));
}

static double job_share(const job *j) { return j->total > 0 ? j->done / j->total : 0; }

static double stage_done(const ons_progress *p)
{
    double done = p->weight_finished;
    for (size_t i = 0; i < p->n_running; i++)
        done += job_share(&p->running[i]) * p->running[i].weight;
    return done;
}

/* From what this process itself has done: resumed work costs nothing again. */
static double stage_seconds_left(const ons_progress *p, double now)
{
    double skipped = p->weight_skipped;
    for (size_t i = 0; i < p->n_running; i++) {
        const job *j = &p->running[i];
        if (j->total > 0) skipped += j->done_before / j->total * j->weight;
    }
    double mine = stage_done(p) - skipped, seconds = now - p->stage_started;
    if (mine <= 0 || seconds < RATE_WARMUP_S) return NAN;
    return (p->stage_total - stage_done(p)) / (mine / seconds);
}

static void stage_line(const ons_progress *p, double now, ons_buf *out)
{
    char left[32];
    double share = p->stage_total > 0 ? stage_done(p) / p->stage_total : 0;
    time_text(stage_seconds_left(p, now), left, sizeof left);
    ons_buf_printf(out, "%-12.40s ", p->stage);
    bar_text(p, share, 16, out);
    ons_buf_printf(out, " %3.0f %%  %zu done  %s left", floor(share * 100), p->n_finished, left);
}

static void job_line(const ons_progress *p, const job *j, ons_buf *out)
{
    char rate[32], left[32];
    rate_text(j, rate, sizeof rate);
    time_text(j->rate > 0 ? (j->total - j->done) / j->rate : (double)NAN, left, sizeof left);
    ons_buf_printf(out, "  %-10.30s ", j->name);
    bar_text(p, job_share(j), 16, out);
    ons_buf_printf(out, " %3.0f %%", floor(job_share(j) * 100));
    if (rate[0]) ons_buf_printf(out, "  %s", rate);
    if (isfinite(j->loss)) ons_buf_printf(out, "  loss %.3f", j->loss);
    ons_buf_printf(out, "  %s left", left);
}

/* Cuts a line to the terminal's width, counting UTF-8 characters, not bytes. */
static void cut_to_width(ons_buf *line, size_t columns)
{
    size_t width = 0;
    for (size_t i = 0; i < line->len; i++) {
        if (((unsigned char)line->ptr[i] & 0xC0) == 0x80) continue;
        if (width++ == columns) {
            line->len = i;
            line->ptr[i] = '\0';
            return;
        }
    }
}

static void erase(ons_progress *p)
{
    if (p->drawn) (void)fprintf(stderr, "\033[%zuA\033[J", p->drawn);
    p->drawn = 0;
}

static void draw(ons_progress *p, double now)
{
    ons_buf line;
    ons_buf_init(&line, LINE_BYTES_MAX);
    erase(p);
    for (size_t i = 0; i <= p->n_running; i++) {
        ons_buf_reset(&line);
        if (i < p->n_running) {
            job_line(p, &p->running[i], &line);
        } else {
            stage_line(p, now, &line);
        }
        cut_to_width(&line, p->cli->columns_err - 1);
        (void)fprintf(stderr, "%s\n", ons_buf_cstr(&line));
        p->drawn++;
    }
    (void)fflush(stderr);
    p->last_draw = now;
    ons_buf_release(&line);
}

/* No terminal: one plain line now and then. */
static void say_line(ons_progress *p, double now)
{
    ons_buf line;
    ons_buf_init(&line, (size_t)4 * LINE_BYTES_MAX);
    char left[32];
    time_text(stage_seconds_left(p, now), left, sizeof left);
    ons_buf_printf(&line, "%s: %.0f %%, %zu done, %s left", p->stage,
                   p->stage_total > 0 ? floor(stage_done(p) / p->stage_total * 100) : 0,
                   p->n_finished, left);
    for (size_t i = 0; i < p->n_running && i < 4; i++) {
        const job *j = &p->running[i];
        char rate[32];
        rate_text(j, rate, sizeof rate);
        ons_buf_printf(&line, "; %s %.0f %%%s%s", j->name, floor(job_share(j) * 100),
                       rate[0] ? " " : "", rate);
        if (isfinite(j->loss)) ons_buf_printf(&line, " loss %.3f", j->loss);
    }
    (void)fprintf(stderr, "%s\n", ons_buf_cstr(&line));
    p->last_draw = now;
    ons_buf_release(&line);
}

static job *find_job(ons_progress *p, const char *name)
{
    for (size_t i = 0; i < p->n_running; i++)
        if (strncmp(p->running[i].name, name, sizeof p->running[i].name - 1) == 0)
            return &p->running[i];
    return NULL;
}

static job *add_job(ons_progress *p, const ons_event *e, double now)
{
    if (p->n_running == JOBS_MAX) return NULL;
    job *j = &p->running[p->n_running++];
    *j = (job){.started = now, .loss = NAN, .done_before = e->done};
    (void)snprintf(j->name, sizeof j->name, "%s", e->job);
    return j;
}

static void update_job(job *j, const ons_event *e)
{
    if (e->unit) (void)snprintf(j->unit, sizeof j->unit, "%s", e->unit);
    if (e->total > 0) j->total = e->total;
    if (e->weight > 0) j->weight = e->weight;
    if (!(j->weight > 0)) j->weight = j->total;
    j->done = e->done;
    if (e->rate > 0) j->rate = e->rate;
    j->loss = e->loss_nats;
}

static void end_job(ons_progress *p, const ons_event *e)
{
    job *j = find_job(p, e->job);
    double weight = e->weight > 0 ? e->weight : e->total;
    p->n_finished++;
    if (!j) { /* ended without a beginning: it was finished before */
        p->weight_finished += weight;
        p->weight_skipped += weight;
        return;
    }
    p->weight_finished += j->weight;
    if (j->total > 0) p->weight_skipped += j->done_before / j->total * j->weight;
    size_t at = (size_t)(j - p->running);
    memmove(j, j + 1, (p->n_running - at - 1) * sizeof *j);
    p->n_running--;
}

static void note_line(ons_progress *p, const ons_event *e)
{
    bool terminal = p->cli->progress && p->drawn;
    if (terminal) erase(p);
    (void)fprintf(stderr, "%s%s%s%s\n", e->kind == ONS_EVENT_WARN ? "warning: " : "",
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

static void apply(ons_progress *p, const ons_event *e, double now)
{
    switch (e->kind) {
    case ONS_EVENT_STAGE:
        (void)snprintf(p->stage, sizeof p->stage, "%s", e->text ? e->text : "");
        p->stage_total = e->total;
        p->stage_started = now;
        p->weight_finished = p->weight_skipped = 0;
        p->n_finished = p->n_running = 0;
        p->last_draw = now; /* a stage of less than a line's interval says nothing */
        break;
    case ONS_EVENT_BEGIN:
    case ONS_EVENT_PROGRESS:
        if (e->job) {
            job *j = find_job(p, e->job);
            if (!j) j = add_job(p, e, now);
            if (j) update_job(j, e);
        }
        break;
    case ONS_EVENT_END:
        if (e->job) end_job(p, e);
        break;
    case ONS_EVENT_INFO:
    case ONS_EVENT_WARN:
        note_line(p, e);
        break;
    default:
        break;
    }
}

static void on_event(void *ctx, const ons_event *e)
{
    ons_progress *p = ctx;
    (void)pthread_mutex_lock(&p->lock);
    double now = ons_clock_monotonic();
    if (p->cli->log_json) {
        log_json(e);
    } else if (!p->cli->quiet) {
        apply(p, e, now);
        double every = p->cli->progress ? REDRAW_SECONDS : LINE_SECONDS;
        if (p->stage[0] && now - p->last_draw >= every) {
            if (p->cli->progress) {
                draw(p, now);
            } else {
                say_line(p, now);
            }
        }
    }
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
    erase(p);
    (void)fflush(stderr);
    (void)pthread_mutex_destroy(&p->lock);
    ons_interrupt_unblock();
    free(p);
}

const ons_monitor *ons_progress_monitor(const ons_progress *p) { return &p->monitor; }
