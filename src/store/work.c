/* Jobs that several processes share: who does what, until when. */
#include "store/work.h"

#include <stdio.h>

#include "store/store_priv.h"

/* A job that ended so many of those that took it is not given out again. */
#define CLAIMS_MAX 3

/* ---- the list ---- */

static ons_status put_jobs(ons_store *s, const char *stage, const char *const *job, size_t n,
                           ons_err *err)
{
    sqlite3_stmt *q = NULL;
    ons_status st = ons_store_exec(s, "DELETE FROM work", err);
    if (st == ONS_OK)
        st = ons_store_prepare(
            s, "INSERT INTO work (stage, place, job, state) VALUES (?,?,?,'open')", &q, err);
    for (size_t i = 0; st == ONS_OK && i < n; i++) {
        (void)sqlite3_bind_text(q, 1, stage, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int64(q, 2, (sqlite3_int64)i);
        (void)sqlite3_bind_text(q, 3, job[i], -1, SQLITE_STATIC);
        st = ons_store_run_once(s, q, err);
    }
    (void)sqlite3_finalize(q);
    return st;
}

ons_status ons_work_list(ons_store *s, const char *stage, const char *const *job, size_t n,
                         ons_err *err)
{
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_exec(s, "BEGIN IMMEDIATE", err);
    if (st == ONS_OK) st = ons_store_end_transaction(s, put_jobs(s, stage, job, n, err), err);
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

/* ---- taking and giving back ---- */

static void bind_claimant(sqlite3_stmt *q, const ons_work_claim *c, int64_t ms)
{
    (void)sqlite3_bind_int64(q, 1, ms);
    (void)sqlite3_bind_int64(q, 2, (sqlite3_int64)c->job);
    (void)sqlite3_bind_int64(q, 3, c->fence);
}

static ons_status take(ons_store *s, const char *owner, int64_t now_ms, int64_t lease_ms,
                       ons_work_claim *c, bool *ret_row, ons_err *err)
{
    sqlite3_stmt *q;
    ONS_TRY(ons_store_prepare(
        s,
        "UPDATE work SET state='taken', owner=?1, lease_ms=?2, fence=fence+1 WHERE place = "
        "(SELECT place FROM work WHERE state='open' OR (state='taken' AND lease_ms < ?3) "
        "ORDER BY place LIMIT 1) RETURNING place, fence",
        &q, err));
    (void)sqlite3_bind_text(q, 1, owner, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(q, 2, now_ms + lease_ms);
    (void)sqlite3_bind_int64(q, 3, now_ms);
    ons_status st = ons_store_step(s, q, ret_row, err);
    if (st == ONS_OK && *ret_row) {
        c->job = (size_t)sqlite3_column_int64(q, 0);
        c->fence = sqlite3_column_int64(q, 1);
        st = ons_store_run_once(s, q, err); /* to its end: only then it is done */
    }
    (void)sqlite3_finalize(q);
    return st;
}

static ons_status count_one(ons_store *s, const char *sql, size_t *ret_n, ons_err *err)
{
    sqlite3_stmt *q;
    bool row = false;
    ONS_TRY(ons_store_prepare(s, sql, &q, err));
    const ons_status st = ons_store_step(s, q, &row, err);
    if (st == ONS_OK) *ret_n = row ? (size_t)sqlite3_column_int64(q, 0) : 0;
    (void)sqlite3_finalize(q);
    return st;
}

ons_status ons_work_take(ons_store *s, const char *owner, int64_t now_ms, int64_t lease_ms,
                         ons_work_claim *ret_claim, ons_work_answer *ret_answer, ons_err *err)
{
    size_t n = 0;
    bool row = false;
    (void)pthread_mutex_lock(&s->lock);
    /* A look first: who waits must not keep the others from writing. */
    ons_status st =
        count_one(s, "SELECT count(*) FROM work WHERE state IN ('open', 'taken')", &n, err);
    if (st == ONS_OK && n > 0) st = take(s, owner, now_ms, lease_ms, ret_claim, &row, err);
    (void)pthread_mutex_unlock(&s->lock);
    if (st == ONS_OK) *ret_answer = row ? ONS_WORK_TAKEN : n > 0 ? ONS_WORK_WAIT : ONS_WORK_NONE;
    return st;
}

static ons_status change(ons_store *s, const char *sql, const ons_work_claim *c, int64_t ms,
                         bool *ret_mine, ons_err *err)
{
    sqlite3_stmt *q;
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_prepare(s, sql, &q, err);
    if (st == ONS_OK) {
        bind_claimant(q, c, ms);
        st = ons_store_run_once(s, q, err);
        if (ret_mine) *ret_mine = sqlite3_changes(s->db) > 0;
        (void)sqlite3_finalize(q);
    }
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

ons_status ons_work_renew(ons_store *s, const ons_work_claim *c, int64_t until_ms, bool *ret_mine,
                          ons_err *err)
{
    return change(s, "UPDATE work SET lease_ms=? WHERE place=? AND fence=? AND state='taken'", c,
                  until_ms, ret_mine, err);
}

ons_status ons_work_end(ons_store *s, const ons_work_claim *c, ons_work_state state, int64_t now_ms,
                        ons_err *err)
{
    static const char *const sql[] = {
        [ONS_WORK_OPEN] =
            "UPDATE work SET state='open', owner=NULL, lease_ms=?1 WHERE place=?2 AND "
            "fence=?3",
        [ONS_WORK_DONE] = "UPDATE work SET state='done', lease_ms=?1 WHERE place=?2 AND fence=?3",
        [ONS_WORK_FAILED] =
            "UPDATE work SET state='failed', lease_ms=?1 WHERE place=?2 AND fence=?3"};
    return change(s, sql[state], c, now_ms, NULL, err);
}

/* ---- for those who watch ---- */

typedef struct releaser {
    ons_work_lost_fn *f;
    void *ctx;
} releaser;

static ons_status tell_lost(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const releaser *r = ctx;
    const char *name = (const char *)sqlite3_column_text(q, 0);
    (void)err;
    r->f(r->ctx, name ? name : "", sqlite3_column_int64(q, 1) < CLAIMS_MAX);
    return ONS_OK;
}

static void bind_owner(sqlite3_stmt *q, const void *owner)
{
    (void)sqlite3_bind_text(q, 1, owner, -1, SQLITE_STATIC);
}

ons_status ons_work_release(ons_store *s, const char *owner, ons_work_lost_fn *f, void *ctx,
                            ons_err *err)
{
    releaser r = {f, ctx};
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "UPDATE work SET state=CASE WHEN fence < %d THEN 'open' ELSE 'failed' END "
                   "WHERE state='taken' AND owner GLOB ?1 || '.*' RETURNING job, fence",
                   CLAIMS_MAX);
    return ons_store_each_row(s, sql, bind_owner, owner, tell_lost, &r, err);
}

ons_status ons_work_left(ons_store *s, size_t *ret_n, ons_err *err)
{
    (void)pthread_mutex_lock(&s->lock);
    const ons_status st =
        count_one(s, "SELECT count(*) FROM work WHERE state <> 'done'", ret_n, err);
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}
