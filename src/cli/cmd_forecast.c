/* onset forecast: the largest models from the smaller ones. */
#include <math.h>

#include "base/parse.h"
#include "cli/progress.h"
#include "cli/scores_in.h"
#include "cli/show.h"
#include "cli/table.h"
#include "report/human.h"
#include "study/outlook.h"
#include "text/json_out.h"

#define SIMPLE_COLUMNS   110 /* of a terminal that has room for the simple forecasts */
#define OUTPUT_BYTES_MAX ((size_t)1 << 30)
#define OUT_MAX          64

/* ---- JSON ---- */

static void put_predictive(ons_json_out *w, const char *key, const ons_predictive *q)
{
    ons_json_key(w, key);
    ons_json_open(w, '{');
    ons_json_member_f64(w, "median", q->median);
    ons_json_member_f64(w, "lo", q->lo);
    ons_json_member_f64(w, "hi", q->hi);
    ons_json_member_f64(w, "log_score", q->log_score);
    ons_json_close(w);
}

static void put_prediction(ons_json_out *w, const ons_study_series *s, const ons_prediction *p,
                           const ons_predictive *two_stage)
{
    ons_json_open(w, '{');
    ons_json_member_f64(w, "x", ons_series_scale(s, p->x));
    ons_json_member_f64(w, "observed", p->observed);
    for (int m = 0; m < ONS_PREDICT_COUNT; m++)
        put_predictive(w, ons_predict_text((ons_predict_by)m), &p->by[m]);
    if (two_stage) put_predictive(w, "two-stage", two_stage);
    ons_json_close(w);
}

/* The largest scale, from ever more of the smaller ones. */
static void put_history(ons_json_out *w, const ons_outlook_series *o)
{
    ons_json_key(w, "history");
    ons_json_open(w, '[');
    for (size_t i = 0; i < o->n_history; i++) {
        const ons_foresight *f = &o->history[i];
        ons_json_open(w, '{');
        ons_json_member_u64(w, "n_known", f->n_known);
        ons_json_member_f64(w, "x", ons_series_scale(o->of, f->x));
        ons_json_member_f64(w, "median", f->forecast.median);
        ons_json_member_f64(w, "lo", f->forecast.lo);
        ons_json_member_f64(w, "hi", f->forecast.hi);
        ons_json_member_f64(w, "z", f->forecast.z);
        ons_json_member_f64(w, "nats", f->forecast.nats);
        ons_json_close(w);
    }
    ons_json_close(w);
}

static void put_series(const ons_outlook_series *o, ons_buf *out)
{
    const ons_study_series *s = o->of;
    ons_json_out json = ons_json_out_make(out), *w = &json;
    ons_json_open(w, '{');
    ons_json_member_str(w, "family", s->family);
    ons_json_member_str(w, "task", s->task);
    ons_json_member_str(w, "metric", s->metric);
    ons_json_member_f64(w, "shots", s->shots);
    ons_json_member_str(w, "prompt", s->prompt);
    ons_json_member_text(w, "axis", ons_axis_names[s->axis]);
    ons_json_key(w, "predictions");
    ons_json_open(w, '[');
    for (size_t i = 0; i < o->n; i++)
        put_prediction(w, s, &o->prediction[i], o->two_stage ? &o->two_stage[i] : NULL);
    ons_json_close(w);
    ons_json_member_f64(w, "horizon", o->horizon);
    put_history(w, o);
    ons_json_close(w);
    ons_buf_char(out, '\n');
}

static void put_score(ons_json_out *w, const char *key, const ons_outlook_score *s)
{
    ons_json_key(w, key);
    ons_json_open(w, '{');
    ons_json_member_f64(w, "coverage", s->coverage);
    ons_json_member_f64(w, "error_points", 100 * s->error);
    ons_json_member_f64(w, "log_score", s->log_score);
    ons_json_close(w);
}

