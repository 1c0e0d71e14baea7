/* The questions of tasks, and who answered which of them. */
#include "store/store_priv.h"

static void bind_task(sqlite3_stmt *q, const void *task) { ons_bind_id(q, 1, task); }

static ons_status put_items(ons_store *s, ons_id task, const ons_store_item *item, size_t n,
                            ons_err *err)
{
    sqlite3_stmt *q;
    ONS_TRY(ons_store_prepare(s, "INSERT OR IGNORE INTO item VALUES (?,?,?,?,?)", &q, err));
    ons_status st = ONS_OK;
    for (size_t i = 0; st == ONS_OK && i < n; i++) {
        ons_bind_id(q, 1, &task);
        (void)sqlite3_bind_int64(q, 2, (sqlite3_int64)i);
        ons_bind_str(q, 3, item[i].prompt);
        ons_bind_str(q, 4, item[i].target);
        (void)sqlite3_bind_int64(q, 5, (sqlite3_int64)item[i].answer_at);
        st = ons_store_run_once(s, q, err);
    }
    (void)sqlite3_finalize(q);
    return st;
}

static ons_status take_count(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    (void)err;
    *(size_t *)ctx = (size_t)sqlite3_column_int64(q, 0);
    return ONS_OK;
}

ons_status ons_store_count_items(ons_store *s, ons_id task, size_t *ret_n, ons_err *err)
{
    bool there = false;
    *ret_n = 0;
    ONS_TRY(ons_store_has_table(s, "item", &there, err));
    if (!there) return ONS_OK;
    return ons_store_each_row(s, "SELECT count(*) FROM item WHERE task=?", bind_task, &task,
                              take_count, ret_n, err);
}

ons_status ons_store_put_items(ons_store *s, ons_id task, const ons_store_item *item, size_t n,
                               ons_err *err)
{
    size_t known = 0; /* every model of a study comes by with the same items */
    ONS_TRY(ons_store_count_items(s, task, &known, err));
    if (known == n) return ONS_OK;
    (void)pthread_mutex_lock(&s->lock);
    ons_status st = ons_store_exec(s, "BEGIN IMMEDIATE", err);
    if (st == ONS_OK) st = ons_store_end_transaction(s, put_items(s, task, item, n, err), err);
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

typedef struct caller {
    void *ctx;
    ons_store_item_fn *item;
    ons_store_pair_fn *pair;
} caller;

static ons_status give_item(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const caller *c = ctx;
    const ons_store_item item = {ons_column_str(q, 0), ons_column_str(q, 1),
                                 (size_t)sqlite3_column_int64(q, 2)};
    return c->item(c->ctx, &item, err);
}

ons_status ons_store_each_item(ons_store *s, ons_id task, ons_store_item_fn *f, void *ctx,
                               ons_err *err)
{
    caller c = {.ctx = ctx, .item = f};
    bool there = false;
    ONS_TRY(ons_store_has_table(s, "item", &there, err));
    if (!there) return ONS_OK;
    return ons_store_each_row(s,
                              "SELECT prompt, target, answer_at FROM item WHERE task=? "
                              "ORDER BY place",
                              bind_task, &task, give_item, &c, err);
}

static ons_status give_pair(void *ctx, sqlite3_stmt *q, ons_err *err)
{
    const caller *c = ctx;
    return c->pair(c->ctx, ons_column_id(q, 0), ons_column_id(q, 1), err);
}

ons_status ons_store_each_answered(ons_store *s, ons_store_pair_fn *f, void *ctx, ons_err *err)
{
    caller c = {.ctx = ctx, .pair = f};
    return ons_store_each_row(s, "SELECT DISTINCT model, task FROM response ORDER BY model, task",
                              NULL, NULL, give_pair, &c, err);
}
