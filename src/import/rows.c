#include "import/rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/parse.h"
#include "import/name.h"
#include "task/exchange/scores_csv.h"

#define RANGE_SLACK 1e-9
#define SAME_PARAMS 0.25 /* counts differ by what is tied or printed, not by more */

typedef struct ons_import_text {
    ons_id id;
    ons_str text; /* ptr NULL: an empty place */
} kept_text;

void ons_import_init(ons_import *in, const ons_models *models, const ons_benchmarks *benchmarks)
{
    *in = (ons_import){.models = models, .benchmarks = benchmarks};
    ons_arena_init(&in->arena, 0);
}

void ons_import_release(ons_import *in)
{
    free(in->row);
    free(in->origin);
    free(in->source);
    free(in->note);
    free(in->unknown);
    free(in->left_out);
    free(in->text);
    ons_arena_clear(&in->arena);
    *in = (ons_import){0};
}

/* Room for one more of n items; *array: its address. */
static ons_status room(void *array, size_t item_bytes, size_t n, size_t *cap, ons_err *err)
{
    if (n < *cap) return ONS_OK;
    size_t bytes;
    const size_t more = *cap ? *cap * 2 : 64;
    void *old, *fresh;
    if (!ons_mul_size(more, item_bytes, &bytes))
        return ONS_FAIL(err, ONS_LIMIT, "more items than memory has addresses");
    memcpy(&old, array, sizeof old);
    fresh = realloc(old, bytes);
    if (!fresh) return ONS_FAIL(err, ONS_NOMEM, "no memory for %zu bytes of rows", bytes);
    memcpy(array, &fresh, sizeof fresh);
    *cap = more;
    return ONS_OK;
}

/* ---- texts, each once ---- */

static size_t place_of(const kept_text *t, size_t cap, ons_id id)
{
    uint64_t h;
    memcpy(&h, id.byte, sizeof h);
    size_t i = (size_t)h & (cap - 1);
    while (t[i].text.ptr && !ons_id_eq(t[i].id, id)) i = (i + 1) & (cap - 1);
    return i;
}

static ons_status more_places(ons_import *in, ons_err *err)
{
    if (in->n_texts * 2 < in->cap_texts) return ONS_OK;
    const size_t cap = in->cap_texts ? in->cap_texts * 2 : 1024;
    kept_text *fresh = calloc(cap, sizeof *fresh);
    if (!fresh) return ONS_FAIL(err, ONS_NOMEM, "no memory for %zu texts", cap);
    for (size_t i = 0; i < in->cap_texts; i++)
        if (in->text[i].text.ptr) fresh[place_of(fresh, cap, in->text[i].id)] = in->text[i];
    free(in->text);
    in->text = fresh;
    in->cap_texts = cap;
    return ONS_OK;
}

ons_status ons_import_keep(ons_import *in, ons_str s, ons_str *ret_s, ons_err *err)
{
    if (s.len == 0) {
        *ret_s = ONS_S("");
        return ONS_OK;
    }
    ONS_TRY(more_places(in, err));
    const ons_id id = ons_hash((ons_bytes){(const uint8_t *)s.ptr, s.len});
    kept_text *t = &in->text[place_of(in->text, in->cap_texts, id)];
    if (!t->text.ptr) {
        char *p;
        ONS_TRY(ONS_NEW(&in->arena, s.len + 1, &p, err));
        memcpy(p, s.ptr, s.len);
        *t = (kept_text){id, {p, s.len}};
        in->n_texts++;
    }
    *ret_s = t->text;
    return ONS_OK;
}

/* ---- files and notes ---- */

ons_status ons_import_file(ons_import *in, const char *path, ons_err *err)
{
    ons_str name;
    if (in->n_sources >= UINT32_MAX) return ONS_FAIL(err, ONS_LIMIT, "too many files");
    ONS_TRY(ons_import_keep(in, ons_str_of(path), &name, err));
    ONS_TRY(room(&in->source, sizeof *in->source, in->n_sources, &in->cap_sources, err));
    in->source[in->n_sources++] =
        (ons_import_source){.path = name, .date = (double)NAN, .limit = (double)NAN};
    return ONS_OK;
}

static ons_str present_file(const ons_import *in)
{
    return in->n_sources ? in->source[in->n_sources - 1].path : ONS_S("");
}

static ons_status put_note(ons_import *in, const ons_import_note *note, ons_err *err)
{
    in->n_errors += note->severity == ONS_IMPORT_ERROR;
    if (in->n_notes >= ONS_IMPORT_NOTES_MAX) {
        in->n_unsaid++;
        return ONS_OK;
    }
    ONS_TRY(room(&in->note, sizeof *in->note, in->n_notes, &in->cap_notes, err));
    in->note[in->n_notes++] = *note;
    return ONS_OK;
}

