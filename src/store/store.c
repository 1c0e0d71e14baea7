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

/* A resume that failed leaves a handle that can only be closed. */
static ons_status fail_suspended(const ons_store *s, ons_err *err)
{
    return ons_err_where(err, ONS_FAIL(err, ONS_IO, "the database is not open"), "%s", s->path);
}

ons_status ons_store_exec(ons_store *s, const char *sql, ons_err *err)
{
    if (!s->db) return fail_suspended(s, err);
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ONS_OK : ons_store_fail(s, rc, "database", err);
}

ons_status ons_store_prepare(ons_store *s, const char *sql, sqlite3_stmt **ret_q, ons_err *err)
{
    *ret_q = NULL;
    if (!s->db) return fail_suspended(s, err);
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

ons_status ons_store_end_transaction(ons_store *s, ons_status st, ons_err *err)
{
    if (st == ONS_OK) st = ons_store_exec(s, "COMMIT", err);
    if (st != ONS_OK) (void)ons_store_exec(s, "ROLLBACK", NULL);
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

bool ons_column_flag(sqlite3_stmt *q, int i)
{
    return i < sqlite3_column_count(q) && sqlite3_column_int(q, i) != 0;
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
    if (rc == SQLITE_OK) rc = sqlite3_busy_timeout(*ret_db, BUSY_TIMEOUT_MS);
    if (rc == SQLITE_OK) /* a first question, which may have to wait for a writer */
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

/* Write-ahead where it can be had: it needs the file to itself for a moment, and SQLite does
 * not wait for that. Beside another program the journal it chose is as good, only slower;
 * nobody can leave write-ahead mode while we are here. */
static ons_status choose_journal(ons_store *s, ons_err *err)
{
    int rc = sqlite3_exec(s->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
    if ((rc & 0xff) == SQLITE_BUSY) return ONS_OK;
    if (rc != SQLITE_OK) return ons_store_fail(s, rc, "database", err);
    return ons_store_exec(s, "PRAGMA synchronous=NORMAL", err);
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
    return choose_journal(s, err);
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

void ons_store_suspend(ons_store *s)
{
    (void)sqlite3_close(s->db);
    s->db = NULL;
}

ons_status ons_store_resume(ons_store *s, ons_err *err) { return open_database(s, err); }

/* ---- rows ---- */

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

static void bind_name(sqlite3_stmt *q, const void *name)
{
    ons_bind_str(q, 1, (ons_str){name, strlen(name)});
}

static ons_status some(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    (void)err;
    *(bool *)ctx = sqlite3_column_int(q, 0) > 0;
    return ONS_OK;
}

ons_status ons_store_has_table(ons_store *s, const char *name, bool *ret_has, ons_err *err)
{
    return ons_store_each_row(s, "SELECT count(*) FROM sqlite_schema WHERE name=?", bind_name, name,
                              some, ret_has, err);
}
