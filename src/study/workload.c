#include "study/workload.h"

#include <math.h>

#include "os/file.h"
#include "report/human.h"
#include "run/plan.h"
#include "train/speed.h"

#define PROBE_S     0.02 /* of one size */
#define PROBE_ALL_S 0.3
#define PROBE_FLOPS 1e10 /* of one step: beyond, a try would take seconds */
#define SHORT_S     1.0  /* what takes less is not worth a closer look */

/* ---- counts ---- */

static bool is_trained(const char *models, const char *name)
{
    char card[ONS_PATH_MAX];
    return ons_path_format(card, sizeof card, NULL, "%s/%s/onset.json", models, name) == ONS_OK &&
           ons_file_exists(card);
}

/* Characters are tokens; a chain that is written out is computed once as well. */
static double tokens_of(const ons_task *t)
{
    double all = 0;
    for (size_t i = 0; i < t->n_items; i++) {
        const double n = (double)(t->item[i].prompt.len + t->item[i].target.len + 1);
        all += t->steps || i < ONS_RUN_EXAMPLES ? 2 * n : n;
    }
    return all;
}

static void count_questions(const ons_workload_input *in, ons_workload *w)
{
    double questions = 0, tokens = 0, params = 0;
    for (size_t t = 0; t < in->n_tasks; t++) {
        questions += (double)ons_plan_questions(&in->task[t]);
        tokens += tokens_of(&in->task[t]);
    }
    for (size_t i = 0; i < in->n_models; i++) params += in->params[i];
    w->questions = questions * (double)in->n_models;
    w->ask_tokens = tokens * (double)in->n_models;
    w->ask_flops = 2 * params * tokens;
}

/* ---- time ---- */

typedef struct stopwatch {
    double flops_per_s; /* of the largest size that was tried; 0: none was */
    double spent_s;
    double sum_s, longest_s; /* of the jobs that are left */
} stopwatch;

/* A job's steps at the speed of its size, or of the next smaller one that was tried: to try a
 * large one would take too long. */
static ons_status add_job(stopwatch *c, const ons_train_job *job, bool new_size, ons_err *err)
{
    const double flops = job->flops / (double)job->n_steps;
    const bool slow = c->flops_per_s > 0 && flops / c->flops_per_s > PROBE_ALL_S / 8;
    if (new_size && !slow && flops < PROBE_FLOPS && c->spent_s < PROBE_ALL_S) {
        double s;
        ONS_TRY(ons_train_step_seconds(job, PROBE_S, &s, err));
        c->spent_s += fmax(PROBE_S, 2 * s);
        c->flops_per_s = flops / s;
    }
    const double seconds = job->flops / c->flops_per_s;
    c->sum_s += seconds;
    c->longest_s = fmax(c->longest_s, seconds);
    return ONS_OK;
}

/* Jobs come longest first; sizes are tried smallest first. */
static ons_status time_training(const ons_workload_input *in, stopwatch *c, ons_err *err)
{
    const ons_train_job *before = NULL;
    for (size_t i = in->n_jobs; i-- > 0;) {
        const ons_train_job *job = &in->job[i];
        if (is_trained(in->models, job->name)) continue;
        const bool same = before && before->ladder == job->ladder && before->size == job->size;
        ONS_TRY(add_job(c, job, !same, err));
        before = job;
    }
    return ONS_OK;
}

static ons_status expect_time(const ons_workload_input *in, ons_workload *w, ons_err *err)
{
    stopwatch c = {.flops_per_s = 0};
    const double left = w->questions > 0 ? 1 - w->answered / w->questions : 0;
    const double at_once = (double)(in->n_at_once ? in->n_at_once : 1);
    ONS_TRY(time_training(in, &c, err));
    w->seconds = fmax(c.longest_s, c.sum_s / at_once);
    if (left > 0) w->seconds += left * w->ask_flops / c.flops_per_s / at_once;
    if (!isfinite(w->seconds)) w->seconds = (double)NAN; /* nothing was tried: no speed is known */
    return ONS_OK;
}

ons_status ons_workload_of(const ons_workload_input *in, ons_workload *ret_w, ons_err *err)
{
    ons_workload w = {.n_train = in->n_jobs, .n_models = in->n_models, .n_tasks = in->n_tasks};
    size_t answered;
    for (size_t i = 0; i < in->n_jobs; i++) {
        w.n_trained += is_trained(in->models, in->job[i].name);
        w.train_tokens += in->job[i].tokens;
        w.train_flops += in->job[i].flops;
    }
    count_questions(in, &w);
    ONS_TRY(ons_store_count_responses(in->store, &answered, err));
    w.answered = fmin((double)answered, w.questions); /* the store may hold others too */
    ONS_TRY(expect_time(in, &w, err));
    *ret_w = w;
    return ONS_OK;
}

/* ---- the line ---- */

static void put_count(ons_buf *out, double v, const char *what)
{
    char text[ONS_HUMAN_MAX];
    if (v < 1e5) {
        ons_buf_printf(out, "%.0f %s", v, what);
    } else {
        ons_buf_printf(out, "%s %s", v < 1e15 ? ons_human_count(v, 2, text) : "very many", what);
    }
}

static void put_time(ons_buf *out, double s)
{
    if (isnan(s)) return;
    if (s < SHORT_S) {
        ons_buf_text(out, "; about a second");
    } else if (s < 99.5) {
        ons_buf_printf(out, "; about %.0f s", s);
    } else if (s < 5970) {
        ons_buf_printf(out, "; about %.0f min", s / 60);
    } else {
        ons_buf_printf(out, "; about %.1f h", s / 3600);
    }
}

void ons_workload_text(const ons_workload *w, ons_buf *out)
{
    ons_buf_text(out, "plan: ");
    if (w->n_train) {
        ons_buf_printf(out, "train %zu models (", w->n_train);
        if (w->n_trained) ons_buf_printf(out, "%zu are done; ", w->n_trained);
        put_count(out, w->train_tokens, "tokens");
        ons_buf_printf(out, ", %.2g FLOPs), ", w->train_flops);
    }
    ons_buf_printf(out, "ask %zu models %zu tasks: ", w->n_models, w->n_tasks);
    put_count(out, w->questions, "questions (");
    if (w->answered > 0) put_count(out, w->answered, "are answered; ");
    put_count(out, w->ask_tokens, "tokens");
    ons_buf_printf(out, ", %.2g FLOPs)", w->ask_flops);
    if (w->n_trained == w->n_train && w->answered >= w->questions)
        ons_buf_text(out, "; nothing is left to compute");
    else
        put_time(out, w->seconds);
}