ons_status ons_import_say(ons_import *in, ons_import_severity severity, uint32_t line,
                          uint32_t column, ons_err *err, const char *fmt, ...)
{
    char text[512];
    ons_import_note note = {
        .severity = severity, .file = present_file(in), .line = line, .column = column};
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    ONS_TRY(ons_import_keep(in, ons_str_of(text), &note.message, err));
    return put_note(in, &note, err);
}

/* ---- models ---- */

static ons_status note_unknown(ons_import *in, ons_str written, double params, bool revision,
                               ons_err *err)
{
    ons_model_name n;
    ons_import_unknown u = {.file = present_file(in), .params = params, .revision = revision};
    ons_model_name_parse(written, &n);
    ons_buf name;
    ons_buf_init(&name, 4096);
    ons_buf_str_add(&name, n.base.len ? n.base : written);
    if (revision) ons_buf_printf(&name, "@" ONS_STR_FMT, ONS_STR(n.revision));
    ons_status s = ons_import_keep(in, ons_buf_str(&name), &u.name, err);
    ons_buf_release(&name);
    ONS_TRY(s);
    ONS_TRY(ons_import_keep(in, written, &u.written, err));
    size_t i = 0;
    while (i < in->n_unknown && !ons_str_eq(in->unknown[i].name, u.name)) i++;
    if (i == in->n_unknown) {
        ONS_TRY(room(&in->unknown, sizeof *in->unknown, in->n_unknown, &in->cap_unknown, err));
        in->n_unknown++;
    } else {
        u = in->unknown[i]; /* ons_import_skip counts into the last one */
        in->unknown[i] = in->unknown[in->n_unknown - 1];
        i = in->n_unknown - 1;
        if (isnan(u.params)) u.params = params;
    }
    in->unknown[i] = u;
    return ONS_OK;
}

/* A file that counts quite other parameters is about another model of the same name. (Quantised
 * weights are counted in many ways.) */
static bool is_another(ons_str written, double params, const ons_model_scale *m)
{
    ons_model_name n;
    ons_model_name_parse(written, &n);
    return n.variant.len == 0 && isfinite(params) && isfinite(m->params) &&
           fabs(params / m->params - 1) > SAME_PARAMS;
}

ons_status ons_import_model(ons_import *in, ons_str written, double params, bool *ret_known,
                            ons_model_scale *ret_m, ons_err *err)
{
    ons_model_known known;
    ONS_TRY(ons_models_find(in->models, written, &in->arena, &known, ret_m, err));
    *ret_known = known == ONS_MODEL_KNOWN && !is_another(written, params, ret_m);
    if (*ret_known) return ONS_OK;
    if (known == ONS_MODEL_KNOWN)
        ONS_TRY(ons_import_say(in, ONS_IMPORT_HINT, 0, 0, err,
                               "a model called " ONS_STR_FMT
                               " has %.4g parameters here, but %.4g in the table of models: it is "
                               "taken for another one",
                               ONS_STR(ret_m->model), params, ret_m->params));
    return note_unknown(in, written, params, known == ONS_MODEL_REVISION_NOT_KNOWN, err);
}

void ons_import_skip(ons_import *in, size_t n_rows)
{
    if (in->n_unknown) in->unknown[in->n_unknown - 1].n_rows += n_rows;
}

/* ---- rows ---- */

ons_score ons_import_score(void)
{
    const double nan = (double)NAN;
    const ons_str none = ONS_S("");
    return (ons_score){.family = none,
                       .model = none,
                       .task = none,
                       .metric = none,
                       .prompt = none,
                       .seed = none,
                       .note = none,
                       .recipe = none,
                       .origin = none,
                       .group = none,
                       .deff = nan,
                       .n_clusters = nan,
                       .params = nan,
                       .tokens = nan,
                       .flops = nan,
                       .loss = nan,
                       .shots = nan,
                       .n_items = nan,
                       .score = nan,
                       .std_err = nan,
                       .random_baseline = nan,
                       .high_score = nan,
                       .higher_is_better = ONS_UNKNOWN,
                       .primary = ONS_UNKNOWN,
                       .intermediate = ONS_UNKNOWN};
}

