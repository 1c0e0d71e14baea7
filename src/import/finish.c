/* Behind the last file: rows that stand there twice or contradict each other, series that are
 * left out, checkpoints, and the question about models. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/parse.h"
#include "import/rows.h"
#include "task/exchange/scores_csv.h"
#include "text/csv.h"

#define ASKED_MAX 20   /* lines of one message */
#define ROUNDED   1e-6 /* relative: one score, printed with fewer digits in one place */

/* ---- twice ---- */

typedef struct keyed {
    ons_id key;
    size_t row;
} keyed;

static int by_key(const void *pa, const void *pb)
{
    const keyed *a = pa, *b = pb;
    const int c = memcmp(&a->key, &b->key, sizeof a->key);
    return c ? c : (a->row > b->row) - (a->row < b->row);
}

/* What may have one score only: a model (with its seed and scale) in a series. */
static ons_id key_of(const ons_score *s)
{
    const ons_id series = ons_score_series_id(s);
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_bytes(&h, &series, sizeof series);
    ons_hasher_str(&h, s->model);
    ons_hasher_str(&h, s->seed);
    ons_hasher_f64(&h, isnan(s->params) ? -1 : s->params);
    ons_hasher_f64(&h, isnan(s->tokens) ? -1 : s->tokens);
    return ons_hasher_end(&h);
}

static double date_of(const ons_import *in, size_t row)
{
    return in->source[in->origin[row].file].date;
}

static ons_status say_conflict(ons_import *in, size_t a, size_t b, ons_err *err)
{
    const ons_score *s = &in->row[a], *t = &in->row[b];
    const ons_import_origin *from = &in->origin[a], *to = &in->origin[b];
    char line[32] = "";
    if (from->line) (void)snprintf(line, sizeof line, ":%u", from->line);
    ONS_TRY(ons_import_leave_out(in, s, err));
    ONS_TRY(ons_import_say(in, ONS_IMPORT_ERROR, to->line, 0, err,
                           ONS_STR_FMT " of " ONS_STR_FMT " has two scores for " ONS_STR_FMT
                                       ": %.9g here, %.9g in " ONS_STR_FMT
                                       "%s; its series is left out",
                           ONS_STR(s->metric), ONS_STR(s->task), ONS_STR(s->model), t->score,
                           s->score, ONS_STR(in->source[from->file].path), line));
    if (in->n_notes && in->n_unsaid == 0) {
        in->note[in->n_notes - 1].file = in->source[to->file].path;
        in->note[in->n_notes - 1].line = to->line;
    }
    return ONS_OK;
}

static bool same_score(double a, double b)
{
    return ons_same_number(a, b) || fabs(a - b) <= ROUNDED * fmax(fabs(a), fabs(b));
}

/* Which of two rows of one key stays: *ret_kept is changed to `other` if that is newer. */
static ons_status settle(ons_import *in, size_t *ret_kept, size_t other, size_t *n_older,
                         bool *drop, ons_err *err)
{
    const size_t kept = *ret_kept;
    const double a = date_of(in, kept), b = date_of(in, other);
    drop[other] = true;
    if (same_score(in->row[kept].score, in->row[other].score)) {
        in->n_same++;
        return ONS_OK;
    }
    if (!(isfinite(a) && isfinite(b) && a != b)) return say_conflict(in, kept, other, err);
    (*n_older)++; /* an evaluation that was run again: the later one counts */
    if (b > a) {
        drop[kept] = true;
        drop[other] = false;
        *ret_kept = other;
    }
    return ONS_OK;
}

static void remove_rows(ons_import *in, const bool *drop)
{
    size_t n = 0;
    for (size_t i = 0; i < in->n_rows; i++) {
        if (drop[i]) continue;
        in->row[n] = in->row[i];
        in->origin[n++] = in->origin[i];
    }
    in->n_rows = n;
}

static ons_status settle_all(ons_import *in, keyed *k, bool *drop, ons_err *err)
{
    size_t n_older = 0, kept = 0, n = 0;
    for (size_t i = 0; i < in->n_rows; i++)
        if (in->row[i].model.len) k[n++] = (keyed){key_of(&in->row[i]), i};
    if (n) qsort(k, n, sizeof *k, by_key);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || !ons_id_eq(k[i].key, k[i - 1].key)) {
            kept = k[i].row;
        } else {
            ONS_TRY(settle(in, &kept, k[i].row, &n_older, drop, err));
        }
    }
    if (n_older == 0) return ONS_OK;
    ONS_TRY(ons_import_say(in, ONS_IMPORT_HINT, 0, 0, err,
                           "%zu scores were measured again later: the later ones count", n_older));
    if (in->n_notes && in->n_unsaid == 0) in->note[in->n_notes - 1].file = ONS_S("");
    return ONS_OK;
}

