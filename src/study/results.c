#include "study/results.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "report/sentence.h"
#include "study/examples.h"
#include "study/study_file.h"
#include "study/verdict_json.h"

#define REASON_BYTES_MAX  ((size_t)64 * 1024)
#define JSON_BYTES_MAX    ((size_t)1 << 30)
#define RECIPE_LINES_MAX  64
#define FAMILIES_TEXT_MAX 40

/* ---- copies into the arena ---- */

static ons_status copy_str(ons_arena *a, ons_str s, ons_str *ret_s, ons_err *err)
{
    char *p;
    ONS_TRY(ONS_NEW(a, s.len + 1, &p, err));
    if (s.len) memcpy(p, s.ptr, s.len);
    *ret_s = (ons_str){p, s.len};
    return ONS_OK;
}

static ons_status copy_score(ons_arena *a, const ons_score *from, ons_score *to, ons_err *err)
{
    *to = *from;
    ONS_TRY(copy_str(a, to->family, &to->family, err));
    ONS_TRY(copy_str(a, to->model, &to->model, err));
    ONS_TRY(copy_str(a, to->task, &to->task, err));
    ONS_TRY(copy_str(a, to->metric, &to->metric, err));
    ONS_TRY(copy_str(a, to->prompt, &to->prompt, err));
    ONS_TRY(copy_str(a, to->seed, &to->seed, err));
    ONS_TRY(copy_str(a, to->group, &to->group, err));
    ONS_TRY(copy_str(a, to->recipe, &to->recipe, err));
    ONS_TRY(copy_str(a, to->origin, &to->origin, err));
    return copy_str(a, to->note, &to->note, err);
}

/* Rows are many: the smaller array is given back when it has been copied into the larger one. */
static ons_status room_for_row(ons_results *r, ons_err *err)
{
    ons_arena larger;
    ons_score *row;
    if (r->n_rows & (r->n_rows - 1)) return ONS_OK; /* room until the next power of two */
    ons_arena_init(&larger, 0);
    ONS_TRY(ONS_NEW(&larger, r->n_rows ? 2 * r->n_rows : 1, &row, err));
    if (r->n_rows) memcpy(row, r->row, r->n_rows * sizeof *row);
    ons_arena_clear(&r->rows);
    r->rows = larger;
    r->row = row;
    return ONS_OK;
}

static ons_status take_score(void *ctx, const ons_score *score, ons_err *err)
{
    ons_results *r = ctx;
    ONS_TRY(room_for_row(r, err));
    return copy_score(&r->arena, score, &r->row[r->n_rows++], err);
}

static ons_status take_model(void *ctx, const ons_store_model *m, ons_err *err)
{
    ons_results *r = ctx;
    if (m->intermediate) return ONS_OK; /* a point of a run, not a model of the family */
    ONS_TRY(ONS_GROW(&r->arena, &r->model, r->n_models, err));
    ONS_TRY(ONS_GROW(&r->arena, &r->model_hash, r->n_models, err));
    ons_report_model *to = &r->model[r->n_models];
    *to = (ons_report_model){
        .params = m->params, .tokens = m->tokens, .flops = m->flops, .loss = m->loss};
    ONS_TRY(copy_str(&r->arena, m->name, &to->name, err));
    ONS_TRY(copy_str(&r->arena, m->family, &to->family, err));
    ONS_TRY(copy_str(&r->arena, m->seed, &to->seed, err));
    r->model_hash[r->n_models++] = m->hash;
    return ONS_OK;
}

static ons_status take_task(void *ctx, const ons_store_task *t, ons_err *err)
{
    ons_results *r = ctx;
    ONS_TRY(ONS_GROW(&r->arena, &r->task, r->n_tasks, err));
    ons_store_task *to = &r->task[r->n_tasks];
    *to = *t;
    ONS_TRY(copy_str(&r->arena, t->name, &to->name, err));
    ONS_TRY(copy_str(&r->arena, t->about, &to->about, err));
    r->n_tasks++;
    return ONS_OK;
}

static ons_status take_study(void *ctx, const ons_store_study *s, ons_err *err)
{
    ons_results *r = ctx;
    ONS_TRY(copy_str(&r->arena, s->name, &r->study, err));
    return copy_str(&r->arena, s->recipe, &r->recipe, err);
}

static ons_status take_sweep(void *ctx, const ons_sweep_point *p, ons_err *err)
{
    ons_results *r = ctx;
    ONS_TRY(ONS_GROW(&r->arena, &r->sweep, r->n_sweep, err));
    r->sweep[r->n_sweep++] = *p;
    return ONS_OK;
}

/* ---- the models of a table, from its rows ---- */

static bool same_scale(const ons_report_model *m, const ons_score *s)
{
    return ons_same_number(m->params, s->params) && ons_same_number(m->tokens, s->tokens) &&
           ons_same_number(m->flops, s->flops) && ons_same_number(m->loss, s->loss);
}

