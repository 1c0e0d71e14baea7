/* Decisions kept so that the same series need not be decided twice. */
#include "store/store_priv.h"

static void bind_procedure(sqlite3_stmt *q, const void *procedure) { ons_bind_id(q, 1, procedure); }

typedef struct caller {
    ons_store_decision_fn *f;
    void *ctx;
} caller;

static ons_status give_decision(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const caller *c = ctx;
    const ons_str value = ons_column_str(q, 1);
    const ons_store_decision d = {ons_column_id(q, 0), {(const uint8_t *)value.ptr, value.len}};
    return c->f(c->ctx, &d, err);
}

ons_status ons_store_each_decision(ons_store *s, ons_id procedure, ons_store_decision_fn *f,
                                   void *ctx, ons_err *err)
{
    caller c = {f, ctx};
    bool there = false;
    ONS_TRY(ons_store_has_table(s, "decision", &there, err));
    if (!there) return ONS_OK;
    return ons_store_each_row(s, "SELECT key, value FROM decision WHERE procedure=? ORDER BY key",
                              bind_procedure, &procedure, give_decision, &c, err);
}

static ons_status drop_others(ons_store *s, const ons_id *procedure, ons_err *err)
{
    sqlite3_stmt *q;
    ONS_TRY(ons_store_prepare(s, "DELETE FROM decision WHERE procedure<>?", &q, err));
    ons_bind_id(q, 1, procedure);
    ons_status st = ons_store_run_once(s, q, err);
    (void)sqlite3_finalize(q);
    return st;
}

static ons_status put_all(ons_store *s, const ons_id *procedure, const ons_store_decision *d,
                          size_t n, ons_err *err)
{
    sqlite3_stmt *q;
    ONS_TRY(drop_others(s, procedure, err));
    ONS_TRY(ons_store_prepare(s, "INSERT OR REPLACE INTO decision VALUES (?,?,?)", &q, err));
    ons_status st = ONS_OK;
    for (size_t i = 0; st == ONS_OK && i < n; i++) {
        ons_bind_id(q, 1, procedure);
        ons_bind_id(q, 2, &d[i].key);
        ons_bind_blob(q, 3, d[i].value.ptr, d[i].value.len);
        st = ons_store_run_once(s, q, err);
    }
    (void)sqlite3_finalize(q);
    return st;
}

static ons_status put(ons_store *s, ons_id procedure, const ons_store_decision *d, size_t n,
                      ons_err *err)
{
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_exec(s, "BEGIN IMMEDIATE", err);
    if (st == ONS_OK) st = ons_store_end_transaction(s, put_all(s, &procedure, d, n, err), err);
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

/* A reader steps aside meanwhile: beside it the database would stay in write-ahead mode. */
static ons_status put_aside(ons_store *s, ons_id procedure, const ons_store_decision *d, size_t n,
                            ons_err *err)
{
    ons_store *w;
    bool current = false;
    ONS_TRY(ons_schema_is_current(s, &current, err));
    if (!current) return ONS_OK; /* whoever only reads it brings it to no newer schema */
    ons_store_suspend(s);
    if (ons_store_open(s->path, ONS_STORE_WRITE, &w, NULL) == ONS_OK) {
        (void)put(w, procedure, d, n, NULL);
        ons_store_close(w);
    }
    return ons_store_resume(s, err);
}

ons_status ons_store_put_decisions(ons_store *s, ons_id procedure, const ons_store_decision *d,
                                   size_t n, ons_err *err)
{
    return s->writable ? put(s, procedure, d, n, err) : put_aside(s, procedure, d, n, err);
}
