#include "store/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "os/file.h"
#include "store/store_priv.h"

#define BUSY_TIMEOUT_MS 5000

/* ---- statements and errors ---- */

static ons_status status_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ONS_BUSY;
    case SQLITE_NOMEM:
        return ONS_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ONS_FORMAT;
    case SQLITE_TOOBIG:
        return ONS_LIMIT;
    default:
        return ONS_IO;
    }
}

static const char *hint_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_FULL:
        return "free some space; what was recorded is kept";
    case SQLITE_READONLY:
        return "a directory and file that can be written";
    case SQLITE_NOTADB:
        return "a database that onset made";
    case SQLITE_CORRUPT:
        return "PRAGMA integrity_check in sqlite3, or start a new database";
    case SQLITE_BUSY:
        return "wait for the other program that uses it";
    default:
        return NULL;
    }
}

ons_status ons_store_fail(const ons_store *s, int rc, const char *what, ons_err *err)
{
    ons_status st =
        ONS_FAIL(err, status_of(rc), "%s: %s", what, s->db ? sqlite3_errmsg(s->db) : "no memory");
    st = ons_err_where(err, st, "%s", s->path);
    const char *hint = hint_of(rc);
    return hint ? ons_err_hint(err, st, "%s", hint) : st;
}

ons_status ons_store_exec(ons_store *s, const char *sql, ons_err *err)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ONS_OK : ons_store_fail(s, rc, "database", err);
}

ons_status ons_store_prepare(ons_store *s, const char *sql, sqlite3_stmt **ret_q, ons_err *err)
{
    int rc = sqlite3_prepare_v2(s->db, sql, -1, ret_q, NULL);
    if (rc == SQLITE_OK) return ONS_OK;
    if (rc != SQLITE_ERROR) return ons_store_fail(s, rc, "database", err);
    /* Our statements are right, so a table or column is missing. */
    ons_status st =
        ONS_FAIL(err, ONS_FORMAT, "the database is not complete: %s", sqlite3_errmsg(s->db));
    st = ons_err_where(err, st, "%s", s->path);
    return ons_err_hint(err, st, "start a new database");
}

ons_status ons_store_step(ons_store *s, sqlite3_stmt *q, bool *ret_row, ons_err *err)
{
    int rc = sqlite3_step(q);
    *ret_row = rc == SQLITE_ROW;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? ONS_OK : ons_store_fail(s, rc, "database", err);
}

ons_status ons_store_run_once(ons_store *s, sqlite3_stmt *q, ons_err *err)
{
    int rc = sqlite3_step(q);
    ons_status st = rc == SQLITE_DONE || rc == SQLITE_ROW
                        ? ONS_OK
                        : ons_store_fail(s, rc, "cannot record", err);
    (void)sqlite3_reset(q);
    return st;
}

void ons_bind_f64(sqlite3_stmt *q, int i, double v)
{
    if (isnan(v)) {
        (void)sqlite3_bind_null(q, i);
    } else {
        (void)sqlite3_bind_double(q, i, v);
    }
}

void ons_bind_str(sqlite3_stmt *q, int i, ons_str v)
{
    (void)sqlite3_bind_text64(q, i, v.len ? v.ptr : "", v.len, SQLITE_STATIC, SQLITE_UTF8);
}

void ons_bind_blob(sqlite3_stmt *q, int i, const void *p, size_t n)
{
    (void)sqlite3_bind_blob64(q, i, n ? p : "", n, SQLITE_STATIC);
}

void ons_bind_id(sqlite3_stmt *q, int i, const ons_id *id)
{
    ons_bind_blob(q, i, id->byte, sizeof id->byte);
}

double ons_column_f64(sqlite3_stmt *q, int i)
{
    return sqlite3_column_type(q, i) == SQLITE_NULL ? (double)NAN : sqlite3_column_double(q, i);
}

ons_str ons_column_str(sqlite3_stmt *q, int i)
{
    const void *p = sqlite3_column_blob(q, i); /* text and blobs alike */
    return (ons_str){p ? p : "", (size_t)sqlite3_column_bytes(q, i)};
}

ons_id ons_column_id(sqlite3_stmt *q, int i)
{
    ons_id id = {{0}};
    ons_str v = ons_column_str(q, i);
    if (v.len == sizeof id.byte) memcpy(id.byte, v.ptr, sizeof id.byte);
    return id;
}

/* ---- open and close ---- */

/* The path as a URI: three characters would change its meaning. */
static void uri_of(const char *path, ons_buf *out)
{
    ons_buf_text(out, "file:");
    for (const char *c = path; *c; c++) {
        if (*c == '?' || *c == '#' || *c == '%') {
            ons_buf_printf(out, "%%%02x", (unsigned)(unsigned char)*c);
        } else {
            ons_buf_char(out, *c);
        }
    }
    ons_buf_text(out, "?immutable=1");
}

/* A log beside the database holds rows that only a reader who may write can see. */
static bool has_log(const char *path)
{
    char log[ONS_PATH_MAX];
    ons_mapping m = {{NULL, 0}};
    if (ons_path_format(log, sizeof log, NULL, "%s-wal", path) != ONS_OK) return true;
    if (!ons_file_exists(log)) return false;
    bool some = ons_file_map(log, &m, NULL) != ONS_OK || m.bytes.len > 0;
    ons_file_unmap(&m);
    return some;
}

