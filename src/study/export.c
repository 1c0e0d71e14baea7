#include "study/export.h"

#include <math.h>
#include <string.h>

#include "import/export.h"
#include "os/file.h"
#include "task/exchange/scores_csv.h"
#include "text/json_out.h"

#define FILE_BYTES_MAX ((size_t)2 << 30)

const char *const ons_export_format_names[] = {"csv", "json", "lm-eval", NULL};

typedef struct exporter {
    const char *dir;
    const ons_results *r;
    ons_buf out;
    size_t n_files;
} exporter;

static ons_status write_file(exporter *x, const char *name, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ONS_TRY(ons_buf_status(&x->out, err));
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/%s", x->dir, name));
    ONS_TRY(ons_file_write(path, ons_buf_bytes(&x->out), err));
    x->n_files++;
    return ONS_OK;
}

static ons_status write_csv(exporter *x, ons_err *err)
{
    ons_scores_csv_write(x->r->row, x->r->n_rows, &x->out);
    return write_file(x, "scores.csv", err);
}

/* ---- json ---- */

static void put_tristate(ons_json_out *w, const char *key, ons_tristate v)
{
    ons_json_key(w, key);
    if (v == ONS_UNKNOWN) {
        ons_json_put_null(w);
    } else {
        ons_json_put_bool(w, v == ONS_YES);
    }
}

static void put_score(const ons_score *s, ons_buf *out)
{
    ons_json_out w = ons_json_out_make(out);
    const struct {
        const char *key;
        ons_str text;
    } text[] = {{"family", s->family}, {"model", s->model},   {"task", s->task},
                {"metric", s->metric}, {"prompt", s->prompt}, {"seed", s->seed}};
    const struct {
        const char *key;
        double v;
    } number[] = {{"params", s->params},
                  {"tokens", s->tokens},
                  {"flops", s->flops},
                  {"loss", s->loss},
                  {"shots", s->shots},
                  {"n_items", s->n_items},
                  {"score", s->score},
                  {"stderr", s->std_err},
                  {"random_baseline", s->random_baseline},
                  {"high_score", s->high_score}};
    ons_json_open(&w, '{');
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        ons_json_member_str(&w, text[i].key, text[i].text);
    for (size_t i = 0; i < sizeof number / sizeof *number; i++)
        ons_json_member_f64(&w, number[i].key, number[i].v);
    put_tristate(&w, "higher_is_better", s->higher_is_better);
    put_tristate(&w, "primary", s->primary);
    put_tristate(&w, "intermediate", s->intermediate);
    ons_json_member_str(&w, "note", s->note);
    ons_json_close(&w);
    ons_buf_char(out, '\n');
}

static ons_status write_json(exporter *x, ons_results *r, ons_err *err)
{
    for (size_t i = 0; i < r->n_rows; i++) put_score(&r->row[i], &x->out);
    return write_file(x, "scores.jsonl", err);
}

/* Deciding puts rows in order: after they are written. */
static ons_status write_verdicts(exporter *x, ons_store *s, const ons_results_options *o,
                                 ons_err *err)
{
    ons_results r;
    ONS_TRY(ons_results_of_store(s, o, &r, err));
    ons_buf_reset(&x->out);
    ons_status st = ons_results_json(&r, &x->out, err);
    if (st == ONS_OK) st = write_file(x, "verdicts.jsonl", err);
    ons_results_release(&r);
    return st;
}

/* ---- lm-eval ---- */

static ons_status write_document(exporter *x, const ons_score *row, size_t n, ons_err *err)
{
    char folder[ONS_PATH_MAX];
    ons_buf name;
    ons_buf_init(&name, ONS_PATH_MAX);
    ons_lm_eval_file_name(row, &name);
    ons_buf_reset(&x->out);
    ons_lm_eval_write(row, n, &x->out);
    ons_status s = ons_buf_status(&name, err);
    if (s == ONS_OK) {
        const char *slash = strchr(ons_buf_cstr(&name), '/');
        s = ons_path_format(folder, sizeof folder, err, "%s/%.*s", x->dir,
                            (int)(slash - ons_buf_cstr(&name)), ons_buf_cstr(&name));
    }
    if (s == ONS_OK) s = ons_dir_make(folder, err);
    if (s == ONS_OK) s = write_file(x, ons_buf_cstr(&name), err);
    ons_buf_release(&name);
    return s;
}

static ons_status write_lm_eval(exporter *x, ons_results *r, ons_err *err)
{
    ons_lm_eval_sort(r->row, r->n_rows);
    for (size_t i = 0, end; i < r->n_rows; i = end) {
        end = i + 1;
        while (end < r->n_rows && ons_lm_eval_same_document(&r->row[i], &r->row[end])) end++;
        ONS_TRY(write_document(x, &r->row[i], end - i, err));
    }
    return ONS_OK;
}

static ons_status write_format(exporter *x, ons_export_format format, ons_results *r, ons_err *err)
{
    ONS_TRY(ons_dir_make(x->dir, err));
    switch (format) {
    case ONS_EXPORT_JSON:
        return write_json(x, r, err);
    case ONS_EXPORT_LM_EVAL:
        return write_lm_eval(x, r, err);
    case ONS_EXPORT_CSV:
    default:
        return write_csv(x, err);
    }
}

ons_status ons_export_write(ons_store *s, ons_export_format format, const char *dir,
                            const ons_results_options *o, size_t *ret_n, ons_err *err)
{
    ons_results r;
    exporter x = {.dir = dir, .r = &r};
    ONS_TRY(ons_results_scores(s, &r, err));
    ons_buf_init(&x.out, FILE_BYTES_MAX);
    ons_status st = write_format(&x, format, &r, err);
    if (st == ONS_OK && format == ONS_EXPORT_JSON) st = write_verdicts(&x, s, o, err);
    ons_buf_release(&x.out);
    ons_results_release(&r);
    if (st == ONS_OK) *ret_n = x.n_files;
    return st;
}