/* Where no name is given, the scale is all that tells models apart. */
static bool same_model(const ons_report_model *m, const ons_score *s)
{
    if (s->model.len == 0 && !same_scale(m, s)) return false;
    return ons_str_eq(m->name, s->model) && ons_str_eq(m->family, s->family) &&
           ons_str_eq(m->seed, s->seed);
}

static ons_status models_of_rows(ons_results *r, ons_err *err)
{
    for (size_t i = 0; i < r->n_rows; i++) {
        const ons_score *s = &r->row[i];
        size_t at = 0;
        if (s->intermediate == ONS_YES) continue;
        while (at < r->n_models && !same_model(&r->model[at], s)) at++;
        if (at < r->n_models) continue;
        ONS_TRY(ONS_GROW(&r->arena, &r->model, r->n_models, err));
        r->model[r->n_models++] = (ons_report_model){.name = s->model,
                                                     .family = s->family,
                                                     .seed = s->seed,
                                                     .params = s->params,
                                                     .tokens = s->tokens,
                                                     .flops = s->flops,
                                                     .loss = s->loss};
    }
    return ONS_OK;
}

/* ---- both ways in ---- */

/* s: where decisions are kept, or NULL. */
static ons_status decide_set(ons_results *r, ons_store *s, ons_err *err)
{
    const ons_results_options *o = &r->options;
    ons_decided *decided;
    const ons_monitor *m = o->monitor;
    if (!s) return ons_series_set_decide_told(&r->set, o->n_threads, o->seed, NULL, m, err);
    ONS_TRY(ons_decided_load(s, &decided, err));
    ons_status st = ons_series_set_decide_told(&r->set, o->n_threads, o->seed, decided, m, err);
    if (st == ONS_INTERRUPTED) (void)ons_decided_keep(decided, s, NULL); /* it may come again */
    if (st == ONS_OK) st = ons_decided_keep(decided, s, err);
    ons_decided_free(decided);
    return st;
}

static ons_status decide(ons_results *r, ons_store *s, ons_err *err)
{
    ONS_TRY(ons_series_set_build(r->row, r->n_rows, &r->options.series, &r->arena, &r->set, err));
    ONS_TRY(ONS_NEW(&r->arena, r->set.n + 1, &r->example, err));
    const ons_results_options *o = &r->options;
    if (!o->undecided) ONS_TRY(decide_set(r, s, err));
    if (o->tasks) ONS_TRY(ons_series_set_keep(&r->set, ons_str_of(o->tasks), &r->arena, err));
    if (o->undecided || r->set.n > o->forms_up_to) return ONS_OK;
    return ons_series_set_fit_forms(&r->set, o->n_threads, &r->arena, err);
}

/* What the study's own file says of axis, W0 and seed holds unless the caller says otherwise. */
static ons_status adopt_study(ons_results *r, ons_err *err)
{
    ons_study_decisions d = {.w0 = (double)NAN};
    ons_series_options *o = &r->options.series;
    ONS_TRY(ons_study_recipe_decisions(r->recipe, &d, err));
    if (o->axes == 0) o->axes = d.axes;
    if (isnan(o->w0)) o->w0 = d.w0;
    if (r->options.seed == 0) r->options.seed = d.seed;
    return ONS_OK;
}

static ons_status load_store(ons_results *r, ons_store *s, ons_err *err)
{
    ONS_TRY(ons_store_each_study(s, take_study, r, err));
    ONS_TRY(adopt_study(r, err));
    ONS_TRY(ons_store_each_score(s, take_score, r, err));
    ONS_TRY(ons_store_each_model(s, take_model, r, err));
    ONS_TRY(ons_store_each_task(s, take_task, r, err));
    ONS_TRY(ons_store_each_sweep(s, take_sweep, r, err));
    ONS_TRY(models_of_rows(r, err)); /* of tables and files, which the store knows by rows only */
    ONS_TRY(decide(r, s, err));
    return ons_examples_fetch(r, s, err);
}

static ons_status load_rows(ons_results *r, ons_score *row, size_t n, ons_err *err)
{
    r->row = row;
    r->n_rows = n;
    ONS_TRY(models_of_rows(r, err));
    return decide(r, NULL, err);
}

static void begin(ons_results *r, const ons_results_options *o)
{
    *r = (ons_results){.options = *o, .study = ONS_S(""), .recipe = ONS_S("")};
    ons_arena_init(&r->arena, 0);
    ons_arena_init(&r->rows, 0);
}

ons_status ons_results_scores(ons_store *s, ons_results *ret_r, ons_err *err)
{
    begin(ret_r, &(ons_results_options){0});
    ons_status st = ons_store_each_score(s, take_score, ret_r, err);
    if (st != ONS_OK) ons_results_release(ret_r);
    return st;
}

