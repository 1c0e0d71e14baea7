#include "study/import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "import/benchmarks.h"
#include "import/bigbench.h"
#include "import/helm.h"
#include "import/lm_eval.h"
#include "os/file.h"
#include "study/import_answers.h"
#include "study/import_files.h"
#include "study/import_samples.h"
#include "task/exchange/scores_csv.h"
#include "text/json.h"

const char *const ons_import_format_names[] = {"auto", "lm-eval", "bigbench", "helm", "csv", NULL};

/* ---- tables ---- */

static ons_status load_tables(ons_results_import *x, const char *models, ons_err *err)
{
    ONS_TRY(ons_models_add(&x->models, ons_models_builtin(), "models.csv", &x->tables, err));
    ONS_TRY(ons_benchmarks_read(ons_benchmarks_builtin(), "benchmarks.csv", &x->tables,
                                &x->benchmarks, err));
    if (!models) return ONS_OK;
    ONS_TRY(ons_file_read(models, &x->own_models, err));
    return ons_models_add(&x->models, ons_buf_str(&x->own_models), models, &x->tables, err);
}

ons_status ons_results_import_new(const char *models, ons_results_import **ret_x, ons_err *err)
{
    ons_results_import *x = calloc(1, sizeof *x);
    if (!x) return ONS_FAIL(err, ONS_NOMEM, "no memory for an import");
    ons_arena_init(&x->tables, 0);
    ons_buf_init(&x->own_models, (size_t)64 << 20);
    ons_import_init(&x->in, &x->models, &x->benchmarks);
    ons_status s = load_tables(x, models, err);
    if (s != ONS_OK) {
        ons_results_import_free(x);
        return s;
    }
    *ret_x = x;
    return ONS_OK;
}

void ons_results_import_free(ons_results_import *x)
{
    if (!x) return;
    ons_import_release(&x->in);
    ons_buf_release(&x->own_models);
    ons_arena_clear(&x->tables);
    free(x);
}

/* ---- one file ---- */

typedef struct work {
    ons_results_import *x;
    const ons_import_options *o;
    ons_buf text;          /* of one file after the other */
    bool only_file;        /* there is nothing that could go on without it */
    uint64_t recipe_found; /* words of o->recipe that some table has, a bit each */
} work;

/* The folder that a file lies in: what a model is called where its file does not say it. */
static ons_str folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return ONS_S("");
    const char *from = slash;
    while (from > path && from[-1] != '/') from--;
    return (ons_str){from, (size_t)(slash - from)};
}

static bool wanted(const work *w, ons_import_format format)
{
    return w->o->format == ONS_IMPORT_AUTO || w->o->format == format;
}

/* With the raw answers that lie beside it. */
static ons_status read_lm_eval(work *w, const ons_json_at *root, const char *path, ons_err *err)
{
    ons_lm_eval_run run;
    ONS_TRY(ons_lm_eval_open(root, folder_of(path), &w->x->in, &run, err));
    ONS_TRY(ons_lm_eval_rows(&run, err));
    return ons_import_samples(&run, path, w->o->strict, &w->x->n_failed, err);
}

/* stats.json says what was measured, run_spec.json beside it of which model. */
static ons_status read_helm(work *w, const ons_json_at *stats, const char *path, ons_err *err)
{
    char spec[ONS_PATH_MAX];
    const char *slash = strrchr(path, '/');
    const int dir = slash ? (int)(slash - path) + 1 : 0;
    ons_buf text;
    ons_json *doc;
    ONS_TRY(ons_path_format(spec, sizeof spec, err, "%.*srun_spec.json", dir, path));
    ons_buf_init(&text, ONS_IMPORT_JSON_BYTES_MAX);
    ons_status s = ons_file_read(spec, &text, err);
    if (s == ONS_OK) s = ons_json_parse_python(ons_buf_str(&text), &doc, err);
    ons_buf_release(&text);
    ONS_TRY(s);
    const ons_json_at root = ons_json_root(doc);
    s = ons_helm_read(stats, &root, &w->x->in, err);
    ons_json_free(doc);
    return s;
}

/* *ret_is: whether it is a document of a wanted format. */
static ons_status read_document(work *w, const ons_json *doc, const char *path, bool *ret_is,
                                ons_err *err)
{
    const ons_json_at root = ons_json_root(doc);
    *ret_is = true;
    if (wanted(w, ONS_IMPORT_BIGBENCH) && ons_bigbench_is(&root))
        return ons_bigbench_read(&root, &w->x->in, err);
    if (wanted(w, ONS_IMPORT_LM_EVAL) && ons_lm_eval_is(&root))
        return read_lm_eval(w, &root, path, err);
    if (wanted(w, ONS_IMPORT_HELM) && ons_helm_is(&root)) return read_helm(w, &root, path, err);
    *ret_is = false;
    return ONS_OK;
}

