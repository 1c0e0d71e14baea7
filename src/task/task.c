#include "task/task.h"

#include <math.h>

#include "base/parse.h"

#define SKILL_TASK_VERSION 3

static void set_metrics(ons_task *t)
{
    t->metric[t->n_metrics++] = (ons_task_metric){"exact_match", "logprob", NULL, true, false};
    t->metric[t->n_metrics++] = (ons_task_metric){"logprob", NULL, "nats", false, false};
    if (!t->steps) return;
    t->metric[t->n_metrics++] =
        (ons_task_metric){"chain_exact_match", "chain_logprob", NULL, false, true};
    t->metric[t->n_metrics++] = (ons_task_metric){"chain_logprob", NULL, "nats", false, true};
}

/* said_chance: the chance level is a user's word, not a consequence of the items. */
static ons_id hash_of(const ons_task *t, bool said_chance)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_str(&h, ons_str_of(t->name));
    ons_hasher_u64(&h, t->version);
    ons_hasher_u64(&h, t->shots);
    for (size_t i = 0; i < t->n_items; i++) {
        ons_hasher_str(&h, t->item[i].prompt);
        ons_hasher_str(&h, t->item[i].target);
        ons_hasher_u64(&h, t->item[i].answer_at);
    }
    /* built-in skills and the share of an answer follow from the items, what a user says does not */
    if (said_chance) ons_hasher_f64(&h, t->chance);
    return ons_hasher_end(&h);
}

ons_status ons_task_of_skill(const ons_skill *s, uint32_t shots, size_t n_items, ons_arena *a,
                             ons_task *ret_task, ons_err *err)
{
    ons_skill_set set;
    ons_task_item *item;
    ONS_TRY(ons_skill_test_set(s, shots, n_items, a, &set, err));
    ONS_TRY(ONS_NEW(a, set.n, &item, err));
    for (size_t i = 0; i < set.n; i++)
        item[i] = (ons_task_item){{set.item[i].prompt, set.item[i].prompt_len},
                                  {set.item[i].target, set.item[i].target_len},
                                  set.item[i].answer_at};
    ons_task t = {.name = s->name,
                  .about = s->about,
                  .version = SKILL_TASK_VERSION,
                  .shots = shots,
                  .steps = s->steps,
                  .chance = set.chance,
                  .item = item,
                  .n_items = set.n};
    set_metrics(&t);
    t.hash = hash_of(&t, s->own && !isnan(s->own->chance));
    *ret_task = t;
    return ONS_OK;
}

bool ons_task_remake(ons_task *t)
{
    t->steps = false;
    t->n_metrics = 0;
    for (size_t i = 0; i < t->n_items; i++) {
        if (t->item[i].answer_at > t->item[i].target.len) return false;
        t->steps = t->steps || t->item[i].answer_at > 0;
    }
    set_metrics(t);
    for (t->shots = 0; t->shots <= ONS_SHOTS_MAX; t->shots++)
        for (int said = 0; said < 2; said++)
            if (ons_id_eq(hash_of(t, said), t->hash)) return true;
    return false;
}
