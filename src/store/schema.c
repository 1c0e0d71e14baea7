/* The tables, as numbered steps that only go forward. A step that was ever released is
 * never changed: add a new one. */
#include <inttypes.h>

#include "store/store_priv.h"

static const char *const migration[] = {
    /* 1 */
    "CREATE TABLE study (name TEXT PRIMARY KEY, recipe TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE model (hash BLOB PRIMARY KEY, family TEXT NOT NULL, name TEXT NOT NULL,"
    "  seed TEXT NOT NULL, recipe TEXT NOT NULL, params REAL, params_non_embedding REAL,"
    "  tokens REAL, flops REAL, loss REAL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE task (hash BLOB PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL,"
    "  about TEXT NOT NULL, n_items INTEGER NOT NULL, chance REAL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE run (id INTEGER PRIMARY KEY, version TEXT NOT NULL, command TEXT NOT NULL,"
    "  seed TEXT NOT NULL, threads INTEGER NOT NULL, start_ms INTEGER NOT NULL,"
    "  end_ms INTEGER, exit_status INTEGER) STRICT;"
    "CREATE TABLE work (model BLOB NOT NULL REFERENCES model(hash),"
    "  task BLOB NOT NULL REFERENCES task(hash), state TEXT NOT NULL, owner TEXT,"
    "  lease_ms INTEGER, fence INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (model, task)) STRICT;"
    "CREATE TABLE response (id BLOB PRIMARY KEY, model BLOB NOT NULL REFERENCES model(hash),"
    "  task BLOB NOT NULL REFERENCES task(hash), item INTEGER NOT NULL, kind INTEGER NOT NULL,"
    "  logprob REAL, greedy INTEGER NOT NULL, token_logprobs BLOB NOT NULL, text BLOB NOT NULL,"
    "  ended INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX response_of ON response (model, task, item, kind);"
    "CREATE TABLE score (family TEXT NOT NULL, model TEXT NOT NULL, seed TEXT NOT NULL,"
    "  model_hash BLOB REFERENCES model(hash), task TEXT NOT NULL,"
    "  task_hash BLOB REFERENCES task(hash), metric TEXT NOT NULL, prompt TEXT NOT NULL,"
    "  shots REAL, params REAL, tokens REAL, flops REAL, loss REAL, n_items REAL, score REAL,"
    "  std_err REAL, random_baseline REAL, high_score REAL, higher_is_better INTEGER,"
    "  is_primary INTEGER, note TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX score_key ON score (family, task, metric, prompt, ifnull(shots, -1),"
    "  model, seed, ifnull(tokens, -1), ifnull(flops, -1), note, ifnull(model_hash, x''),"
    "  ifnull(task_hash, x''));"
    "CREATE INDEX score_of_model ON score (model_hash, task, metric);"
    "CREATE TABLE series (family TEXT NOT NULL, task TEXT NOT NULL, metric TEXT NOT NULL,"
    "  prompt TEXT NOT NULL, shots REAL, axis TEXT NOT NULL, w0 REAL, n_models INTEGER NOT NULL,"
    "  n_scales INTEGER NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX series_key ON series (family, task, metric, prompt, ifnull(shots, -1),"
    "  axis);"
    "CREATE TABLE verdict (family TEXT NOT NULL, task TEXT NOT NULL, metric TEXT NOT NULL,"
    "  prompt TEXT NOT NULL, shots REAL, axis TEXT NOT NULL, verdict TEXT NOT NULL,"
    "  metric_check TEXT NOT NULL, p_emergent REAL, p_adjusted REAL, json TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX verdict_key ON verdict (family, task, metric, prompt,"
    "  ifnull(shots, -1), axis);"
    "CREATE TABLE event (id INTEGER PRIMARY KEY, run INTEGER REFERENCES run(id),"
    "  time_ms INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL) STRICT;",
    /* 2: rows of a table without a model's name are told apart by any scale */
    "DROP INDEX IF EXISTS score_key;"
    "CREATE UNIQUE INDEX score_key ON score (family, task, metric, prompt, ifnull(shots, -1),"
    "  model, seed, ifnull(params, -1), ifnull(tokens, -1), ifnull(flops, -1), ifnull(loss, -1),"
    "  note, ifnull(model_hash, x''), ifnull(task_hash, x''));",
    /* 3: checkpoints before the end of their run are told apart */
    "ALTER TABLE model ADD COLUMN intermediate INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE score ADD COLUMN intermediate INTEGER NOT NULL DEFAULT 0;",
    /* 4: learning-rate sweeps */
    "CREATE TABLE sweep (params REAL NOT NULL, tokens REAL NOT NULL, rate REAL NOT NULL,"
    "  loss REAL NOT NULL, PRIMARY KEY (params, rate)) STRICT, WITHOUT ROWID;",
    /* 5: a job is known by its name: a model has no hash before it is trained */
    "DROP TABLE IF EXISTS work;"
    "CREATE TABLE work (place INTEGER PRIMARY KEY, stage TEXT NOT NULL, job TEXT NOT NULL,"
    "  state TEXT NOT NULL, owner TEXT, lease_ms INTEGER, fence INTEGER NOT NULL DEFAULT 0) "
    "STRICT;",
    /* 6: what was asked, so that responses can be scored anew and shown beside their questions */
    "CREATE TABLE item (task BLOB NOT NULL REFERENCES task(hash), place INTEGER NOT NULL,"
    "  prompt TEXT NOT NULL, target TEXT NOT NULL, answer_at INTEGER NOT NULL,"
    "  PRIMARY KEY (task, place)) STRICT, WITHOUT ROWID;",
    /* 7: decisions by what was decided, so that nothing is decided twice */
    "CREATE TABLE decision (procedure BLOB NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,"
    "  PRIMARY KEY (procedure, key)) STRICT, WITHOUT ROWID;",
    /* 8: how else models were made; clustered items */
    "ALTER TABLE score ADD COLUMN recipe TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE score ADD COLUMN deff REAL;"
    "ALTER TABLE score ADD COLUMN n_clusters REAL;",
};
enum { VERSION = sizeof migration / sizeof *migration };

