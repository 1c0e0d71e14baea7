#include "import/export.h"

#include <math.h>
#include <stdlib.h>

#include "base/parse.h"
#include "text/json_out.h"

static int compare_f64(double a, double b)
{
    if (isnan(a) || isnan(b)) return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

static int compare_documents(const ons_score *a, const ons_score *b)
{
    int c = ons_str_cmp(a->family, b->family);
    if (!c) c = ons_str_cmp(a->model, b->model);
    if (!c) c = ons_str_cmp(a->seed, b->seed);
    if (!c) c = compare_f64(a->params, b->params);
    if (!c) c = compare_f64(a->tokens, b->tokens);
    if (!c) c = compare_f64(a->flops, b->flops);
    if (!c) c = compare_f64(a->loss, b->loss);
    if (!c) c = (a->intermediate == ONS_YES) - (b->intermediate == ONS_YES);
    if (!c) c = ons_str_cmp(a->prompt, b->prompt);
    return c ? c : compare_f64(a->shots, b->shots);
}

static int compare_rows(const void *pa, const void *pb)
{
    const ons_score *a = pa, *b = pb;
    int c = compare_documents(a, b);
    if (!c) c = ons_str_cmp(a->task, b->task);
    if (!c) c = ons_str_cmp(a->metric, b->metric);
    return c ? c : compare_f64(a->score, b->score);
}

bool ons_lm_eval_same_document(const ons_score *a, const ons_score *b)
{
    return compare_documents(a, b) == 0;
}

void ons_lm_eval_sort(ons_score *row, size_t n)
{
    if (n > 1) qsort(row, n, sizeof *row, compare_rows);
}

/* ---- names ---- */

/* What no file name may hold becomes "__", as the harness does it; no name is a way up. */
static void sanitised(ons_str s, ons_buf *out)
{
    bool bad = false;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        const bool is_bad = c < 0x20 || strchr("\"<>:/|\\?*[]", (int)c) != NULL;
        if (is_bad && !bad) ons_buf_text(out, "__");
        if (!is_bad) ons_buf_char(out, (char)c);
        bad = is_bad;
    }
}

void ons_lm_eval_file_name(const ons_score *s, ons_buf *out)
{
    char number[32];
    if (s->model.len == 0 || s->model.ptr[0] == '.') ons_buf_text(out, "model_");
    sanitised(s->model.len ? s->model : s->family, out);
    if (s->model.len == 0)
        ons_buf_printf(out, "_%s", ons_f64_text(s->params, number, sizeof number));
    if (s->seed.len) ons_buf_text(out, "_seed");
    sanitised(s->seed, out);
    ons_buf_text(out, "/results");
    if (s->prompt.len) ons_buf_char(out, '_');
    sanitised(s->prompt, out);
    if (isfinite(s->shots))
        ons_buf_printf(out, "_%sshot", ons_f64_text(s->shots, number, sizeof number));
    ons_buf_text(out, ".json");
}

/* "acc,none", "exact_match,strict-match": every metric has a filter. */
static void metric_key(ons_str metric, const char *suffix, ons_buf *out)
{
    ons_str filter = metric, name;
    (void)ons_str_cut(&filter, ',', &name);
    ons_buf_reset(out);
    ons_buf_str_add(out, name);
    ons_buf_text(out, suffix);
    ons_buf_char(out, ',');
    ons_buf_str_add(out, filter.len ? filter : ONS_S("none"));
}

/* ---- the document ---- */

typedef struct writer {
    const ons_score *row;
    size_t n;
    ons_json_out out;
    ons_buf key; /* of the member that is written */
} writer;

static const char *task_key(writer *w, size_t i)
{
    ons_buf_reset(&w->key);
    ons_buf_str_add(&w->key, w->row[i].task);
    return ons_buf_cstr(&w->key);
}

/* The row behind the last one of its task. */
static size_t task_end(const writer *w, size_t i)
{
    size_t end = i + 1;
    while (end < w->n && ons_str_eq(w->row[i].task, w->row[end].task)) end++;
    return end;
}

