#include "task/task.h"

#include "base/parse.h"

#define SKILL_TASK_VERSION 1

static void set_metrics(ons_task *t)
{
    t->metric[t->n_metrics++] = (ons_task_metric){"exact_match", "logprob", NULL, true, false};
    t->metric[t->n_metrics++] = (ons_task_metric){"logprob", NULL, "nats", false, false};
    if (!t->steps) return;
    t->metric[t->n_metrics++] =
        (ons_task_metric){"chain_exact_match", "chain_logprob", NULL, false, true};
    t->metric[t->n_metrics++] = (ons_task_metric){"chain_logprob", NULL, "nats", false, true};
}

static ons_id hash_of(const ons_task *t)
{
    ons_hasher h;
    ons_hasher_init(&h);
    ons_hasher_str(&h, ons_str_of(t->name));
    ons_hasher_u64(&h, t->version);
    for (size_t i = 0; i < t->n_items; i++) {
        ons_hasher_str(&h, t->item[i].prompt);
        ons_hasher_str(&h, t->item[i].target);
        ons_hasher_u64(&h, t->item[i].answer_at);
    }
    return ons_hasher_end(&h);
}

ons_status ons_task_of_skill(const ons_skill *s, size_t n_items, ons_arena *a, ons_task *ret_task,
                             ons_err *err)
{
    ons_task t = {.name = s->name,
                  .about = s->about,
                  .version = SKILL_TASK_VERSION,
                  .steps = s->steps,
                  .n_items = n_items};
    ons_skill_item *drawn;
    ons_task_item *item;
    ONS_TRY(ons_skill_test_set(s, n_items, a, &drawn, &t.chance, err));
    ONS_TRY(ONS_NEW(a, n_items, &item, err));
    for (size_t i = 0; i < n_items; i++)
        item[i] = (ons_task_item){{drawn[i].prompt, drawn[i].prompt_len},
                                  {drawn[i].target, drawn[i].target_len},
                                  drawn[i].answer_at};
    t.item = item;
    set_metrics(&t);
    t.hash = hash_of(&t);
    *ret_task = t;
    return ONS_OK;
}
