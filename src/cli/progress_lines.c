#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "cli/progress_priv.h"
#include "report/human.h"
#include "report/term.h"

#define RATE_WARMUP_S   0.5 /* before that a time left would be a guess */
#define ENDED_LEAST_S   2.0 /* shorter stages need no line of their own */
#define NAME_LEAST      8
#define NAME_USUAL      12
#define BAR_WIDE        16
#define BAR_SHORT       8
#define PERCENT_COLUMNS 6
#define RATE_COLUMNS    12
#define LOSS_COLUMNS    10
#define LEFT_COLUMNS    15
#define JOBS_IN_LINE    4

/* ---- state ---- */

static ons_progress_job *find_job(ons_progress_state *s, const char *name)
{
    for (size_t i = 0; i < s->n_running; i++)
        if (strncmp(s->running[i].name, name, sizeof s->running[i].name - 1) == 0)
            return &s->running[i];
    return NULL;
}

static ons_progress_job *add_job(ons_progress_state *s, const ons_event *e)
{
    if (s->n_running == ONS_PROGRESS_JOBS_MAX) return NULL;
    ons_progress_job *j = &s->running[s->n_running++];
    *j = (ons_progress_job){.loss = (double)NAN, .done_before = e->done};
    (void)snprintf(j->name, sizeof j->name, "%s", e->job);
    return j;
}

static void update_job(ons_progress_job *j, const ons_event *e)
{
    if (e->unit) (void)snprintf(j->unit, sizeof j->unit, "%s", e->unit);
    if (e->total > 0) j->total = e->total;
    if (e->weight > 0) j->weight = e->weight;
    if (!(j->weight > 0)) j->weight = j->total;
    j->done = e->done;
    if (e->rate > 0) j->rate = e->rate;
    j->loss = e->loss_nats;
}

static void end_job(ons_progress_state *s, const ons_event *e)
{
    ons_progress_job *j = find_job(s, e->job);
    double weight = e->weight > 0 ? e->weight : e->total;
    s->n_finished++;
    if (!j) { /* ended without a beginning: it was finished before */
        s->weight_finished += weight;
        s->weight_skipped += weight;
        return;
    }
    s->weight_finished += j->weight;
    if (j->total > 0) s->weight_skipped += j->done_before / j->total * j->weight;
    size_t at = (size_t)(j - s->running);
    memmove(j, j + 1, (s->n_running - at - 1) * sizeof *j);
    s->n_running--;
}

void ons_progress_apply(ons_progress_state *s, const ons_event *e, double now)
{
    switch (e->kind) {
    case ONS_EVENT_STAGE:
        *s = (ons_progress_state){
            .total = e->total, .started = now, .whole_done = e->done > 0 ? e->done : (double)NAN};
        s->weight_skipped = e->done;
        (void)snprintf(s->stage, sizeof s->stage, "%s", e->text ? e->text : "");
        (void)snprintf(s->unit, sizeof s->unit, "%s", e->unit ? e->unit : "");
        break;
    case ONS_EVENT_BEGIN:
    case ONS_EVENT_PROGRESS:
        if (e->job) {
            ons_progress_job *j = find_job(s, e->job);
            if (!j) j = add_job(s, e);
            if (j) update_job(j, e);
        } else if (e->kind == ONS_EVENT_PROGRESS) {
            s->whole_done = e->done;
        }
        break;
    case ONS_EVENT_END:
        if (e->job) end_job(s, e);
        break;
    case ONS_EVENT_INFO:
    case ONS_EVENT_WARN:
    default:
        break;
    }
}

/* ---- numbers ---- */

static double job_share(const ons_progress_job *j) { return j->total > 0 ? j->done / j->total : 0; }

static double stage_done(const ons_progress_state *s)
{
    double done = s->weight_finished;
    if (!isnan(s->whole_done)) return s->whole_done;
    for (size_t i = 0; i < s->n_running; i++)
        done += job_share(&s->running[i]) * s->running[i].weight;
    return done;
}

static double stage_share(const ons_progress_state *s)
{
    return s->total > 0 ? fmin(stage_done(s) / s->total, 1) : 0;
}

/* From what this process itself has done: resumed work costs nothing again. */
static double stage_seconds_left(const ons_progress_state *s, double now)
{
    double skipped = s->weight_skipped;
    for (size_t i = 0; i < s->n_running; i++) {
        const ons_progress_job *j = &s->running[i];
        if (j->total > 0) skipped += j->done_before / j->total * j->weight;
    }
    double mine = stage_done(s) - skipped, seconds = now - s->started;
    if (mine <= 0 || seconds < RATE_WARMUP_S) return (double)NAN;
    return (s->total - stage_done(s)) / (mine / seconds);
}