static void put_results(writer *w)
{
    ons_json_open(&w->out, '{');
    for (size_t i = 0, end; i < w->n; i = end) {
        end = task_end(w, i);
        ons_json_key(&w->out, task_key(w, i));
        ons_json_open(&w->out, '{');
        ons_json_member_str(&w->out, "alias", w->row[i].task);
        for (size_t k = i; k < end; k++) {
            if (k > i && ons_str_eq(w->row[k].metric, w->row[k - 1].metric)) continue;
            metric_key(w->row[k].metric, "", &w->key);
            ons_json_member_f64(&w->out, ons_buf_cstr(&w->key), w->row[k].score);
            metric_key(w->row[k].metric, "_stderr", &w->key);
            ons_json_key(&w->out, ons_buf_cstr(&w->key));
            if (isfinite(w->row[k].std_err)) {
                ons_json_put_f64(&w->out, w->row[k].std_err);
            } else {
                ons_json_put_text(&w->out, "N/A");
            }
        }
        ons_json_close(&w->out);
    }
    ons_json_close(&w->out);
}

static void put_shots(writer *w)
{
    ons_json_open(&w->out, '{');
    for (size_t i = 0; i < w->n && isfinite(w->row[i].shots); i = task_end(w, i))
        ons_json_member_f64(&w->out, task_key(w, i), w->row[i].shots);
    ons_json_close(&w->out);
}

static void put_samples(writer *w)
{
    ons_json_open(&w->out, '{');
    for (size_t i = 0, end; i < w->n; i = end) {
        end = task_end(w, i);
        double n = (double)NAN;
        for (size_t k = i; k < end; k++) n = fmax(n, w->row[k].n_items);
        if (!isfinite(n)) continue;
        ons_json_key(&w->out, task_key(w, i));
        ons_json_open(&w->out, '{');
        ons_json_member_f64(&w->out, "original", n);
        ons_json_member_f64(&w->out, "effective", n);
        ons_json_close(&w->out);
    }
    ons_json_close(&w->out);
}

static void put_direction(writer *w)
{
    ons_json_open(&w->out, '{');
    for (size_t i = 0, end; i < w->n; i = end) {
        end = task_end(w, i);
        ons_json_key(&w->out, task_key(w, i));
        ons_json_open(&w->out, '{');
        for (size_t k = i; k < end; k++) {
            ons_str rest = w->row[k].metric, name, before = ONS_S("");
            (void)ons_str_cut(&rest, ',', &name);
            if (k > i) {
                rest = w->row[k - 1].metric;
                (void)ons_str_cut(&rest, ',', &before);
            }
            if (w->row[k].higher_is_better == ONS_UNKNOWN || ons_str_eq(name, before)) continue;
            ons_buf_reset(&w->key);
            ons_buf_str_add(&w->key, name);
            ons_json_key(&w->out, ons_buf_cstr(&w->key));
            ons_json_put_bool(&w->out, w->row[k].higher_is_better == ONS_YES);
        }
        ons_json_close(&w->out);
    }
    ons_json_close(&w->out);
}

static void put_own(writer *w)
{
    const ons_score *s = &w->row[0];
    const struct {
        const char *key;
        double v;
    } number[] = {
        {"params", s->params}, {"tokens", s->tokens}, {"flops", s->flops}, {"loss", s->loss}};
    ons_json_open(&w->out, '{');
    ons_json_member_str(&w->out, "family", s->family);
    ons_json_member_str(&w->out, "model", s->model);
    ons_json_member_str(&w->out, "seed", s->seed);
    ons_json_member_str(&w->out, "prompt", s->prompt);
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        if (isfinite(number[i].v)) ons_json_member_f64(&w->out, number[i].key, number[i].v);
    ons_json_key(&w->out, "intermediate");
    ons_json_put_bool(&w->out, s->intermediate == ONS_YES);
    ons_json_close(&w->out);
}

void ons_lm_eval_write(const ons_score *row, size_t n, ons_buf *out)
{
    writer w = {.row = row, .n = n, .out = ons_json_out_make(out)};
    ons_buf_init(&w.key, 1 << 20);
    ons_json_open(&w.out, '{');
    ons_json_key(&w.out, "results");
    put_results(&w);
    ons_json_key(&w.out, "n-shot");
    put_shots(&w);
    ons_json_key(&w.out, "n-samples");
    put_samples(&w);
    ons_json_key(&w.out, "higher_is_better");
    put_direction(&w);
    ons_json_key(&w.out, "config");
    ons_json_open(&w.out, '{');
    if (isfinite(row->params)) ons_json_member_f64(&w.out, "model_num_parameters", row->params);
    ons_json_close(&w.out);
    ons_json_member_str(&w.out, "model_name", row->model.len ? row->model : row->family);
    ons_json_key(&w.out, "onset");
    put_own(&w);
    ons_json_close(&w.out);
    ons_buf_char(out, '\n');
    ons_buf_end_part(out, &w.key);
}
