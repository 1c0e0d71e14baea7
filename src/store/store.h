/* What was measured: models, tasks, raw responses, scores, series, verdicts, in one
 * SQLite file. The only room with SQL.
 *
 * Rows are keyed by content, so the same work gives the same rows in whatever order it
 * was done; times stand in `run`, `work` and `event` only. Any number of threads may
 * use one handle: each call holds its lock, so a callback may not call the store again.
 * Texts given are copied; texts of callbacks are borrowed for the call.
 *
 *   ons_store *s;
 *   ONS_TRY(ons_store_open("onset.db", ONS_STORE_WRITE, &s, err));
 *   … ons_store_put_responses(s, response, n, err) …
 *   ons_store_close(s); */
#ifndef ONS_STORE_STORE_H
#define ONS_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/score.h"
#include "base/slice.h"
#include "base/status.h"
#include "base/sweep.h"

typedef struct ons_store ons_store;

typedef enum ons_store_access {
    ONS_STORE_READ, /* it must be there */
    ONS_STORE_WRITE /* made if it is not */
} ons_store_access;

/* Errors, all naming the path: IO (missing, read-only, full), FORMAT (another program's
 * file, damaged), UNSUPPORTED (a newer schema), BUSY. */
ons_status ons_store_open(const char *path, ons_store_access access, ons_store **ret_s,
                          ons_err *err);
/* What was recorded so far survives a power cut from here on. A command that ends well has called
 * it: closing cannot fail. Errors: IO. */
ons_status ons_store_sync(ons_store *s, ons_err *err);
/* NULL is fine. */
void ons_store_close(ons_store *s);

/* A connection must not go through a fork: suspend before, resume on both sides after it. Between
 * the two only close may be called. */
void ons_store_suspend(ons_store *s);
ons_status ons_store_resume(ons_store *s, ons_err *err);

/* ---- what was asked, and of whom ---- */

typedef struct ons_store_study {
    ons_str name;
    ons_str recipe; /* the ladder file as it was read */
} ons_store_study;
ons_status ons_store_put_study(ons_store *s, const ons_store_study *study, ons_err *err);

typedef struct ons_store_model {
    ons_id hash;
    ons_str family, name, seed, recipe;
    double params, params_non_embedding, tokens, flops, loss; /* NaN: unknown */
    bool intermediate; /* a checkpoint before the end of its run */
} ons_store_model;
/* One row for a hash, whoever writes it first. Errors: MISMATCH if the row says something else
 * of the same weights: with "the last one wins" (or the first) the rows would depend on the
 * order of the writers, and scores of one model would stand under two names. */
ons_status ons_store_put_model(ons_store *s, const ons_store_model *m, ons_err *err);

typedef struct ons_store_task {
    ons_id hash;
    ons_str name, about;
    uint32_t version;
    size_t n_items;
    double chance;
} ons_store_task;
ons_status ons_store_put_task(ons_store *s, const ons_store_task *t, ons_err *err);

/* One question of a task and what should follow it. */
typedef struct ons_store_item {
    ons_str prompt, target;
    size_t answer_at; /* the answer is target[answer_at..] */
} ons_store_item;
/* The items of a task in their order, [n], in one transaction; those that are there already stay. */
ons_status ons_store_put_items(ons_store *s, ons_id task, const ons_store_item *item, size_t n,
                               ons_err *err);
/* 0: none are kept. */
ons_status ons_store_count_items(ons_store *s, ons_id task, size_t *ret_n, ons_err *err);
/* By their place in the task; none where the store knows none. */
typedef ons_status ons_store_item_fn(void *ctx, const ons_store_item *item, ons_err *err);
ons_status ons_store_each_item(ons_store *s, ons_id task, ons_store_item_fn *f, void *ctx,
                               ons_err *err);

/* One run of the study's learning-rate sweep; the same run again takes its place. */
ons_status ons_store_put_sweep(ons_store *s, const ons_sweep_point *p, ons_err *err);

/* ---- raw responses ---- */

typedef enum ons_response_kind {
    ONS_RESPONSE_LOGLIKELIHOOD,
    ONS_RESPONSE_GENERATION
} ons_response_kind;

typedef struct ons_response {
    ons_id id; /* of the request: its content, the task's and the model's */
    ons_id model, task;
    size_t item;
    ons_response_kind kind;
    double logprob;      /* sum, nats (log-likelihood); NaN: a generation */
    bool greedy;         /* log-likelihood: all tokens were the most likely ones */
    const float *values; /* [n_values] per token, nats */
    size_t n_values;
    ons_str text; /* generation; any bytes */
    bool ended;   /* generation: it came to end-of-text */
} ons_response;

/* One transaction. Errors: MISMATCH if an id is there with other bytes (something is not
 * deterministic); nothing of the batch is kept then. */
