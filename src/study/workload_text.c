/* The plan in a line. */
#include <math.h>

#include "report/human.h"
#include "study/workload.h"

static void put_count(ons_buf *out, double v, const char *what)
{
    char text[ONS_HUMAN_MAX];
    if (v < 1e5) {
        ons_buf_printf(out, "%.0f %s", v, what);
    } else {
        ons_buf_printf(out, "%s %s", v < 1e15 ? ons_human_count(v, 2, text) : "very many", what);
    }
}

static void put_things(ons_buf *out, size_t n, const char *thing)
{
    ons_buf_printf(out, "%zu %s%s", n, thing, n == 1 ? "" : "s");
}

static void put_runs(ons_buf *out, const char *verb, const char *thing, const ons_workload_sum *s)
{
    if (s->n == 0) return;
    ons_buf_printf(out, "%s ", verb);
    put_things(out, s->n, thing);
    ons_buf_text(out, " (");
    if (s->n_done) ons_buf_printf(out, "%zu are done; ", s->n_done);
    put_count(out, s->tokens, "tokens");
    ons_buf_printf(out, ", %.2g FLOPs), ", s->flops);
}

static void put_memory(ons_buf *out, double bytes)
{
    if (!(bytes > 0) || !isfinite(bytes)) return;
    if (bytes < 1e9)
        ons_buf_printf(out, "; %.0f MB of memory", fmax(ceil(bytes / 1e6), 1));
    else
        ons_buf_printf(out, "; %.1f GB of memory", bytes / 1e9);
}

static void put_time(ons_buf *out, double s)
{
    if (isnan(s)) return;
    if (s < 1) {
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
    put_runs(out, "sweep", "run", &w->sweep);
    put_runs(out, "train", "model", &w->train);
    ons_buf_text(out, "ask ");
    put_things(out, w->n_models, "model");
    ons_buf_char(out, ' ');
    put_things(out, w->n_tasks, "task");
    ons_buf_text(out, ": ");
    put_count(out, w->questions, "questions (");
    if (w->answered > 0) put_count(out, w->answered, "are answered; ");
    put_count(out, w->ask_tokens, "tokens");
    ons_buf_printf(out, ", %.2g FLOPs)", w->ask_flops);
    const bool trained = w->sweep.n_done == w->sweep.n && w->train.n_done == w->train.n;
    if (trained && w->answered >= w->questions) {
        ons_buf_text(out, "; nothing is left to compute");
        return;
    }
    put_memory(out, w->bytes);
    put_time(out, w->seconds);
}