static void time_text(double s, char *buf, size_t cap)
{
    if (s < 99.5) {
        (void)snprintf(buf, cap, "%.0f s", s);
    } else if (s < 5970) {
        (void)snprintf(buf, cap, "%.0f min %02.0f s", floor(s / 60), floor(fmod(s, 60)));
    } else {
        (void)snprintf(buf, cap, "%.0f h %02.0f min", floor(s / 3600), floor(fmod(s, 3600) / 60));
    }
}

/* "8 s left"; nothing where it is not known. */
static const char *left_text(double s, char *buf, size_t cap)
{
    char time[32];
    buf[0] = '\0';
    if (!isfinite(s) || s < 0) return buf;
    time_text(s, time, sizeof time);
    (void)snprintf(buf, cap, "%s left", time);
    return buf;
}

static double job_seconds_left(const ons_progress_job *j)
{
    return j->rate > 0 ? (j->total - j->done) / j->rate : (double)NAN;
}

static const char *rate_text(const ons_progress_job *j, char *buf, size_t cap)
{
    const char *unit = strcmp(j->unit, "tokens") == 0      ? "tok"
                       : strcmp(j->unit, "questions") == 0 ? "q"
                                                           : j->unit;
    buf[0] = '\0';
    if (j->rate <= 0 || !unit[0]) return buf;
    if (j->rate >= 1e6) {
        (void)snprintf(buf, cap, "%.2f M %s/s", j->rate / 1e6, unit);
    } else if (j->rate >= 1e3) {
        (void)snprintf(buf, cap, "%.0f k %s/s", j->rate / 1e3, unit);
    } else {
        (void)snprintf(buf, cap, "%.0f %s/s", j->rate, unit);
    }
    return buf;
}

/* ---- lines ---- */

/* Columns of each part; 0: left out. */
typedef struct layout {
    size_t name, bar, rate, loss, left;
} layout;

static size_t layout_columns(const layout *q)
{
    const size_t part[] = {q->bar, q->rate, q->loss, q->left};
    size_t n = q->name + PERCENT_COLUMNS;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) n += part[i] ? part[i] + 2 : 0;
    return n;
}

/* Where it is narrow, what says least goes first. */
static layout layout_make(const ons_progress_state *s, const ons_term *t)
{
    layout q = {NAME_USUAL, BAR_WIDE, RATE_COLUMNS, 0, LEFT_COLUMNS};
    if (s->n_running == 0) { /* count and time left stand behind, where they fit */
        const size_t bar = t->columns > 60 ? BAR_WIDE : t->columns > 36 ? BAR_SHORT : 0;
        return (layout){bar ? NAME_USUAL : NAME_LEAST, bar, 0, 0, 0};
    }
    for (size_t i = 0; i < s->n_running; i++) {
        const size_t w = 2 + ons_term_width(t, ons_str_of(s->running[i].name));
        if (w > q.name) q.name = w;
        if (isfinite(s->running[i].loss)) q.loss = LOSS_COLUMNS;
    }
    const size_t most = t->columns;
    while (layout_columns(&q) > most && q.name > NAME_USUAL) q.name--;
    if (layout_columns(&q) > most) q.bar = BAR_SHORT;
    while (layout_columns(&q) > most && q.name > NAME_LEAST) q.name--;
    if (layout_columns(&q) > most) q.rate = 0;
    if (layout_columns(&q) > most) q.loss = 0;
    if (layout_columns(&q) > most) q.bar = 0;
    if (layout_columns(&q) > most) q.left = 0;
    return q;
}

static void put(const ons_term *t, const char *text, size_t columns, bool right)
{
    if (columns == 0) return;
    ons_term_spaces(t, 2);
    ons_term_field(t, ons_str_of(text), columns, right);
}

static void put_bar(const ons_term *t, double share, size_t cells)
{
    const size_t full = (size_t)(fmin(fmax(share, 0), 1) * (double)cells + .5);
    if (cells) ons_term_spaces(t, 2);
    for (size_t i = 0; i < cells; i++)
        ons_buf_text(t->out, t->unicode ? (i < full ? "█" : "░") : (i < full ? "#" : "."));
}

static void put_share(const ons_term *t, double share)
{
    char percent[16];
    (void)snprintf(percent, sizeof percent, "%.0f %%", floor(100 * fmin(fmax(share, 0), 1)));
    ons_term_field(t, ons_str_of(percent), PERCENT_COLUMNS, true);
}