ons_status ons_results_of_store(ons_store *s, const ons_results_options *o, ons_results *ret_r,
                                ons_err *err)
{
    begin(ret_r, o);
    ons_status st = load_store(ret_r, s, err);
    if (st != ONS_OK) ons_results_release(ret_r);
    return st;
}

ons_status ons_results_of_rows(ons_score *row, size_t n, const ons_results_options *o,
                               ons_results *ret_r, ons_err *err)
{
    begin(ret_r, o);
    ons_status st = load_rows(ret_r, row, n, err);
    if (st != ONS_OK) ons_results_release(ret_r);
    return st;
}

void ons_results_release(ons_results *r)
{
    if (!r) return;
    ons_arena_clear(&r->arena);
    ons_arena_clear(&r->rows);
}

/* ---- the values of the page ---- */

static ons_str unit_of(const ons_study_series *s)
{
    ons_str name = s->metric;
    bool nats = ons_str_eq(name, ONS_S("logprob")) || ons_str_eq(name, ONS_S("chain_logprob")) ||
                ons_str_eq(name, ONS_S("loss"));
    return s->series.continuous && nats ? ONS_S("nats") : ONS_S("");
}

static ons_str about_of(const ons_results *r, ons_str task)
{
    for (size_t i = 0; i < r->n_tasks; i++)
        if (ons_str_eq(r->task[i].name, task)) return r->task[i].about;
    return ONS_S("");
}

static ons_report_series report_series(const ons_results *r, size_t i)
{
    const ons_study_series *s = &r->set.series[i];
    ons_report_series v = {.family = s->family,
                           .task = s->task,
                           .metric = s->metric,
                           .prompt = s->prompt,
                           .shots = s->shots,
                           .about = about_of(r, s->task),
                           .primary = s->primary,
                           .axis = (ons_report_axis)(s->axis - ONS_AXIS_FLOPS),
                           .point = s->series.point,
                           .n_points = s->too_long ? 0 : s->series.n_points,
                           .continuous = s->series.continuous,
                           .unit = unit_of(s),
                           .chance = s->series.chance,
                           .w0 = s->series.w0,
                           .verdict = s->verdict,
                           .known = s->known,
                           .p_adjusted = s->p_adjusted,
                           .description = &s->description,
                           .forms = s->forms,
                           .example = r->example[i]};
    v.partner.metric = v.partner.unit = ONS_S("");
    v.partner.result = s->metric_result;
    if (s->partner == ONS_NO_PARTNER) return v;
    const ons_study_series *p = &r->set.series[s->partner];
    v.partner.metric = p->metric;
    v.partner.unit = unit_of(p);
    v.partner.point = p->series.point;
    v.partner.n_points = p->too_long ? 0 : p->series.n_points;
    return v;
}

static void cut_comment(ons_str *line)
{
    for (size_t i = 0; i < line->len; i++)
        if (line->ptr[i] == '#' && (i == 0 || line->ptr[i - 1] == ' ')) line->len = i;
}

/* A line that is indented, or an entry of a list, goes on with the one before. */
static bool goes_on(ons_str line) { return line.ptr[0] == ' ' || line.ptr[0] == '-'; }

/* "key: value" lines of a ladder or study file, without comments. */
static ons_status recipe_pairs(ons_results *r, const ons_report_pair **ret_p, size_t *ret_n,
                               ons_err *err)
{
    ons_report_pair *pair;
    size_t n = 0;
    ONS_TRY(ONS_NEW(&r->arena, RECIPE_LINES_MAX, &pair, err));
    ons_str rest = r->recipe, line;
    while (rest.len) {
        (void)ons_str_cut(&rest, '\n', &line);
        cut_comment(&line);
        if (ons_str_trim(line).len == 0 || ons_str_starts(line, ONS_S("---"))) continue;
        if (goes_on(line) && n > 0) { /* both lines stand in one text */
            ons_str *v = &pair[n - 1].value;
            v->len = (size_t)(line.ptr + line.len - v->ptr);
            continue;
        }
        if (n == RECIPE_LINES_MAX) break;
        ons_str value = line, key;
        if (!ons_str_cut(&value, ':', &key)) continue;
        pair[n++] = (ons_report_pair){ons_str_trim(key), ons_str_trim(value)};
    }
    *ret_p = pair;
    *ret_n = n;
    return ONS_OK;
}

static size_t count_families(const ons_results *r, ons_str *ret_one)
{
    size_t n = 0;
    *ret_one = ONS_S("");
    for (size_t i = 0; i < r->n_models; i++) {
        const ons_str f = r->model[i].family;
        bool seen = f.len == 0;
        for (size_t j = 0; j < i && !seen; j++) seen = ons_str_eq(f, r->model[j].family);
        if (seen) continue;
        *ret_one = f;
        n++;
    }
    return n;
}