/* A file that is too large is refused before it is read; what has no size (a pipe) while it is. */
static ons_status read_text(work *w, const char *path, size_t most, ons_err *err)
{
    ons_mapping m;
    w->text.limit = most;
    ons_buf_reset(&w->text);
    if (!ons_file_is_regular(path)) return ons_file_read(path, &w->text, err);
    ONS_TRY(ons_file_map(path, &m, err));
    const size_t n = m.bytes.len;
    ons_file_unmap(&m);
    if (n <= most) return ons_file_read(path, &w->text, err);
    ons_status s =
        ONS_FAIL(err, ONS_LIMIT, "the file has %zu bytes, at most %zu are read", n, most);
    return ons_err_where(err, s, "%s", path);
}

static ons_status read_json(work *w, const ons_import_item *it, ons_err *err)
{
    ons_json *doc;
    bool is = false;
    ONS_TRY(read_text(w, it->path, ONS_IMPORT_JSON_BYTES_MAX, err));
    ons_status s = ons_json_parse_python(ons_buf_str(&w->text), &doc, err);
    if (s == ONS_OK) {
        s = read_document(w, doc, it->path, &is, err);
        ons_json_free(doc);
    }
    if (s == ONS_OK && !is && it->asked_for) {
        s = ONS_FAIL(err, ONS_FORMAT, "not a result file of %s",
                     w->o->format == ONS_IMPORT_AUTO ? "lm-eval, BIG-bench or HELM"
                                                     : ons_import_format_names[w->o->format]);
    }
    if (s != ONS_OK) return ons_err_where(err, s, "%s", it->path);
    if (is) {
        w->x->n_read++;
    } else {
        w->x->n_other++;
    }
    return ONS_OK;
}

static ons_status note_csv_errors(work *w, const ons_scores *scores, ons_err *err)
{
    for (size_t i = 0; i < scores->n_errors; i++) {
        const ons_scores_error *e = &scores->error[i];
        ONS_TRY(ons_import_say(&w->x->in, ONS_IMPORT_ERROR, e->line, e->column, err,
                               ONS_STR_FMT "; its %s left out", ONS_STR(e->message),
                               e->series_known ? "series is" : "row is"));
    }
    for (size_t i = 0; i < scores->n_left_out; i++)
        ONS_TRY(ons_import_leave_out_id(&w->x->in, scores->left_out[i], err));
    return ONS_OK;
}

/* Scores that are legal and yet hardly meant: how many, and the first of them. */
typedef struct odd {
    size_t n;
    uint32_t line;
    ons_score first;
} odd;

typedef struct taker {
    ons_import *in;
    size_t n_rows;
    odd none, outside;
} taker;

static bool is_outside(const ons_score *s)
{
    const double high = s->high_score > 0 ? s->high_score : 1;
    return ons_metric_is_share(s->metric) && (s->score < -1e-9 || s->score > high * (1 + 1e-9));
}

static void count_odd(odd *o, const ons_score *row, uint32_t line)
{
    if (o->n++ > 0) return;
    o->line = line;
    o->first = *row;
}

/* Straight into the import: a table of its own would be most of the memory of large files. */
static ons_status take_row(void *ctx, const ons_score *row, uint32_t line, ons_err *err)
{
    taker *t = ctx;
    t->n_rows++;
    if (!isfinite(row->score))
        count_odd(&t->none, row, line);
    else if (is_outside(row))
        count_odd(&t->outside, row, line);
    return ons_import_add(t->in, row, NULL, line, err);
}

/* Said once for a table. */
static ons_status note_odd_scores(work *w, const taker *t, ons_err *err)
{
    const odd *none = &t->none, *outside = &t->outside;
    if (none->n)
        ONS_TRY(ons_import_say(
            &w->x->in, ONS_IMPORT_HINT, none->line, 0, err,
            "%zu %s passed over, the first of them " ONS_STR_FMT " of " ONS_STR_FMT, none->n,
            none->n == 1 ? "score is no number and is" : "scores are no numbers and are",
            ONS_STR(none->first.metric), ONS_STR(none->first.task)));
    if (outside->n == 0) return ONS_OK;
    return ons_import_say(&w->x->in, ONS_IMPORT_HINT, outside->line, 0, err,
                          "%zu %s outside 0 to 1 (" ONS_STR_FMT " of " ONS_STR_FMT
                          ": %.6g), so %s read as numbers without a range; of percentages a "
                          "column high_score with 100 says so",
                          outside->n, outside->n == 1 ? "score is" : "scores are",
                          ONS_STR(outside->first.metric), ONS_STR(outside->first.task),
                          outside->first.score,
                          outside->n == 1 ? "its series is" : "their series are");
}