static void put_summary(const ons_outlook *o, size_t n_out, ons_buf *out)
{
    ons_json_out json = ons_json_out_make(out), *w = &json;
    ons_json_open(w, '{');
    ons_json_key(w, "summary");
    ons_json_open(w, '{');
    ons_json_member_u64(w, "hold_out", n_out);
    ons_json_member_u64(w, "series", o->n_series);
    ons_json_member_u64(w, "too_short", o->n_short);
    ons_json_member_u64(w, "predictions", o->n_predictions);
    for (int m = 0; m < ONS_PREDICT_COUNT; m++)
        put_score(w, ons_predict_text((ons_predict_by)m), &o->by[m]);
    ons_json_key(w,
                 "paired"); /* the same and the two stages, where there is a continuous partner */
    ons_json_open(w, '{');
    ons_json_member_u64(w, "predictions", o->n_paired);
    for (int m = 0; m < ONS_PREDICT_COUNT; m++)
        put_score(w, ons_predict_text((ons_predict_by)m), &o->paired[m]);
    put_score(w, "two-stage", &o->two_stage);
    ons_json_close(w);
    ons_json_close(w);
    ons_json_close(w);
    ons_buf_char(out, '\n');
}

/* ---- for people ---- */

static void cell(ons_table *t, const char *fmt_unit, int digits, double v)
{
    ons_buf b;
    ons_buf_init(&b, 64);
    if (isfinite(v)) ons_buf_printf(&b, "%.*f%s", digits, v, fmt_unit);
    ons_table_cell(t, ons_buf_str(&b));
    ons_buf_release(&b);
}

static void interval(ons_table *t, const ons_predictive *q)
{
    ons_buf b;
    ons_buf_init(&b, 64);
    ons_buf_printf(&b, "%.3f to %.3f", q->lo, q->hi);
    ons_table_cell(t, ons_buf_str(&b));
    ons_buf_release(&b);
}

/* "add_2 (5 shots)" */
static void ability(ons_table *t, const ons_study_series *s)
{
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    ons_buf_str_add(&b, s->task);
    if (s->shots > 0) ons_buf_printf(&b, " (%.0f %s)", s->shots, s->shots == 1 ? "shot" : "shots");
    ons_table_cell(t, ons_buf_str(&b));
    ons_buf_release(&b);
}

/* simple: the three simple forecasts too. */
static void prediction_row(ons_table *t, const ons_outlook_series *s, size_t j, bool simple)
{
    const ons_prediction *p = &s->prediction[j];
    char scale[ONS_HUMAN_MAX];
    ons_table_cell(t, s->of->family);
    ability(t, s->of);
    ons_table_cell(t, ons_str_of(ons_human_count(ons_series_scale(s->of, p->x), 3, scale)));
    cell(t, "", 3, p->observed);
    cell(t, "", 3, p->by[ONS_PREDICT_TREND].median);
    interval(t, &p->by[ONS_PREDICT_TREND]);
    for (int m = ONS_PREDICT_LAST; simple && m < ONS_PREDICT_COUNT; m++)
        cell(t, "", 3, p->by[m].median);
    cell(t, "", 1, j + 1 == s->n ? s->horizon : (double)NAN);
}

/* On a terminal the first rows, and the simple forecasts where it is wide enough. */
static void print_series(const ons_outlook *o, const ons_cli *cli, ons_buf *out)
{
    static const ons_column all[] = {{"family", false},  {"ability", false}, {"scale", true},
                                     {"observed", true}, {"forecast", true}, {"95 %", true},
                                     {"last", true},     {"linear", true},   {"logistic", true},
                                     {"horizon", true},  {NULL, false}};
    static const ons_column few[] = {{"family", false},  {"ability", false}, {"scale", true},
                                     {"observed", true}, {"forecast", true}, {"95 %", true},
                                     {"horizon", true},  {NULL, false}};
    const bool simple = !cli->terminal || cli->columns >= SIMPLE_COLUMNS;
    size_t n = 0;
    ons_table t;
    ons_table_init(&t, simple ? all : few);
    for (size_t i = 0; i < o->n_series; i++) {
        const ons_outlook_series *s = &o->series[i];
        for (size_t j = 0; j < s->n; j++)
            if (cli->rows_most == 0 || n++ < cli->rows_most) prediction_row(&t, s, j, simple);
    }
    ons_table_print(&t, cli, out);
    ons_table_release(&t);
    if (n > cli->rows_most)
        ons_buf_printf(out, "and %zu more; --all prints them, --task NAME some\n",
                       n - cli->rows_most);
}

