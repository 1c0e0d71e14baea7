#include "study/rescore.h"

#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "run/score.h"
#include "study/asked.h"

typedef struct pair {
    ons_id model, task;
} pair;

/* What the store knows of, gathered before anything is computed: its callbacks may not call it. */
typedef struct rescore {
    ons_store *store;
    ons_arena arena;
    ons_store_model *model;
    ons_store_task *task;
    pair *pair;
    size_t n_models, n_tasks, n_pairs;
    ons_rescore told;
    ons_buf *changes;
} rescore;

static ons_status copy(ons_arena *a, ons_str *s, ons_err *err)
{
    char *p;
    ONS_TRY(ONS_NEW(a, s->len + 1, &p, err));
    if (s->len) memcpy(p, s->ptr, s->len);
    s->ptr = p;
    return ONS_OK;
}

static ons_status take_model(void *ctx, const ons_store_model *m, ons_err *err)
{
    rescore *r = ctx;
    ONS_TRY(ONS_GROW(&r->arena, &r->model, r->n_models, err));
    ons_store_model *to = &r->model[r->n_models++];
    *to = *m;
    ONS_TRY(copy(&r->arena, &to->family, err));
    ONS_TRY(copy(&r->arena, &to->name, err));
    ONS_TRY(copy(&r->arena, &to->seed, err));
    to->recipe = ONS_S("");
    return ONS_OK;
}

static ons_status take_task(void *ctx, const ons_store_task *t, ons_err *err)
{
    rescore *r = ctx;
    ONS_TRY(ONS_GROW(&r->arena, &r->task, r->n_tasks, err));
    ons_store_task *to = &r->task[r->n_tasks++];
    *to = *t;
    ONS_TRY(copy(&r->arena, &to->name, err));
    return copy(&r->arena, &to->about, err);
}

static ons_status take_pair(void *ctx, ons_id model, ons_id task, ons_err *err)
{
    rescore *r = ctx;
    ONS_TRY(ONS_GROW(&r->arena, &r->pair, r->n_pairs, err));
    r->pair[r->n_pairs++] = (pair){model, task};
    return ONS_OK;
}

/* The stored row of one metric. */
typedef struct finder {
    ons_str metric;
    bool found;
    double score, std_err, n_items, chance;
} finder;

static ons_status find_metric(void *ctx, const ons_score *s, ons_err *err)
{
    (void)err;
    finder *f = ctx;
    if (!ons_str_eq(s->metric, f->metric)) return ONS_OK;
    f->found = true;
    f->score = s->score;
    f->std_err = s->std_err;
    f->n_items = s->n_items;
    f->chance = s->random_baseline;
    return ONS_OK;
}

static bool unchanged(const finder *f, const ons_score *row)
{
    return f->found && ons_same_number(f->score, row->score) &&
           ons_same_number(f->std_err, row->std_err) && ons_same_number(f->n_items, row->n_items) &&
           ons_same_number(f->chance, row->random_baseline);
}

static void tell_change(rescore *r, const finder *f, const ons_score *row)
{
    ons_buf_printf(r->changes, ONS_STR_FMT ", " ONS_STR_FMT ", " ONS_STR_FMT ": ",
                   ONS_STR(row->model), ONS_STR(row->task), ONS_STR(row->metric));
    if (!f->found)
        ons_buf_printf(r->changes, "there was no score, it is %.6g\n", row->score);
    else if (ons_same_number(f->score, row->score))
        ons_buf_printf(r->changes,
                       "standard error, items and chance were %.6g, %.6g, %.6g, are %.6g, %.6g, "
                       "%.6g\n",
                       f->std_err, f->n_items, f->chance, row->std_err, row->n_items,
                       row->random_baseline);
    else
        ons_buf_printf(r->changes, "%.6g was in the store, the responses give %.6g\n", f->score,
                       row->score);
}

static ons_status rescore_row(rescore *r, const pair *p, const ons_score *row, ons_err *err)
{
    finder f = {.metric = row->metric};
    ONS_TRY(ons_store_each_score_of(r->store, p->model, p->task, find_metric, &f, err));
    r->told.n_scores++;
    if (unchanged(&f, row)) return ONS_OK;
    r->told.n_changed++;
    tell_change(r, &f, row);
    ONS_TRY(ons_buf_status(r->changes, err));
    return ons_store_put_score(r->store, p->model, p->task, row, err);
}

static const ons_store_model *model_of(const rescore *r, ons_id hash)
{
    for (size_t i = 0; i < r->n_models; i++)
        if (ons_id_eq(r->model[i].hash, hash)) return &r->model[i];
    return NULL;
}

/* All models that answered one task, so that the task is made once. */
static ons_status rescore_task(rescore *r, const ons_store_task *t, ons_arena *a, ons_err *err)
{
    ons_task task;
    bool known;
    ONS_TRY(ons_asked_task(r->store, t, a, &task, &known, err));
    for (size_t i = 0; i < r->n_pairs; i++) {
        const ons_store_model *who = model_of(r, r->pair[i].model);
        if (!ons_id_eq(r->pair[i].task, t->hash) || !who) continue;
        r->told.n_unknown += !known;
        if (!known) continue;
        ons_arena responses;
        ons_score row[ONS_TASK_METRICS_MAX];
        size_t missing = 0;
        ons_arena_init(&responses, 0);
        ons_status s = ons_score_responses(r->store, who, &task, &responses, row, &missing, err);
        ons_arena_clear(&responses);
        ONS_TRY(s);
        r->told.n_incomplete += missing < task.n_items;
        for (size_t m = 0; missing == task.n_items && m < task.n_metrics; m++)
            ONS_TRY(rescore_row(r, &r->pair[i], &row[m], err));
    }
    return ONS_OK;
}

static ons_status rescore_all(rescore *r, ons_err *err)
{
    ONS_TRY(ons_store_each_model(r->store, take_model, r, err));
    ONS_TRY(ons_store_each_task(r->store, take_task, r, err));
    ONS_TRY(ons_store_each_answered(r->store, take_pair, r, err));
    for (size_t i = 0; i < r->n_tasks; i++) {
        ons_arena a;
        ons_arena_init(&a, 0);
        ons_status s = rescore_task(r, &r->task[i], &a, err);
        ons_arena_clear(&a);
        ONS_TRY(s);
    }
    return ONS_OK;
}

ons_status ons_rescore_store(ons_store *s, ons_rescore *ret_r, ons_buf *changes, ons_err *err)
{
    rescore r = {.store = s, .changes = changes};
    ons_arena_init(&r.arena, 0);
    ons_status st = rescore_all(&r, err);
    ons_arena_clear(&r.arena);
    if (st == ONS_OK) *ret_r = r.told;
    return st;
}
