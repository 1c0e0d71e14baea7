/* Responses, scores, verdicts: the rows that the product is about. */
#include <math.h>

#include "store/store_priv.h"

/* ---- responses ---- */

static void bind_response(sqlite3_stmt *q, const ons_response *r)
{
    ons_bind_id(q, 1, &r->id);
    ons_bind_id(q, 2, &r->model);
    ons_bind_id(q, 3, &r->task);
    (void)sqlite3_bind_int64(q, 4, (sqlite3_int64)r->item);
    (void)sqlite3_bind_int64(q, 5, r->kind);
    ons_bind_f64(q, 6, r->logprob);
    (void)sqlite3_bind_int64(q, 7, r->greedy);
    ons_bind_blob(q, 8, r->values, r->n_values * sizeof *r->values);
    ons_bind_blob(q, 9, r->text.ptr, r->text.len);
    (void)sqlite3_bind_int64(q, 10, r->ended);
}

/* NaN is kept as NULL. */
static bool same_f64(sqlite3_stmt *q, int i, double v)
{
    if (isnan(v)) return sqlite3_column_type(q, i) == SQLITE_NULL;
    return sqlite3_column_type(q, i) == SQLITE_FLOAT && sqlite3_column_double(q, i) == v;
}

/* The first column in which the stored row is another; NULL: it is the same. */
static const char *differing_column(sqlite3_stmt *q, const ons_response *r)
{
    const ons_str values = {r->n_values ? (const char *)(const void *)r->values : "",
                            r->n_values * sizeof *r->values};
    if (!ons_id_eq(ons_column_id(q, 1), r->model)) return "model";
    if (!ons_id_eq(ons_column_id(q, 2), r->task)) return "task";
    if (sqlite3_column_int64(q, 3) != (sqlite3_int64)r->item) return "item";
    if (sqlite3_column_int(q, 4) != (int)r->kind) return "kind";
    if (!ons_str_eq(ons_column_str(q, 7), values)) return "token_logprobs";
    if (!same_f64(q, 5, r->logprob)) return "logprob";
    if ((sqlite3_column_int(q, 6) != 0) != r->greedy) return "greedy";
    if (!ons_str_eq(ons_column_str(q, 8), r->text)) return "text";
    if ((sqlite3_column_int(q, 9) != 0) != r->ended) return "ended";
    return NULL;
}

/* The same id must hold the same bytes. */
static ons_status check_same(ons_store *s, sqlite3_stmt *find, const ons_response *r, ons_err *err)
{
    bool row;
    ons_bind_id(find, 1, &r->id);
    ons_status st = ons_store_step(s, find, &row, err);
    const char *differs = st == ONS_OK && row ? differing_column(find, r) : NULL;
    if (differs) {
        st = ONS_FAIL(err, ONS_MISMATCH,
                      "request %s gave another %s than before: something is not deterministic",
                      ons_id_hex(r->id).hex, differs);
        st = ons_err_where(err, st, "%s", s->path);
    }
    (void)sqlite3_reset(find);
    return st;
}

static ons_status put_batch(ons_store *s, const ons_response *r, size_t n, ons_err *err)
{
    sqlite3_stmt *put = NULL, *find = NULL;
    ons_status st = ons_store_prepare(
        s, "INSERT OR IGNORE INTO response VALUES (?,?,?,?,?,?,?,?,?,?)", &put, err);
    if (st == ONS_OK) st = ons_store_prepare(s, "SELECT * FROM response WHERE id=?", &find, err);
    for (size_t i = 0; st == ONS_OK && i < n; i++) {
        bind_response(put, &r[i]);
        st = ons_store_run_once(s, put, err);
        if (st == ONS_OK && sqlite3_changes(s->db) == 0) st = check_same(s, find, &r[i], err);
    }
    (void)sqlite3_finalize(put);
    (void)sqlite3_finalize(find);
    return st;
}