static ons_status take_csv(work *w, const char *path, ons_arena *a, ons_err *err)
{
    ons_import *in = &w->x->in;
    ons_scores scores = {0};
    taker t = {.in = in};
    const ons_scores_options o = {.strict = w->o->strict,
                                  .group = w->o->group,
                                  .recipe = w->o->recipe,
                                  .take = take_row,
                                  .ctx = &t};
    in->source[in->n_sources - 1].as_written = true;
    ons_status s = ons_scores_csv_read(ons_buf_str(&w->text), path, &o, a, &scores, err);
    if (s != ONS_OK && s != ONS_PARTIAL) return s;
    w->recipe_found |= scores.recipe_found;
    ONS_TRY(note_csv_errors(w, &scores, err));
    ONS_TRY(note_odd_scores(w, &t, err));
    if (s == ONS_OK && t.n_rows == 0)
        ONS_TRY(ons_import_say(in, ONS_IMPORT_HINT, 0, 0, err,
                               "%s has a header, but no rows of scores", path));
    if (w->o->group && !scores.has_group)
        ONS_TRY(ons_import_say(in, ONS_IMPORT_HINT, 0, 0, err, "%s has no column '%s'", path,
                               w->o->group));
    w->x->n_read++;
    return ONS_OK;
}

static ons_status read_csv(work *w, const ons_import_item *it, ons_err *err)
{
    ons_arena a;
    ONS_TRY(read_text(w, it->path, ONS_SCORES_BYTES_MAX, err));
    const bool found = !it->asked_for && w->o->format == ONS_IMPORT_AUTO;
    if (found && !ons_import_is_score_table(ons_buf_str(&w->text))) {
        w->x->n_other++;
        return ONS_OK;
    }
    ons_arena_init(&a, 0);
    ons_status s = take_csv(w, it->path, &a, err);
    ons_arena_clear(&a);
    return s;
}