static ons_status pragma(ons_store *s, const char *sql, int64_t *ret_v, ons_err *err)
{
    sqlite3_stmt *q;
    bool row;
    ONS_TRY(ons_store_prepare(s, sql, &q, err));
    ons_status st = ons_store_step(s, q, &row, err);
    if (st == ONS_OK) *ret_v = row ? sqlite3_column_int64(q, 0) : 0;
    (void)sqlite3_finalize(q);
    return st;
}

static ons_status migrate(ons_store *s, int64_t from, ons_err *err)
{
    char version[64];
    ONS_TRY(ons_store_exec(s, "BEGIN IMMEDIATE", err));
    ons_status st = ONS_OK;
    for (int64_t v = from; st == ONS_OK && v < VERSION; v++)
        st = ons_store_exec(s, migration[v], err);
    (void)snprintf(version, sizeof version, "PRAGMA application_id=%d; PRAGMA user_version=%d",
                   ONS_STORE_APPLICATION_ID, VERSION);
    if (st == ONS_OK) st = ons_store_exec(s, version, err);
    if (st == ONS_OK) return ons_store_exec(s, "COMMIT", err);
    (void)ons_store_exec(s, "ROLLBACK", NULL);
    return st;
}

ons_status ons_schema_is_current(ons_store *s, bool *ret_current, ons_err *err)
{
    int64_t version = 0;
    ONS_TRY(pragma(s, "PRAGMA user_version", &version, err));
    *ret_current = version == VERSION;
    return ONS_OK;
}

ons_status ons_schema_check(ons_store *s, ons_err *err)
{
    int64_t application, version, tables;
    ONS_TRY(pragma(s, "PRAGMA application_id", &application, err));
    ONS_TRY(pragma(s, "PRAGMA user_version", &version, err));
    ONS_TRY(pragma(s, "SELECT count(*) FROM sqlite_schema", &tables, err));
    bool empty = application == 0 && version == 0 && tables == 0;
    if (!empty && (application != ONS_STORE_APPLICATION_ID || version < 1))
        return ons_err_where(err, ONS_FAIL(err, ONS_FORMAT, "not an onset database"), "%s",
                             s->path);
    if (version > VERSION) {
        ons_status st =
            ONS_FAIL(err, ONS_UNSUPPORTED, "schema version %" PRId64 ", this onset knows up to %d",
                     version, VERSION);
        st = ons_err_where(err, st, "%s", s->path);
        return ons_err_hint(err, st, "a newer onset");
    }
    if (empty && !s->writable)
        return ons_err_where(err, ONS_FAIL(err, ONS_FORMAT, "not an onset database: it is empty"),
                             "%s", s->path);
    return s->writable && version < VERSION ? migrate(s, version, err) : ONS_OK;
}