ons_status ons_store_put_responses(ons_store *s, const ons_response *r, size_t n, ons_err *err)
{
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_exec(s, "BEGIN IMMEDIATE", err);
    if (st == ONS_OK) st = ons_store_end_transaction(s, put_batch(s, r, n, err), err);
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

ons_status ons_store_has_response(ons_store *s, ons_id id, bool *ret_has, ons_err *err)
{
    sqlite3_stmt *q;
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_prepare(s, "SELECT 1 FROM response WHERE id=?", &q, err);
    if (st == ONS_OK) {
        ons_bind_id(q, 1, &id);
        st = ons_store_step(s, q, ret_has, err);
        (void)sqlite3_finalize(q);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

static ons_status take_count(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    (void)err;
    *(size_t *)ctx = (size_t)sqlite3_column_int64(q, 0);
    return ONS_OK;
}

ons_status ons_store_count_responses(ons_store *s, size_t *ret_n, ons_err *err)
{
    return ons_store_each_row(s, "SELECT count(*) FROM response", NULL, NULL, take_count, ret_n,
                              err);
}

static ons_response response_of(sqlite3_stmt *q)
{
    ons_str values = ons_column_str(q, 7);
    return (ons_response){.id = ons_column_id(q, 0),
                          .model = ons_column_id(q, 1),
                          .task = ons_column_id(q, 2),
                          .item = (size_t)sqlite3_column_int64(q, 3),
                          .kind = (ons_response_kind)sqlite3_column_int(q, 4),
                          .logprob = ons_column_f64(q, 5),
                          .greedy = sqlite3_column_int(q, 6) != 0,
                          /* SQLite hands out blobs at malloc alignment */
                          .values = (const float *)(const void *)values.ptr,
                          .n_values = values.len / sizeof(float),
                          .text = ons_column_str(q, 8),
                          .ended = sqlite3_column_int(q, 9) != 0};
}

typedef struct response_caller {
    ons_store_response_fn *f;
    void *ctx;
} response_caller;

static void bind_pair(sqlite3_stmt *q, const void *arg)
{
    const ons_id *id = arg;
    ons_bind_id(q, 1, &id[0]);
    ons_bind_id(q, 2, &id[1]);
}

static ons_status give_response(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const response_caller *c = ctx;
    const ons_response r = response_of(q);
    int kind = sqlite3_column_int(q, 4);
    if (sqlite3_column_bytes(q, 7) % (int)sizeof(float) != 0 || kind < 0 ||
        kind > ONS_RESPONSE_GENERATION)
        return ONS_FAIL(err, ONS_FORMAT, "response %s is damaged (kind %d, %d bytes of values)",
                        ons_id_hex(r.id).hex, kind, sqlite3_column_bytes(q, 7));
    return c->f(c->ctx, &r, err);
}

ons_status ons_store_each_response(ons_store *s, ons_id model, ons_id task,
                                   ons_store_response_fn *f, void *ctx, ons_err *err)
{
    const ons_id pair[2] = {model, task};
    response_caller c = {f, ctx};
    return ons_store_each_row(
        s, "SELECT * FROM response WHERE model=? AND task=? ORDER BY item, kind, id", bind_pair,
        pair, give_response, &c, err);
}

/* ---- scores ---- */

static void bind_tristate(sqlite3_stmt *q, int i, ons_tristate v)
{
    if (v == ONS_UNKNOWN) {
        (void)sqlite3_bind_null(q, i);
    } else {
        (void)sqlite3_bind_int(q, i, v);
    }
}

static ons_tristate column_tristate(sqlite3_stmt *q, int i)
{
    if (sqlite3_column_type(q, i) == SQLITE_NULL) return ONS_UNKNOWN;
    return sqlite3_column_int(q, i) ? ONS_YES : ONS_NO;
}

static void bind_score(sqlite3_stmt *q, const ons_score *v)
{
    ons_bind_str(q, 1, v->family);
    ons_bind_str(q, 2, v->model);
    ons_bind_str(q, 3, v->seed);
    ons_bind_str(q, 5, v->task);
    ons_bind_str(q, 7, v->metric);
    ons_bind_str(q, 8, v->prompt);
    const double number[] = {v->shots,   v->params, v->tokens,  v->flops,           v->loss,
                             v->n_items, v->score,  v->std_err, v->random_baseline, v->high_score};
    for (int i = 0; i < 10; i++) ons_bind_f64(q, 9 + i, number[i]);
    bind_tristate(q, 19, v->higher_is_better);
    bind_tristate(q, 20, v->primary);
    ons_bind_str(q, 21, v->note);
    (void)sqlite3_bind_int(q, 22, v->intermediate == ONS_YES);
    ons_bind_str(q, 23, v->recipe);
    ons_bind_f64(q, 24, v->deff);
    ons_bind_f64(q, 25, v->n_clusters);
}

#define INSERT_SCORE \
    "INSERT OR REPLACE INTO score VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"

static ons_status put_score(ons_store *s, const ons_id *model, const ons_id *task,
                            const ons_score *score, ons_err *err)
{
    sqlite3_stmt *q;
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_prepare(s, INSERT_SCORE, &q, err);
    if (st == ONS_OK) {
        bind_score(q, score);
        if (model) ons_bind_id(q, 4, model);
        if (task) ons_bind_id(q, 6, task);
        st = ons_store_run_once(s, q, err);
        (void)sqlite3_finalize(q);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

ons_status ons_store_put_score(ons_store *s, ons_id model, ons_id task, const ons_score *score,
                               ons_err *err)
{
    return put_score(s, &model, &task, score, err);
}

ons_status ons_store_put_table_score(ons_store *s, const ons_score *score, ons_err *err)
{
    return put_score(s, NULL, NULL, score, err);
}

static ons_status put_scores(ons_store *s, const ons_score *score, size_t n, ons_err *err)
{
    sqlite3_stmt *q;
    ONS_TRY(ons_store_prepare(s, INSERT_SCORE, &q, err));
    ons_status st = ONS_OK;
    for (size_t i = 0; st == ONS_OK && i < n; i++) {
        bind_score(q, &score[i]);
        st = ons_store_run_once(s, q, err);
    }
    (void)sqlite3_finalize(q);
    return st;
}

ons_status ons_store_put_table_scores(ons_store *s, const ons_score *score, size_t n, ons_err *err)
{
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_exec(s, "BEGIN IMMEDIATE", err);
    if (st == ONS_OK) st = ons_store_end_transaction(s, put_scores(s, score, n, err), err);
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

static ons_score score_of(sqlite3_stmt *q)
{
    const bool older = sqlite3_column_count(q) < 25; /* a store of before, that is only read */
    return (ons_score){.family = ons_column_str(q, 0),
                       .model = ons_column_str(q, 1),
                       .seed = ons_column_str(q, 2),
                       .task = ons_column_str(q, 4),
                       .metric = ons_column_str(q, 6),
                       .prompt = ons_column_str(q, 7),
                       .shots = ons_column_f64(q, 8),
                       .params = ons_column_f64(q, 9),
                       .tokens = ons_column_f64(q, 10),
                       .flops = ons_column_f64(q, 11),
                       .loss = ons_column_f64(q, 12),
                       .n_items = ons_column_f64(q, 13),
                       .score = ons_column_f64(q, 14),
                       .std_err = ons_column_f64(q, 15),
                       .random_baseline = ons_column_f64(q, 16),
                       .high_score = ons_column_f64(q, 17),
                       .higher_is_better = column_tristate(q, 18),
                       .primary = column_tristate(q, 19),
                       .note = ons_column_str(q, 20),
                       .intermediate = ons_column_flag(q, 21) ? ONS_YES : ONS_NO,
                       .recipe = older ? ONS_S("") : ons_column_str(q, 22),
                       .deff = older ? (double)NAN : ons_column_f64(q, 23),
                       .n_clusters = older ? (double)NAN : ons_column_f64(q, 24),
                       .origin = ONS_S(""),
                       .group = ONS_S("")};
}

typedef struct score_caller {
    ons_store_score_fn *f;
    void *ctx;
} score_caller;

static ons_status give_score(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const score_caller *c = ctx;
    const ons_score v = score_of(q);
    return c->f(c->ctx, &v, err);
}

ons_status ons_store_each_score(ons_store *s, ons_store_score_fn *f, void *ctx, ons_err *err)
{
    score_caller c = {f, ctx};
    return ons_store_each_row(s,
                              "SELECT * FROM score AS s WHERE NOT EXISTS (SELECT 1 FROM score AS "
                              "t WHERE t.model_hash = s.model_hash AND t.task = s.task AND "
                              "t.metric = s.metric AND t.prompt = s.prompt AND t.shots IS s.shots "
                              "AND t.n_items > s.n_items) ORDER BY family, task, metric, prompt, "
                              "shots, params, tokens, model, seed, flops, note, model_hash",
                              NULL, NULL, give_score, &c, err);
}

ons_status ons_store_each_score_of(ons_store *s, ons_id model, ons_id task, ons_store_score_fn *f,
                                   void *ctx, ons_err *err)
{
    const ons_id pair[2] = {model, task};
    score_caller c = {f, ctx};
    return ons_store_each_row(
        s, "SELECT * FROM score WHERE model_hash=? AND task_hash=? ORDER BY metric, prompt",
        bind_pair, pair, give_score, &c, err);
}

/* ---- series and verdicts ---- */

static void bind_key(sqlite3_stmt *q, const ons_store_verdict *v)
{
    ons_bind_str(q, 1, v->family);
    ons_bind_str(q, 2, v->task);
    ons_bind_str(q, 3, v->metric);
    ons_bind_str(q, 4, v->prompt);
    ons_bind_f64(q, 5, v->shots);
    ons_bind_str(q, 6, v->axis);
}

static ons_status put_verdicts(ons_store *s, const ons_store_verdict *v, size_t n, ons_err *err)
{
    sqlite3_stmt *series = NULL, *verdict = NULL;
    ons_status st = ons_store_exec(s, "DELETE FROM series; DELETE FROM verdict", err);
    if (st == ONS_OK)
        st = ons_store_prepare(s, "INSERT INTO series VALUES (?,?,?,?,?,?,?,?,?)", &series, err);
    if (st == ONS_OK)
        st = ons_store_prepare(s, "INSERT INTO verdict VALUES (?,?,?,?,?,?,?,?,?,?,?)", &verdict,
                               err);
    for (size_t i = 0; st == ONS_OK && i < n; i++) {
        bind_key(series, &v[i]);
        ons_bind_f64(series, 7, v[i].w0);
        (void)sqlite3_bind_int64(series, 8, (sqlite3_int64)v[i].n_models);
        (void)sqlite3_bind_int64(series, 9, (sqlite3_int64)v[i].n_scales);
        st = ons_store_run_once(s, series, err);
        if (st != ONS_OK) break;
        bind_key(verdict, &v[i]);
        ons_bind_str(verdict, 7, v[i].verdict);
        ons_bind_str(verdict, 8, v[i].metric_check);
        ons_bind_f64(verdict, 9, v[i].p_emergent);
        ons_bind_f64(verdict, 10, v[i].p_adjusted);
        ons_bind_str(verdict, 11, v[i].json);
        st = ons_store_run_once(s, verdict, err);
    }
    (void)sqlite3_finalize(series);
    (void)sqlite3_finalize(verdict);
    return st;
}

ons_status ons_store_replace_verdicts(ons_store *s, const ons_store_verdict *v, size_t n,
                                      ons_err *err)
{
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_exec(s, "BEGIN IMMEDIATE", err);
    if (st == ONS_OK) st = ons_store_end_transaction(s, put_verdicts(s, v, n, err), err);
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}
