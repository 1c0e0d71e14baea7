/* Studies, models, tasks, runs, events: what stands around the measurements. */
#include <stdio.h>
#include <string.h>

#include "store/store_priv.h"

/* ---- studies, models, tasks ---- */

/* Prepares, binds by `bind`, runs once, all under the lock. */
typedef void bind_fn(sqlite3_stmt *q, const void *row);
static ons_status put_row(ons_store *s, const char *sql, bind_fn *bind, const void *row,
                          ons_err *err)
{
    sqlite3_stmt *q;
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_prepare(s, sql, &q, err);
    if (st == ONS_OK) {
        bind(q, row);
        st = ons_store_run_once(s, q, err);
        (void)sqlite3_finalize(q);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

static void bind_study(sqlite3_stmt *q, const void *row)
{
    const ons_store_study *v = row;
    ons_bind_str(q, 1, v->name);
    ons_bind_str(q, 2, v->recipe);
}

ons_status ons_store_put_study(ons_store *s, const ons_store_study *study, ons_err *err)
{
    return put_row(s, "INSERT OR REPLACE INTO study VALUES (?,?)", bind_study, study, err);
}

static void bind_model(sqlite3_stmt *q, const void *row)
{
    const ons_store_model *m = row;
    ons_bind_id(q, 1, &m->hash);
    ons_bind_str(q, 2, m->family);
    ons_bind_str(q, 3, m->name);
    ons_bind_str(q, 4, m->seed);
    ons_bind_str(q, 5, m->recipe);
    ons_bind_f64(q, 6, m->params);
    ons_bind_f64(q, 7, m->params_non_embedding);
    ons_bind_f64(q, 8, m->tokens);
    ons_bind_f64(q, 9, m->flops);
    ons_bind_f64(q, 10, m->loss);
    (void)sqlite3_bind_int(q, 11, m->intermediate);
}

/* The first column in which two descriptions of one model differ; NULL: none. */
static const char *differing_column(const ons_store_model *a, const ons_store_model *b)
{
    const struct {
        const char *name;
        bool same;
    } column[] = {
        {"family", ons_str_eq(a->family, b->family)},
        {"name", ons_str_eq(a->name, b->name)},
        {"seed", ons_str_eq(a->seed, b->seed)},
        {"recipe", ons_str_eq(a->recipe, b->recipe)},
        {"params", ons_same_number(a->params, b->params)},
        {"params_non_embedding", ons_same_number(a->params_non_embedding, b->params_non_embedding)},
        {"tokens", ons_same_number(a->tokens, b->tokens)},
        {"flops", ons_same_number(a->flops, b->flops)},
        {"loss", ons_same_number(a->loss, b->loss)},
        {"intermediate", a->intermediate == b->intermediate}};
    for (size_t i = 0; i < sizeof column / sizeof *column; i++)
        if (!column[i].same) return column[i].name;
    return NULL;
}

static ons_store_model model_of(sqlite3_stmt *q)
{
    return (ons_store_model){.hash = ons_column_id(q, 0),
                             .family = ons_column_str(q, 1),
                             .name = ons_column_str(q, 2),
                             .seed = ons_column_str(q, 3),
                             .recipe = ons_column_str(q, 4),
                             .params = ons_column_f64(q, 5),
                             .params_non_embedding = ons_column_f64(q, 6),
                             .tokens = ons_column_f64(q, 7),
                             .flops = ons_column_f64(q, 8),
                             .loss = ons_column_f64(q, 9),
                             .intermediate = ons_column_flag(q, 10)};
}

static ons_status check_same_model(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const ons_store_model *m = ctx, known = model_of(q);
    const char *differs = differing_column(m, &known);
    if (!differs) return ONS_OK;
    ons_status s = ONS_FAIL(err, ONS_MISMATCH,
                            "another %s than is recorded for the same weights, as '" ONS_STR_FMT
                            "' of family '" ONS_STR_FMT "'",
                            differs, ONS_STR(known.name), ONS_STR(known.family));
    return ons_err_hint(err, s, "give it the name and card it had, or use another database");
}

static void bind_hash(sqlite3_stmt *q, const void *arg) { ons_bind_id(q, 1, arg); }

ons_status ons_store_put_model(ons_store *s, const ons_store_model *m, ons_err *err)
{
    ONS_TRY(put_row(s, "INSERT OR IGNORE INTO model VALUES (?,?,?,?,?,?,?,?,?,?,?)", bind_model, m,
                    err));
    ons_store_model wanted = *m;
    ons_status st = ons_store_each_row(s, "SELECT * FROM model WHERE hash=?", bind_hash, &m->hash,
                                       check_same_model, &wanted, err);
    return st == ONS_MISMATCH ? ons_err_where(err, st, "%s", s->path) : st;
}

static void bind_task(sqlite3_stmt *q, const void *row)
{
    const ons_store_task *t = row;
    ons_bind_id(q, 1, &t->hash);
    ons_bind_str(q, 2, t->name);
    (void)sqlite3_bind_int64(q, 3, t->version);
    ons_bind_str(q, 4, t->about);
    (void)sqlite3_bind_int64(q, 5, (sqlite3_int64)t->n_items);
    ons_bind_f64(q, 6, t->chance);
}

ons_status ons_store_put_task(ons_store *s, const ons_store_task *t, ons_err *err)
{
    return put_row(s, "INSERT OR IGNORE INTO task VALUES (?,?,?,?,?,?)", bind_task, t, err);
}

static void bind_sweep(sqlite3_stmt *q, const void *row)
{
    const ons_sweep_point *p = row;
    ons_bind_f64(q, 1, p->params);
    ons_bind_f64(q, 2, p->tokens);
    ons_bind_f64(q, 3, p->rate);
    ons_bind_f64(q, 4, p->loss_nats);
}

ons_status ons_store_put_sweep(ons_store *s, const ons_sweep_point *p, ons_err *err)
{
    return put_row(s, "INSERT OR REPLACE INTO sweep VALUES (?,?,?,?)", bind_sweep, p, err);
}

/* ---- runs and events ---- */

static void bind_run(sqlite3_stmt *q, const void *row)
{
    const ons_store_run *r = row;
    char seed[24];
    (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)r->seed);
    ons_bind_str(q, 1, r->version);
    ons_bind_str(q, 2, r->command);
    ons_bind_str(q, 3, (ons_str){seed, strlen(seed)});
    (void)sqlite3_bind_int64(q, 4, (sqlite3_int64)r->threads);
    (void)sqlite3_bind_int64(q, 5, r->start_ms);
}

ons_status ons_store_begin_run(ons_store *s, ons_store_run *run, ons_err *err)
{
    sqlite3_stmt *q;
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_prepare(s,
                                      "INSERT INTO run (version, command, seed, threads, start_ms) "
                                      "VALUES (?,?,?,?,?)",
                                      &q, err);
    if (st == ONS_OK) {
        bind_run(q, run);
        st = ons_store_run_once(s, q, err);
        run->id = sqlite3_last_insert_rowid(s->db);
        (void)sqlite3_finalize(q);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

static void bind_run_end(sqlite3_stmt *q, const void *row)
{
    const ons_store_run *r = row;
    (void)sqlite3_bind_int64(q, 1, r->end_ms);
    (void)sqlite3_bind_int64(q, 2, r->exit_status);
    (void)sqlite3_bind_int64(q, 3, r->id);
}

ons_status ons_store_end_run(ons_store *s, const ons_store_run *run, ons_err *err)
{
    return put_row(s, "UPDATE run SET end_ms=?, exit_status=? WHERE id=?", bind_run_end, run, err);
}

typedef struct event_row {
    int64_t run, time_ms;
    const char *kind, *text;
} event_row;

static void bind_event(sqlite3_stmt *q, const void *row)
{
    const event_row *e = row;
    (void)sqlite3_bind_int64(q, 1, e->run);
    (void)sqlite3_bind_int64(q, 2, e->time_ms);
    ons_bind_str(q, 3, (ons_str){e->kind, strlen(e->kind)});
    ons_bind_str(q, 4, (ons_str){e->text, strlen(e->text)});
}

ons_status ons_store_put_event(ons_store *s, int64_t run, int64_t time_ms, const char *kind,
                               const char *text, ons_err *err)
{
    const event_row e = {run, time_ms, kind, text};
    return put_row(s, "INSERT INTO event (run, time_ms, kind, text) VALUES (?,?,?,?)", bind_event,
                   &e, err);
}

/* ---- looking into it ---- */

static ons_status each(ons_store *s, const char *sql, ons_store_row_fn *f, void *ctx, ons_err *err)
{
    return ons_store_each_row(s, sql, NULL, NULL, f, ctx, err);
}

typedef struct caller {
    void *ctx;
    ons_store_model_fn *model;
    ons_store_task_fn *task;
    ons_store_study_fn *study;
    ons_store_sweep_fn *sweep;
    ons_store_run_fn *run;
} caller;

static ons_status give_model(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const caller *c = ctx;
    const ons_store_model m = model_of(q);
    return c->model(c->ctx, &m, err);
}

ons_status ons_store_each_model(ons_store *s, ons_store_model_fn *f, void *ctx, ons_err *err)
{
    caller c = {.ctx = ctx, .model = f};
    return each(s, "SELECT * FROM model ORDER BY family, params, tokens, seed, name, hash",
                give_model, &c, err);
}

static ons_status give_task(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const caller *c = ctx;
    return c->task(c->ctx,
                   &(ons_store_task){.hash = ons_column_id(q, 0),
                                     .name = ons_column_str(q, 1),
                                     .version = (uint32_t)sqlite3_column_int64(q, 2),
                                     .about = ons_column_str(q, 3),
                                     .n_items = (size_t)sqlite3_column_int64(q, 4),
                                     .chance = ons_column_f64(q, 5)},
                   err);
}

ons_status ons_store_each_task(ons_store *s, ons_store_task_fn *f, void *ctx, ons_err *err)
{
    caller c = {.ctx = ctx, .task = f};
    return each(s, "SELECT * FROM task ORDER BY name, version, n_items, hash", give_task, &c, err);
}

static ons_status give_study(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const caller *c = ctx;
    return c->study(c->ctx, &(ons_store_study){ons_column_str(q, 0), ons_column_str(q, 1)}, err);
}

ons_status ons_store_each_study(ons_store *s, ons_store_study_fn *f, void *ctx, ons_err *err)
{
    caller c = {.ctx = ctx, .study = f};
    return each(s, "SELECT * FROM study ORDER BY name", give_study, &c, err);
}

static ons_status give_sweep(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const caller *c = ctx;
    return c->sweep(c->ctx,
                    &(ons_sweep_point){.params = ons_column_f64(q, 0),
                                       .tokens = ons_column_f64(q, 1),
                                       .rate = ons_column_f64(q, 2),
                                       .loss_nats = ons_column_f64(q, 3)},
                    err);
}

ons_status ons_store_each_sweep(ons_store *s, ons_store_sweep_fn *f, void *ctx, ons_err *err)
{
    caller c = {.ctx = ctx, .sweep = f};
    bool there = false;
    ONS_TRY(ons_store_has_table(s, "sweep", &there, err));
    if (!there) return ONS_OK;
    return each(s, "SELECT * FROM sweep ORDER BY params, rate", give_sweep, &c, err);
}

static ons_status give_run(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const caller *c = ctx;
    return c->run(c->ctx,
                  &(ons_store_run){.id = sqlite3_column_int64(q, 0),
                                   .version = ons_column_str(q, 1),
                                   .command = ons_column_str(q, 2),
                                   .threads = (size_t)sqlite3_column_int64(q, 4),
                                   .start_ms = sqlite3_column_int64(q, 5),
                                   .end_ms = sqlite3_column_int64(q, 6),
                                   .exit_status = sqlite3_column_int(q, 7)},
                  err);
}

ons_status ons_store_each_run(ons_store *s, ons_store_run_fn *f, void *ctx, ons_err *err)
{
    caller c = {.ctx = ctx, .run = f};
    return each(s, "SELECT * FROM run ORDER BY id", give_run, &c, err);
}
