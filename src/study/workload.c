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

static bool is_trained(const char *dir, const char *name)
{
    char card[ONS_PATH_MAX];
    return ons_path_format(card, sizeof card, NULL, "%s/%s/onset.json", dir, name) == ONS_OK &&
           ons_file_exists(card);
}

static ons_workload_sum sum_of(const ons_workload_runs *r)
{
    ons_workload_sum s = {.n = r->n};
    for (size_t i = 0; i < r->n; i++) {
        s.n_done += is_trained(r->dir, r->job[i].name);
        s.tokens += r->job[i].tokens;
        s.flops += r->job[i].flops;
    }
    return s;
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
static ons_status time_runs(const ons_workload_runs *r, stopwatch *c, ons_err *err)
{
    const ons_train_job *before = NULL;
    for (size_t i = r->n; i-- > 0;) {
        const ons_train_job *job = &r->job[i];
        if (is_trained(r->dir, job->name)) continue;
        const bool same = before && before->ladder == job->ladder && before->size == job->size;
        ONS_TRY(add_job(c, job, !same, err));
        before = job;
    }
    return ONS_OK;
}

/* One part after the other; within a part several at a time. */
static ons_status expect_time(const ons_workload_input *in, ons_workload *w, ons_err *err)
{
    stopwatch c = {.flops_per_s = 0};
    const double left = w->questions > 0 ? 1 - w->answered / w->questions : 0;
    const double at_once = (double)(in->n_at_once ? in->n_at_once : 1);
    const ons_workload_runs *part[] = {&in->sweep, &in->train};
    for (size_t i = 0; i < 2; i++) {
        c.sum_s = c.longest_s = 0;
        ONS_TRY(time_runs(part[i], &c, err));
        w->seconds += fmax(c.longest_s, c.sum_s / at_once);
    }
    if (left > 0) w->seconds += left * w->ask_flops / c.flops_per_s / at_once;
    if (!isfinite(w->seconds)) w->seconds = (double)NAN; /* nothing was tried: no speed is known */
    return ONS_OK;
}

/* The longest runs are the largest, and go side by side first. */
static double memory_of(const ons_workload_runs *r, size_t n_at_once)
{
    double bytes = 0;
    size_t n = 0;
    for (size_t i = 0; i < r->n && n < n_at_once; i++) {
        if (is_trained(r->dir, r->job[i].name)) continue;
        bytes += ons_train_job_bytes(&r->job[i]);
        n++;
    }
    return bytes;
}

ons_status ons_workload_of(const ons_workload_input *in, ons_workload *ret_w, ons_err *err)
{
    const size_t n_at_once = in->n_at_once ? in->n_at_once : 1;
    ons_workload w = {.n_models = in->n_models, .n_tasks = in->n_tasks};
    size_t answered;
    w.sweep = sum_of(&in->sweep);
    w.train = sum_of(&in->train);
    w.bytes = fmax(memory_of(&in->sweep, n_at_once), memory_of(&in->train, n_at_once));
    count_questions(in, &w);
    ONS_TRY(ons_store_count_responses(in->store, &answered, err));
    w.answered = fmin((double)answered, w.questions); /* the store may hold others too */
    ONS_TRY(expect_time(in, &w, err));
    *ret_w = w;
    return ONS_OK;
}