static bool ends_with(const char *s, const char *end)
{
    const size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

static ons_status read_item(work *w, const ons_import_item *it, ons_err *err)
{
    ONS_TRY(ons_import_file(&w->x->in, it->path, err));
    if (ends_with(it->path, ".jsonl")) {
        ons_status s =
            ONS_FAIL(err, ONS_UNSUPPORTED, "raw answers alone do not say whose they are");
        s = ons_err_where(err, s, "%s", it->path);
        return ons_err_hint(err, s, "the results_*.json beside it, or the folder");
    }
    const bool csv = w->o->format == ONS_IMPORT_CSV ||
                     (w->o->format == ONS_IMPORT_AUTO && !ends_with(it->path, ".json"));
    return csv ? read_csv(w, it, err) : read_json(w, it, err);
}

/* ---- all of them ---- */

/* What ends everything, whatever is asked for. */
static bool is_fatal(const work *w, ons_status s)
{
    return s == ONS_NOMEM || s == ONS_INTERRUPTED || w->x->in.answer_failed || w->o->strict ||
           w->only_file;
}

/* What was said last names its files itself, or is of none. */
static void of_no_file(ons_results_import *x)
{
    if (x->in.n_notes && x->in.n_unsaid == 0) x->in.note[x->in.n_notes - 1].file = ONS_S("");
}

static ons_status note_failure(ons_results_import *x, const ons_err *bad, ons_err *err)
{
    char text[700];
    ons_err_format(bad, text, sizeof text);
    const size_t skip = strncmp(text, "error: ", 7) == 0 ? 7 : 0;
    x->n_failed++;
    ONS_TRY(ons_import_say(&x->in, ONS_IMPORT_ERROR, 0, 0, err, "%s; the file is left out",
                           text + skip));
    of_no_file(x);
    return ONS_OK;
}

static ons_status strict_error(const ons_import *in, ons_err *err)
{
    for (size_t i = 0; i < in->n_notes; i++) {
        const ons_import_note *n = &in->note[i];
        if (n->severity != ONS_IMPORT_ERROR) continue;
        ons_status s = ONS_FAIL(err, ONS_FORMAT, ONS_STR_FMT, ONS_STR(n->message));
        if (n->line) return ons_err_where(err, s, ONS_STR_FMT ":%u", ONS_STR(n->file), n->line);
        return n->file.len ? ons_err_where(err, s, ONS_STR_FMT, ONS_STR(n->file)) : s;
    }
    return ONS_OK;
}

static ons_status read_one(work *w, const ons_import_item *it, ons_err *err)
{
    ons_err bad = ONS_ERR_INIT;
    const size_t rows = w->x->in.n_rows;
    ons_status s = read_item(w, it, &bad);
    if (s == ONS_OK) return w->o->strict ? strict_error(&w->x->in, err) : ONS_OK;
    if (is_fatal(w, s)) {
        if (err) *err = bad;
        return s;
    }
    w->x->in.n_rows = rows; /* half a file is none */
    return note_failure(w->x, &bad, err);
}

static ons_status read_all(work *w, const ons_import_items *items, const ons_monitor *m,
                           ons_err *err)
{
    const ons_event stage = {.kind = ONS_EVENT_STAGE,
                             .loss_nats = (double)NAN,
                             .text = "read",
                             .unit = "files",
                             .total = (double)items->n};
    ons_event e = stage;
    ons_monitor_event(m, &stage);
    e.kind = ONS_EVENT_PROGRESS;
    for (size_t i = 0; i < items->n; i++) {
        if (ons_monitor_stop(m))
            return ONS_FAIL(err, ONS_INTERRUPTED, "stopped after %zu of %zu files", i, items->n);
        ONS_TRY(read_one(w, &items->item[i], err));
        e.done = (double)(i + 1);
        ons_monitor_event(m, &e);
    }
    e.done = e.total;
    ons_monitor_event(m, &e);
    return ONS_OK;
}

static ons_status read_with_answers(work *w, const ons_import_items *items, const ons_monitor *m,
                                    ons_err *err)
{
    ons_answers *a = calloc(1, sizeof *a); /* a batch is too large for a stack */
    if (!a) return ONS_FAIL(err, ONS_NOMEM, "no memory for a batch of answers");
    ons_answers_init(a, w->o->store);
    w->x->in.answer = ons_answers_take;
    w->x->in.answer_ctx = a;
    ons_status s = read_all(w, items, m, err);
    if (s == ONS_OK) s = ons_answers_flush(a, err);
    w->x->n_answers = a->n_kept;
    w->x->in.answer = NULL;
    ons_answers_release(a);
    free(a);
    return s;
}

/* A column that --recipe asks for is in some table, or its word is wrong. */
static ons_status note_recipe(work *w, ons_err *err)
{
    ons_str rest = ons_str_of(w->o->recipe ? w->o->recipe : ""), word;
    for (unsigned i = 0; rest.len > 0 && i < 64; i++) {
        (void)ons_str_cut(&rest, ',', &word);
        word = ons_str_trim(word);
        if (word.len == 0 || (w->recipe_found & UINT64_C(1) << i)) continue;
        ONS_TRY(ons_import_say(&w->x->in, ONS_IMPORT_HINT, 0, 0, err,
                               "no table has a column '" ONS_STR_FMT
                               "' that could say how models were made",
                               ONS_STR(word)));
        of_no_file(w->x);
    }
    return ONS_OK;
}

ons_status ons_results_import_paths(ons_results_import *x, const char *const *path, size_t n_paths,
                                    const ons_import_options *o, const ons_monitor *m, ons_err *err)
{
    ons_import_items items;
    work w = {.x = x, .o = o};
    ONS_TRY(ons_import_list(path, n_paths, o->format, &x->tables, &items, err));
    ons_buf_init(&w.text, ONS_IMPORT_JSON_BYTES_MAX);
    w.only_file = items.n == 1 && items.item[0].asked_for;
    ons_status s = o->store ? read_with_answers(&w, &items, m, err) : read_all(&w, &items, m, err);
    ons_buf_release(&w.text);
    free(items.item);
    ONS_TRY(s);
    ONS_TRY(note_recipe(&w, err));
    ONS_TRY(ons_import_finish(&x->in, err));
    return o->strict ? strict_error(&x->in, err) : ONS_OK;
}

ons_status ons_results_import_store(const ons_results_import *x, ons_store *s, ons_err *err)
{
    return ons_store_put_table_scores(s, x->in.row, x->in.n_rows, err);
}