/* The heading of the page: the study, or what the scores are of. */
static ons_status name_scores(ons_results *r, ons_str *ret_name, ons_err *err)
{
    ons_str family;
    char *text;
    *ret_name = r->study;
    if (r->study.len) return ONS_OK;
    const size_t n = count_families(r, &family);
    if (n == 1) *ret_name = family;
    if (n == 0) *ret_name = r->options.name.len ? r->options.name : ONS_S("scores");
    if (n <= 1) return ONS_OK;
    ONS_TRY(ONS_NEW(&r->arena, FAMILIES_TEXT_MAX, &text, err));
    (void)snprintf(text, FAMILIES_TEXT_MAX, "%zu families", n);
    *ret_name = ons_str_of(text);
    return ONS_OK;
}

ons_status ons_results_report(ons_results *r, ons_report *ret_report, ons_err *err)
{
    ons_report_series *series;
    const unsigned axes = r->options.series.axes;
    ONS_TRY(ONS_NEW(&r->arena, r->set.n + 1, &series, err));
    double w0 = (double)NAN;
    for (size_t i = 0; i < r->set.n; i++) {
        series[i] = report_series(r, i);
        if (isnan(w0) && series[i].primary) w0 = series[i].w0;
    }
    ons_str study;
    ONS_TRY(name_scores(r, &study, err));
    *ret_report = (ons_report){.study = study,
                               .series = series,
                               .n_series = r->set.n,
                               .by_axis = (axes & (axes - 1)) != 0,
                               .model = r->model,
                               .n_models = r->n_models,
                               .sweep = r->sweep,
                               .n_sweep = r->n_sweep,
                               .w0 = w0,
                               .version = ONS_S("onset " ONS_VERSION),
                               .command = ons_str_of(r->options.command ? r->options.command : "")};
    return recipe_pairs(r, &ret_report->recipe, &ret_report->n_recipe, err);
}

/* ---- JSON and the store ---- */

static ons_status series_json(const ons_results *r, size_t i, bool forms, ons_buf *reason,
                              ons_buf *out, ons_err *err)
{
    const ons_report_series v = report_series(r, i);
    ons_buf_reset(reason);
    ONS_TRY(ons_sentence_verdict(&v, reason, err));
    ons_verdict_json(&r->set.series[i], ons_buf_str(reason), forms, out);
    return ons_buf_status(out, err);
}

ons_status ons_results_json(ons_results *r, ons_buf *out, ons_err *err)
{
    ons_buf reason;
    ons_buf_init(&reason, REASON_BYTES_MAX);
    ons_status s = ONS_OK;
    for (size_t i = 0; s == ONS_OK && i < r->set.n; i++)
        s = series_json(r, i, true, &reason, out, err);
    ons_buf_release(&reason);
    return s;
}

static ons_store_verdict verdict_row(const ons_study_series *s, ons_str json)
{
    return (ons_store_verdict){.family = s->family,
                               .task = s->task,
                               .metric = s->metric,
                               .prompt = s->prompt,
                               .axis = ons_str_of(ons_axis_names[s->axis]),
                               .verdict = ons_str_of(ons_verdict_text(s->verdict.verdict)),
                               .metric_check = ons_str_of(ons_check_text(s->metric_result.check)),
                               .json = json,
                               .shots = s->shots,
                               .w0 = s->series.w0,
                               .p_emergent = s->verdict.p_emergent,
                               .p_adjusted = s->p_adjusted,
                               .n_models = s->verdict.n_models,
                               .n_scales = s->verdict.n_scales};
}

ons_status ons_results_record(ons_results *r, ons_store *s, ons_err *err)
{
    ons_buf json, reason;
    ons_store_verdict *row;
    size_t *end;
    ONS_TRY(ONS_NEW(&r->arena, r->set.n + 1, &row, err));
    ONS_TRY(ONS_NEW(&r->arena, r->set.n + 1, &end, err));
    ons_buf_init(&json, JSON_BYTES_MAX);
    ons_buf_init(&reason, REASON_BYTES_MAX);
    ons_status st = ONS_OK;
    for (size_t i = 0; st == ONS_OK && i < r->set.n; i++) {
        st = series_json(r, i, false, &reason, &json, err);
        end[i] = json.len;
    }
    for (size_t i = 0; st == ONS_OK && i < r->set.n; i++) {
        size_t from = i ? end[i - 1] : 0;
        ons_str line = {ons_buf_str(&json).ptr + from, end[i] - from - 1}; /* without newline */
        row[i] = verdict_row(&r->set.series[i], line);
    }
    if (st == ONS_OK) st = ons_store_replace_verdicts(s, row, r->set.n, err);
    ons_buf_release(&reason);
    ons_buf_release(&json);
    return st;
}