ons_status ons_store_put_responses(ons_store *s, const ons_response *r, size_t n, ons_err *err);
ons_status ons_store_has_response(ons_store *s, ons_id id, bool *ret_has, ons_err *err);
/* Of all models and tasks. */
ons_status ons_store_count_responses(ons_store *s, size_t *ret_n, ons_err *err);
/* Calls f for every response of a model to a task, by item, then kind. A callback that
 * does not return OK ends the loop with its status. */
typedef ons_status ons_store_response_fn(void *ctx, const ons_response *r, ons_err *err);
ons_status ons_store_each_response(ons_store *s, ons_id model, ons_id task,
                                   ons_store_response_fn *f, void *ctx, ons_err *err);

/* Every pair of a model and a task of which there is any response, by model, then task. */
typedef ons_status ons_store_pair_fn(void *ctx, ons_id model, ons_id task, ons_err *err);
ons_status ons_store_each_answered(ons_store *s, ons_store_pair_fn *f, void *ctx, ons_err *err);

/* ---- scores and verdicts ---- */

/* One score of a model (by hash); family, model name, seed and scale come from the model. */
ons_status ons_store_put_score(ons_store *s, ons_id model, ons_id task, const ons_score *score,
                               ons_err *err);
/* Scores that belong to no model of the store: rows of a table. */
ons_status ons_store_put_table_score(ons_store *s, const ons_score *score, ons_err *err);
/* All of them or none, in one transaction. A row of the same key is replaced. */
ons_status ons_store_put_table_scores(ons_store *s, const ons_score *score, size_t n, ons_err *err);
typedef ons_status ons_store_score_fn(void *ctx, const ons_score *score, ons_err *err);
/* Where a model was asked several sets of items of one task with as many shots, the largest set
 * counts. */
ons_status ons_store_each_score(ons_store *s, ons_store_score_fn *f, void *ctx, ons_err *err);
/* The scores of one model on one set of items. */
ons_status ons_store_each_score_of(ons_store *s, ons_id model, ons_id task, ons_store_score_fn *f,
                                   void *ctx, ons_err *err);

typedef struct ons_store_verdict {
    ons_str family, task, metric, prompt, axis, verdict, metric_check, json;
    double shots, w0, p_emergent, p_adjusted;
    size_t n_models, n_scales;
} ons_store_verdict;
/* All series and verdicts of the store are replaced, in one transaction. */
ons_status ons_store_replace_verdicts(ons_store *s, const ons_store_verdict *v, size_t n,
                                      ons_err *err);

/* ---- decisions, known by a hash of all that they were made from ---- */

typedef struct ons_store_decision {
    ons_id key;
    ons_bytes value;
} ons_store_decision;
typedef ons_status ons_store_decision_fn(void *ctx, const ons_store_decision *d, ons_err *err);
/* Those of one procedure, by key. */
ons_status ons_store_each_decision(ons_store *s, ons_id procedure, ons_store_decision_fn *f,
                                   void *ctx, ons_err *err);
/* In one transaction; those of other procedures are dropped. A handle opened for reading keeps them
 * too where the file may be written and has this schema; that it may not is no error, as they only
 * save time. */
ons_status ons_store_put_decisions(ons_store *s, ons_id procedure, const ons_store_decision *d,
                                   size_t n, ons_err *err);

/* ---- records with times ---- */

typedef struct ons_store_run {
    int64_t id;
    ons_str version, command;
    uint64_t seed;
    size_t threads;
    int64_t start_ms, end_ms; /* end 0: it did not end by itself */
    int exit_status;
} ons_store_run;
ons_status ons_store_begin_run(ons_store *s, ons_store_run *run, ons_err *err);
ons_status ons_store_end_run(ons_store *s, const ons_store_run *run, ons_err *err);
ons_status ons_store_put_event(ons_store *s, int64_t run, int64_t time_ms, const char *kind,
                               const char *text, ons_err *err);

/* ---- looking into it, in canonical order ---- */

typedef ons_status ons_store_model_fn(void *ctx, const ons_store_model *m, ons_err *err);
typedef ons_status ons_store_task_fn(void *ctx, const ons_store_task *t, ons_err *err);
typedef ons_status ons_store_study_fn(void *ctx, const ons_store_study *t, ons_err *err);
typedef ons_status ons_store_sweep_fn(void *ctx, const ons_sweep_point *p, ons_err *err);
typedef ons_status ons_store_run_fn(void *ctx, const ons_store_run *r, ons_err *err);
ons_status ons_store_each_model(ons_store *s, ons_store_model_fn *f, void *ctx, ons_err *err);
ons_status ons_store_each_task(ons_store *s, ons_store_task_fn *f, void *ctx, ons_err *err);
ons_status ons_store_each_study(ons_store *s, ons_store_study_fn *f, void *ctx, ons_err *err);
ons_status ons_store_each_sweep(ons_store *s, ons_store_sweep_fn *f, void *ctx, ons_err *err);
ons_status ons_store_each_run(ons_store *s, ons_store_run_fn *f, void *ctx, ons_err *err);

#endif
