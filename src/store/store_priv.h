/* Shared inside store/: the handle, statements, errors with the path. */
#ifndef ONS_STORE_STORE_PRIV_H
#define ONS_STORE_STORE_PRIV_H

#include <pthread.h>
#include <sqlite3.h>

#include "store/store.h"

#define ONS_STORE_APPLICATION_ID 0x4F4E5331 /* "ONS1" */

struct ons_store {
    sqlite3 *db;
    char *path;
    bool writable;
    pthread_mutex_t lock;
};

/* Brings an empty or older database to the newest schema, and refuses the others. */
ons_status ons_schema_check(ons_store *s, ons_err *err);

/* What the failed call means for the user. */
ons_status ons_store_fail(const ons_store *s, int rc, const char *what, ons_err *err);
ons_status ons_store_exec(ons_store *s, const char *sql, ons_err *err);
ons_status ons_store_prepare(ons_store *s, const char *sql, sqlite3_stmt **ret_q, ons_err *err);
/* One step of a statement that gives no row; resets it. */
ons_status ons_store_run_once(ons_store *s, sqlite3_stmt *q, ons_err *err);
/* *ret_row: a row is there. */
ons_status ons_store_step(ons_store *s, sqlite3_stmt *q, bool *ret_row, ons_err *err);

/* Ends what began with BEGIN IMMEDIATE: all of it is kept, or nothing where st is no OK. */
ons_status ons_store_end_transaction(ons_store *s, ons_status st, ons_err *err);

/* Prepares, binds (unless NULL), calls f for each row, all under the lock. */
typedef void ons_store_bind_fn(sqlite3_stmt *q, const void *arg);
typedef ons_status ons_store_row_fn(void *ctx, sqlite3_stmt *q, ons_err *err);
ons_status ons_store_each_row(ons_store *s, const char *sql, ons_store_bind_fn *bind,
                              const void *arg, ons_store_row_fn *f, void *ctx, ons_err *err);

/* False for a database of an older schema, opened for reading. */
ons_status ons_schema_is_current(ons_store *s, bool *ret_current, ons_err *err);

/* A database of an older schema, read only, may have no such table. */
ons_status ons_store_has_table(ons_store *s, const char *name, bool *ret_has, ons_err *err);

/* What is bound is not copied and must live until the statement has run: a copy can fail for want
 * of memory, and a NULL would go into the row instead. NaN is NULL. */
void ons_bind_f64(sqlite3_stmt *q, int i, double v);
void ons_bind_str(sqlite3_stmt *q, int i, ons_str v);
void ons_bind_blob(sqlite3_stmt *q, int i, const void *p, size_t n);
void ons_bind_id(sqlite3_stmt *q, int i, const ons_id *id);
/* False where a database of an older schema, read only, has no such column. */
bool ons_column_flag(sqlite3_stmt *q, int i);
double ons_column_f64(sqlite3_stmt *q, int i);
ons_str ons_column_str(sqlite3_stmt *q, int i);
ons_id ons_column_id(sqlite3_stmt *q, int i);

#endif