/* A database in write-ahead mode in a directory that cannot be written opens only when it
 * is promised that nobody writes to it; without a log beside it that is so. */
static int open_read_only(const char *path, sqlite3 **ret_db)
{
    int rc = sqlite3_open_v2(path, ret_db, SQLITE_OPEN_READONLY, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(*ret_db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL);
    if ((rc != SQLITE_CANTOPEN && rc != SQLITE_READONLY) || has_log(path)) return rc;
    ons_buf uri;
    ons_buf_init(&uri, 4 * ONS_PATH_MAX);
    uri_of(path, &uri);
    (void)sqlite3_close(*ret_db);
    rc = sqlite3_open_v2(ons_buf_cstr(&uri), ret_db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    ons_buf_release(&uri);
    return rc;
}

static ons_status open_database(ons_store *s, ons_err *err)
{
    if (!s->writable && !ons_file_exists(s->path))
        return ons_err_where(err, ONS_FAIL(err, ONS_IO, "no such database"), "%s", s->path);
    int rc = s->writable ? sqlite3_open_v2(s->path, &s->db,
                                           SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL)
                         : open_read_only(s->path, &s->db);
    if (rc != SQLITE_OK) return ons_store_fail(s, rc, "cannot open", err);
    (void)sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
    ONS_TRY(ons_store_exec(s, "PRAGMA foreign_keys=ON", err));
    ONS_TRY(ons_schema_check(s, err));
    if (!s->writable) return ONS_OK;
    return ons_store_exec(s, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL", err);
}

ons_status ons_store_open(const char *path, ons_store_access access, ons_store **ret_s,
                          ons_err *err)
{
    ons_store *s = calloc(1, sizeof *s);
    if (!s) return ONS_FAIL(err, ONS_NOMEM, "no memory for a database handle");
    (void)pthread_mutex_init(&s->lock, NULL);
    s->writable = access == ONS_STORE_WRITE;
    s->path = strdup(path);
    ons_status st =
        s->path ? open_database(s, err) : ONS_FAIL(err, ONS_NOMEM, "no memory for a path");
    if (st != ONS_OK) {
        ons_store_close(s);
        return st;
    }
    *ret_s = s;
    return ONS_OK;
}

ons_status ons_store_sync(ons_store *s, ons_err *err)
{
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_exec(s, "PRAGMA wal_checkpoint(PASSIVE)", err);
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

void ons_store_close(ons_store *s)
{
    if (!s) return;
    /* One file again, readable anywhere; fails harmlessly while somebody else looks. */
    if (s->db && s->writable) (void)sqlite3_exec(s->db, "PRAGMA journal_mode=DELETE", 0, 0, 0);
    (void)sqlite3_close(s->db);
    (void)pthread_mutex_destroy(&s->lock);
    free(s->path);
    free(s);
}

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
}

ons_status ons_store_put_model(ons_store *s, const ons_store_model *m, ons_err *err)
{
    return put_row(s,
                   "INSERT INTO model VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT(hash) DO UPDATE SET "
                   "family=excluded.family, name=excluded.name",
                   bind_model, m, err);
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

/* ---- runs and events ---- */

/* seed: r->seed as text. */
static void bind_run(sqlite3_stmt *q, const ons_store_run *r, const char *seed)
{
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
        char seed[24];
        (void)snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->seed);
        bind_run(q, run, seed);
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

ons_status ons_store_each_row(ons_store *s, const char *sql, ons_store_bind_fn *bind,
                              const void *arg, ons_store_row_fn *f, void *ctx, ons_err *err)
{
    sqlite3_stmt *q;
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_prepare(s, sql, &q, err);
    if (st == ONS_OK && bind) bind(q, arg);
    for (bool row = st == ONS_OK; row;) {
        st = ons_store_step(s, q, &row, err);
        if (st == ONS_OK && row) st = f(ctx, q, err);
        row = row && st == ONS_OK;
    }
    (void)sqlite3_finalize(q);
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

static ons_status each(ons_store *s, const char *sql, ons_store_row_fn *f, void *ctx, ons_err *err)
{
    return ons_store_each_row(s, sql, NULL, NULL, f, ctx, err);
}

typedef struct caller {
    void *ctx;
    ons_store_model_fn *model;
    ons_store_task_fn *task;
    ons_store_study_fn *study;
    ons_store_run_fn *run;
} caller;

static ons_status give_model(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const caller *c = ctx;
    return c->model(c->ctx,
                    &(ons_store_model){.hash = ons_column_id(q, 0),
                                       .family = ons_column_str(q, 1),
                                       .name = ons_column_str(q, 2),
                                       .seed = ons_column_str(q, 3),
                                       .recipe = ons_column_str(q, 4),
                                       .params = ons_column_f64(q, 5),
                                       .params_non_embedding = ons_column_f64(q, 6),
                                       .tokens = ons_column_f64(q, 7),
                                       .flops = ons_column_f64(q, 8),
                                       .loss = ons_column_f64(q, 9)},
                    err);
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