static ons_status drop_twins(ons_import *in, ons_err *err)
{
    keyed *k = calloc(in->n_rows + 1, sizeof *k);
    bool *drop = calloc(in->n_rows + 1, sizeof *drop);
    ons_status s = ONS_OK;
    if (k && drop) {
        s = settle_all(in, k, drop, err);
        if (s == ONS_OK) remove_rows(in, drop);
    } else {
        s = ONS_FAIL(err, ONS_NOMEM, "no memory for %zu rows", in->n_rows);
    }
    free(k);
    free(drop);
    return s;
}

/* ---- left out ---- */

static int by_id(const void *a, const void *b) { return memcmp(a, b, sizeof(ons_id)); }

static ons_status drop_left_out(ons_import *in, ons_err *err)
{
    if (in->n_left_out == 0) return ONS_OK;
    bool *drop = calloc(in->n_rows + 1, sizeof *drop);
    if (!drop) return ONS_FAIL(err, ONS_NOMEM, "no memory for %zu rows", in->n_rows);
    qsort(in->left_out, in->n_left_out, sizeof *in->left_out, by_id);
    size_t n = 1;
    for (size_t i = 1; i < in->n_left_out; i++)
        if (!ons_id_eq(in->left_out[i], in->left_out[n - 1])) in->left_out[n++] = in->left_out[i];
    in->n_left_out = n;
    for (size_t i = 0; i < in->n_rows; i++) {
        const ons_id id = ons_score_series_id(&in->row[i]);
        drop[i] = bsearch(&id, in->left_out, n, sizeof id, by_id) != NULL;
    }
    remove_rows(in, drop);
    free(drop);
    return ONS_OK;
}

/* A model on the way and a finished one of the same compute differ in more than scale, so
 * checkpoints stand on the axis of tokens only, a series a size. */
static ons_status say_checkpoints(ons_import *in, ons_err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < in->n_rows; i++) n += in->row[i].intermediate == ONS_YES;
    if (n == 0) return ONS_OK;
    ONS_TRY(ons_import_say(in, ONS_IMPORT_HINT, 0, 0, err,
                           "%zu scores are of checkpoints before the end of training: "
                           "onset verdict --axis tokens decides them",
                           n));
    if (in->n_notes && in->n_unsaid == 0) in->note[in->n_notes - 1].file = ONS_S("");
    return ONS_OK;
}

ons_status ons_import_finish(ons_import *in, ons_err *err)
{
    ONS_TRY(drop_twins(in, err));
    ONS_TRY(drop_left_out(in, err));
    ONS_TRY(ons_import_infer_items(in, err));
    return say_checkpoints(in, err);
}

/* ---- what is asked for ---- */

static int by_name(const void *pa, const void *pb)
{
    const ons_import_unknown *a = pa, *b = pb;
    return ons_str_cmp(a->name, b->name);
}

void ons_import_ask(const ons_import *in, ons_buf *out)
{
    if (in->n_unknown == 0) return;
    size_t rows = 0;
    for (size_t i = 0; i < in->n_unknown; i++) rows += in->unknown[i].n_rows;
    if (in->n_unknown > 1) qsort(in->unknown, in->n_unknown, sizeof *in->unknown, by_name);
    ons_buf_printf(out,
                   "%zu model%s not in the table of public models, so %zu rows are left out. Put "
                   "into a file, say models.csv, and give --models models.csv:\n"
                   "family,model,params,tokens\n",
                   in->n_unknown, in->n_unknown == 1 ? " is" : "s are", rows);
    for (size_t i = 0; i < in->n_unknown && i < ASKED_MAX; i++) {
        const ons_import_unknown *u = &in->unknown[i];
        char params[32] = "PARAMETERS";
        if (isfinite(u->params)) (void)ons_f64_text(u->params, params, sizeof params);
        ons_buf_text(out, "FAMILY,");
        ons_csv_put(out, u->name);
        ons_buf_printf(out, ",%s,TRAINING_TOKENS\n", params);
    }
    if (in->n_unknown > ASKED_MAX)
        ons_buf_printf(out, "(and %zu more)\n", in->n_unknown - ASKED_MAX);
}
