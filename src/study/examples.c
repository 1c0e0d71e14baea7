#include "study/examples.h"

#include <string.h>

#include "base/parse.h"
#include "study/asked.h"
#include "task/task.h"

/* The first answer with text, of one model to one item. */
typedef struct finder {
    ons_arena *arena;
    size_t item;
    bool found;
    ons_str text;
} finder;

static ons_status find_text(void *ctx, const ons_response *r, ons_err *err)
{
    finder *f = ctx;
    if (f->found || r->item != f->item || r->kind != ONS_RESPONSE_GENERATION) return ONS_OK;
    char *p;
    ONS_TRY(ONS_NEW(f->arena, r->text.len + 1, &p, err));
    memcpy(p, r->text.ptr, r->text.len);
    f->text = (ons_str){p, r->text.len};
    f->found = true;
    return ONS_OK;
}

/* Models of a family come from the store by size, then seed: the first of the first,
 * the middle and the last size. */
static size_t pick_models(const ons_results *r, ons_str family, size_t pick[3])
{
    size_t first[ONS_POINTS_MAX], n = 0;
    for (size_t i = 0; i < r->n_models && n < ONS_POINTS_MAX; i++) {
        if (!ons_str_eq(r->model[i].family, family)) continue;
        if (n && r->model[first[n - 1]].params >= r->model[i].params) continue;
        first[n++] = i;
    }
    if (n == 0) return 0;
    pick[0] = first[0];
    pick[1] = first[n / 2];
    pick[2] = first[n - 1];
    return n < 3 ? 1 : 3;
}

/* The task whose items the store was asked, made again; *ret_known: its questions are known. */
static ons_status make_task(const ons_results *r, ons_store *s, const ons_study_series *series,
                            ons_arena *a, ons_task *ret_task, bool *ret_known, ons_err *err)
{
    *ret_known = false;
    for (size_t i = 0; !*ret_known && i < r->n_tasks; i++) {
        if (!ons_str_eq(r->task[i].name, series->task)) continue;
        ons_status st = ons_asked_task(s, &r->task[i], a, ret_task, ret_known, NULL);
        if (st == ONS_FORMAT) return ONS_OK; /* a page is worth having without its example */
        if (st != ONS_OK) return ons_asked_task(s, &r->task[i], a, ret_task, ret_known, err);
        *ret_known = *ret_known && (double)ret_task->shots == series->shots;
    }
    return ONS_OK;
}

static ons_status fill(ons_results *r, ons_store *s, const ons_study_series *series,
                       ons_report_example *e, ons_err *err)
{
    ons_task task;
    size_t pick[3];
    bool known;
    if (!series->primary) return ONS_OK;
    ONS_TRY(make_task(r, s, series, &r->arena, &task, &known, err));
    if (!known || task.n_items == 0) return ONS_OK;
    size_t n = pick_models(r, series->family, pick);
    e->question = task.item[0].prompt;
    e->gold = task.item[0].target;
    for (size_t i = 0; i < n; i++) {
        finder f = {.arena = &r->arena, .item = 0};
        ONS_TRY(ons_store_each_response(s, r->model_hash[pick[i]], task.hash, find_text, &f, err));
        if (!f.found) continue;
        const ons_report_model *m = &r->model[pick[i]];
        ons_str gold = {e->gold.ptr + task.item[0].answer_at, e->gold.len - task.item[0].answer_at};
        bool long_enough = f.text.len >= gold.len;
        bool right =
            task.steps
                ? long_enough &&
                      ons_str_eq((ons_str){f.text.ptr + f.text.len - gold.len, gold.len}, gold)
                : ons_str_eq(f.text, e->gold);
        e->answer[e->n_answers++] = (ons_report_answer){
            .model = m->name, .params = m->params, .text = f.text, .right = right};
    }
    return ONS_OK;
}

ons_status ons_examples_fetch(ons_results *r, ons_store *s, ons_err *err)
{
    if (!r->model_hash) return ONS_OK;
    for (size_t i = 0; i < r->set.n; i++)
        ONS_TRY(fill(r, s, &r->set.series[i], &r->example[i], err));
    return ONS_OK;
}
