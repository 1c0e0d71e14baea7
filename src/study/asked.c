#include "study/asked.h"

#include <string.h>

#include "base/parse.h"

typedef struct reader {
    ons_arena *arena;
    ons_task_item *item; /* [cap] */
    size_t n, cap;
} reader;

static ons_status copy(ons_arena *a, ons_str s, const char **ret_p, ons_err *err)
{
    char *p;
    ONS_TRY(ONS_NEW(a, s.len + 1, &p, err));
    if (s.len) memcpy(p, s.ptr, s.len);
    *ret_p = p;
    return ONS_OK;
}

static ons_status take_item(void *ctx, const ons_store_item *from, ons_err *err)
{
    reader *r = ctx;
    const char *prompt, *target;
    if (r->n == r->cap)
        return ONS_FAIL(err, ONS_FORMAT, "more than the %zu items that the task has", r->cap);
    ONS_TRY(copy(r->arena, from->prompt, &prompt, err));
    ONS_TRY(copy(r->arena, from->target, &target, err));
    r->item[r->n++] =
        (ons_task_item){{prompt, from->prompt.len}, {target, from->target.len}, from->answer_at};
    return ONS_OK;
}

/* A store of before items were kept: does a skill of ours ask them? */
static ons_status of_skill(const ons_store_task *t, ons_arena *a, ons_task *ret_task,
                           bool *ret_known, ons_err *err)
{
    const ons_skill *skill = ons_skill_find(t->name);
    const uint32_t most = skill && skill->shots ? ONS_SHOTS_MAX : 0;
    *ret_known = false;
    for (uint32_t shots = 0; skill && !*ret_known && shots <= most; shots++) {
        const ons_status s = ons_task_of_skill(skill, shots, t->n_items, a, ret_task, err);
        if (s == ONS_NOMEM) return s; /* else a number of items no skill has: not ours */
        *ret_known = s == ONS_OK && ons_id_eq(ret_task->hash, t->hash);
    }
    return ONS_OK;
}

ons_status ons_asked_task(ons_store *s, const ons_store_task *t, ons_arena *a, ons_task *ret_task,
                          bool *ret_known, ons_err *err)
{
    reader r = {.arena = a};
    *ret_known = false;
    /* Room for the rows that are there: the number in t is only the store's word. */
    ONS_TRY(ons_store_count_items(s, t->hash, &r.cap, err));
    if (r.cap == 0) return of_skill(t, a, ret_task, ret_known, err);
    ONS_TRY(ONS_NEW(a, r.cap, &r.item, err));
    ONS_TRY(ons_store_each_item(s, t->hash, take_item, &r, err));
    ons_task task = {.version = t->version, .chance = t->chance, .hash = t->hash};
    ONS_TRY(copy(a, t->name, &task.name, err));
    ONS_TRY(copy(a, t->about, &task.about, err));
    task.item = r.item;
    task.n_items = r.n;
    if (!ons_task_remake(&task))
        return ONS_FAIL(err, ONS_FORMAT,
                        "the items of task %s in the store are not those that were asked",
                        task.name);
    *ret_task = task;
    *ret_known = true;
    return ONS_OK;
}