static ons_status keep_texts(ons_import *in, ons_score *s, ons_err *err)
{
    ONS_TRY(ons_import_keep(in, s->family, &s->family, err));
    ONS_TRY(ons_import_keep(in, s->model, &s->model, err));
    ONS_TRY(ons_import_keep(in, s->task, &s->task, err));
    ONS_TRY(ons_import_keep(in, s->metric, &s->metric, err));
    ONS_TRY(ons_import_keep(in, s->prompt, &s->prompt, err));
    ONS_TRY(ons_import_keep(in, s->seed, &s->seed, err));
    ONS_TRY(ons_import_keep(in, s->group, &s->group, err));
    ONS_TRY(ons_import_keep(in, s->recipe, &s->recipe, err));
    return ons_import_keep(in, s->note, &s->note, err);
}

/* What the table of benchmarks knows. A limit on the items makes their number another. */
static void fill_in(const ons_import *in, ons_score *s)
{
    const ons_benchmark b = ons_benchmarks_find(in->benchmarks, s->task, s->metric);
    const double limit = in->n_sources ? in->source[in->n_sources - 1].limit : (double)NAN;
    if (isnan(s->random_baseline)) s->random_baseline = b.chance;
    if (isnan(s->n_items)) {
        s->n_items = b.n_items;
        if (limit < 1) s->n_items = ceil(s->n_items * limit);
        if (limit >= 1) s->n_items = fmin(s->n_items, limit);
        if (isnan(b.n_items)) s->n_items = (double)NAN;
    }
}

ons_status ons_import_leave_out_id(ons_import *in, ons_id series, ons_err *err)
{
    ONS_TRY(room(&in->left_out, sizeof *in->left_out, in->n_left_out, &in->cap_left_out, err));
    in->left_out[in->n_left_out++] = series;
    return ONS_OK;
}

ons_status ons_import_leave_out(ons_import *in, const ons_score *s, ons_err *err)
{
    return ons_import_leave_out_id(in, ons_score_series_id(s), err);
}

static bool outside(const ons_score *s)
{
    if (!ons_metric_is_share(s->metric)) return false;
    const double high = s->high_score > 0 ? s->high_score : 1;
    return s->score < -RANGE_SLACK || s->score > high * (1 + RANGE_SLACK);
}

static ons_status say_outside(ons_import *in, const ons_score *s, uint32_t line, ons_err *err)
{
    ONS_TRY(ons_import_leave_out(in, s, err));
    return ons_import_say(
        in, ONS_IMPORT_ERROR, line, 0, err,
        ONS_STR_FMT " of " ONS_STR_FMT " is %.9g, allowed is 0 to %.9g; its series is left out",
        ONS_STR(s->metric), ONS_STR(s->task), s->score, s->high_score > 0 ? s->high_score : 1);
}

static ons_status pass_over(ons_import *in, const ons_score *s, ons_err *err)
{
    if (in->n_not_finite++) return ONS_OK;
    ONS_TRY(ons_import_keep(in, s->metric, &in->not_finite_metric, err));
    return ons_import_keep(in, s->task, &in->not_finite_task, err);
}

static void take_scale(ons_score *s, const ons_model_scale *m)
{
    s->family = m->family;
    s->model = m->model;
    s->params = m->params;
    s->tokens = m->tokens;
    s->flops = m->flops;
    s->intermediate = m->on_the_way ? ONS_YES : ONS_NO;
}

ons_status ons_import_add(ons_import *in, const ons_score *s, const ons_model_scale *m,
                          uint32_t line, ons_err *err)
{
    ons_score row = *s;
    const ons_import_origin origin = {.file = in->n_sources ? (uint32_t)(in->n_sources - 1) : 0,
                                      .line = line};
    if (m) take_scale(&row, m);
    if (row.tokens == 0) { /* logarithmic axes have no place for it */
        in->n_untrained++;
        return ONS_OK;
    }
    const bool as_written = in->n_sources && in->source[in->n_sources - 1].as_written;
    if (!isfinite(row.score) && !as_written) return pass_over(in, &row, err);
    if (!isfinite(row.std_err) || row.std_err < 0) row.std_err = (double)NAN;
    if (!as_written && outside(&row)) return say_outside(in, &row, line, err);
    if (in->n_rows >= ONS_IMPORT_ROWS_MAX)
        return ONS_FAIL(err, ONS_LIMIT, "more than %zu rows of scores", ONS_IMPORT_ROWS_MAX);
    if (!as_written) fill_in(in, &row);
    if (!(row.n_items >= 1) && !as_written) row.n_items = (double)NAN;
    ONS_TRY(keep_texts(in, &row, err));
    size_t cap = in->cap_rows; /* both arrays grow in step */
    ONS_TRY(room(&in->origin, sizeof *in->origin, in->n_rows, &cap, err));
    ONS_TRY(room(&in->row, sizeof *in->row, in->n_rows, &in->cap_rows, err));
    in->origin[in->n_rows] = origin;
    in->row[in->n_rows++] = row;
    return ONS_OK;
}