static void score_row(ons_table *t, const char *name, const ons_outlook_score *s)
{
    ons_table_cell(t, ons_str_of(name));
    cell(t, " %", 1, 100 * s->coverage);
    cell(t, "", 1, 100 * s->error);
    cell(t, "", 3, s->log_score);
}

/* two_stage: NULL: there is none beside them. */
static void print_scores(const ons_outlook_score *by, const ons_outlook_score *two_stage,
                         const ons_cli *cli, ons_buf *out)
{
    static const ons_column columns[] = {{"method", false},
                                         {"intervals hold", true},
                                         {"error in points", true},
                                         {"log score", true},
                                         {NULL, false}};
    ons_table t;
    ons_table_init(&t, columns);
    for (int m = 0; m < ONS_PREDICT_COUNT; m++)
        score_row(&t, ons_predict_text((ons_predict_by)m), &by[m]);
    if (two_stage) score_row(&t, "two-stage", two_stage);
    ons_table_print(&t, cli, out);
    ons_table_release(&t);
}

static void print_summary(const ons_outlook *o, const ons_cli *cli, ons_buf *out)
{
    ons_cli_prose(cli, out, "\n%zu prediction%s in %zu series; %zu series %s too few scales.\n\n",
                  o->n_predictions, o->n_predictions == 1 ? "" : "s", o->n_series - o->n_short,
                  o->n_short, o->n_short == 1 ? "has" : "have");
    if (o->n_predictions) print_scores(o->by, NULL, cli, out);
    if (o->n_paired == 0) return;
    ons_cli_prose(cli, out,
                  "\nOf them %zu with a continuous metric of the same answers, through which "
                  "two-stage predicts:\n\n",
                  o->n_paired);
    print_scores(o->paired, &o->two_stage, cli, out);
}

/* ---- the command ---- */

static ons_status show(ons_cli *cli, ons_results *r, void *ctx, ons_err *err)
{
    const size_t *n_out = ctx;
    ons_outlook o;
    ons_progress *progress;
    ONS_TRY(ons_progress_new(cli, &progress, err));
    ons_status s = ons_outlook_make(&r->set, *n_out, cli->threads, ons_progress_monitor(progress),
                                    &r->arena, &o, err);
    ons_progress_free(progress);
    ONS_TRY(s);
    ons_buf out;
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    if (cli->json) {
        for (size_t i = 0; i < o.n_series; i++) put_series(&o.series[i], &out);
        put_summary(&o, *n_out, &out);
    } else {
        if (o.n_predictions) print_series(&o, cli, &out);
        print_summary(&o, cli, &out);
    }
    s = ons_cli_print(&out, err);
    ons_buf_release(&out);
    return s;
}

ons_status ons_cmd_forecast(ons_cli *cli, const ons_args *args, ons_err *err)
{
    uint64_t hold_out;
    if (args->n_positional == 0)
        return ONS_FAIL(err, ONS_USAGE,
                        "forecast needs CSV files, result files, a directory or a database");
    ons_results_options o = ons_show_options(cli, NULL);
    ONS_TRY(ons_args_u64(args, "hold-out", 1, OUT_MAX, 1, &hold_out, err));
    ONS_TRY(ons_scores_axes(args, &o.series.axes, err));
    o.tasks = ons_args_text(args, "task", NULL);
    o.series.pool = ons_args_has(args, "pool");
    o.undecided = true;
    size_t n_out = hold_out;
    return ons_scores_in(cli, args, &o, show, &n_out, err);
}