static void job_line(const ons_progress_job *j, const layout *q, const ons_term *t)
{
    char text[64];
    ons_term_spaces(t, 2);
    ons_term_name(t, ons_str_of(j->name), q->name - 2);
    put_bar(t, job_share(j), q->bar);
    put_share(t, job_share(j));
    put(t, rate_text(j, text, sizeof text), q->rate, true);
    text[0] = '\0';
    if (isfinite(j->loss)) (void)snprintf(text, sizeof text, "loss %.3f", fmin(j->loss, 9999));
    put(t, text, q->loss, true);
    put(t, left_text(job_seconds_left(j), text, sizeof text), q->left, true);
}

/* "854 of 1,709 series", "3 done", nothing where nothing is counted. */
static const char *count_text(const ons_progress_state *s, char *buf, size_t cap)
{
    char done[ONS_HUMAN_MAX], total[ONS_HUMAN_MAX];
    buf[0] = '\0';
    if (!isnan(s->whole_done) && s->total > 0)
        (void)snprintf(buf, cap, "%s of %s %s", ons_human_exact(floor(s->whole_done), done),
                       ons_human_exact(s->total, total), s->unit);
    else if (s->n_finished > 0 || s->n_running > 0)
        (void)snprintf(buf, cap, "%zu done", s->n_finished);
    return buf;
}

static void stage_line(const ons_progress_state *s, double now, const layout *q, const ons_term *t)
{
    char count[3 * ONS_HUMAN_MAX], left[48];
    const size_t before = q->name + (q->bar ? q->bar + 2 : 0) + PERCENT_COLUMNS + 2;
    ons_term_name(t, ons_str_of(s->stage), q->name);
    put_bar(t, stage_share(s), q->bar);
    put_share(t, stage_share(s));
    (void)count_text(s, count, sizeof count);
    (void)left_text(stage_seconds_left(s, now), left, sizeof left);
    if (q->left) { /* below the jobs' */
        const size_t room = layout_columns(q) - before - 2 - q->left;
        if (q->rate + q->loss > 0) put(t, count, room, false);
        put(t, left, q->left, true);
        return;
    }
    const size_t room = t->columns > before ? t->columns - before : 0;
    const size_t w = ons_term_width(t, ons_str_of(count)), l = ons_term_width(t, ons_str_of(left));
    const bool both = w && w + (l ? l + 2 : 0) <= room;
    if (both) put(t, count, w, false);
    if (l && (both || l <= room)) put(t, left, l, false);
}

size_t ons_progress_frame(const ons_progress_state *s, double now, const ons_progress_form *f,
                          const char *more, ons_buf *out)
{
    const ons_term t = {
        .columns = f->columns > 1 ? f->columns - 1 : 1, .unicode = f->unicode, .out = out};
    const layout q = layout_make(s, &t);
    const size_t most = f->rows > 3 ? f->rows - 3 : 1; /* and the rest, the whole, the cursor */
    const size_t n = s->n_running <= most ? s->n_running : most;
    for (size_t i = 0; i < n; i++) {
        job_line(&s->running[i], &q, &t);
        ons_buf_text(out, more);
    }
    if (n < s->n_running) ons_buf_printf(out, "  and %zu more%s", s->n_running - n, more);
    stage_line(s, now, &q, &t);
    ons_buf_text(out, more);
    return n + (n < s->n_running) + 1;
}

void ons_progress_line(const ons_progress_state *s, double now, ons_buf *out)
{
    char text[3 * ONS_HUMAN_MAX];
    ons_buf_printf(out, "%s: %.0f %%", s->stage, floor(100 * stage_share(s)));
    if (count_text(s, text, sizeof text)[0]) ons_buf_printf(out, ", %s", text);
    if (left_text(stage_seconds_left(s, now), text, sizeof text)[0])
        ons_buf_printf(out, ", %s", text);
    for (size_t i = 0; i < s->n_running && i < JOBS_IN_LINE; i++) {
        const ons_progress_job *j = &s->running[i];
        ons_buf_printf(out, "; %s %.0f %%", j->name, floor(job_share(j) * 100));
        if (rate_text(j, text, sizeof text)[0]) ons_buf_printf(out, " %s", text);
        if (isfinite(j->loss)) ons_buf_printf(out, " loss %.3f", j->loss);
    }
    if (s->n_running > JOBS_IN_LINE)
        ons_buf_printf(out, "; and %zu more", s->n_running - JOBS_IN_LINE);
}

void ons_progress_ended(const ons_progress_state *s, double now, ons_buf *out)
{
    char time[32];
    const double seconds = now - s->started;
    if (s->n_finished == 0 || s->n_running > 0 || seconds < ENDED_LEAST_S) return;
    time_text(seconds, time, sizeof time);
    ons_buf_printf(out, "%s: %zu %s in %s", s->stage, s->n_finished,
                   s->n_finished == 1 ? "model" : "models", time);
}
