/* Promises: a failure has its message and place; what is read can be drawn and asked, fits a
 * document, and nothing that is asked is taught. */
#include <stdlib.h>
#include <string.h>

#include "task/exchange/skills_jsonl.h"
#include "task/task.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const ons_skill_list *l, const ons_skill *s)
{
    ons_arena a;
    ons_task t;
    ons_rng rng = ons_rng_make(0, 0);
    ons_skill_item it;
    ons_arena_init(&a, 0);
    if (ons_task_of_skill(s, 0, 64, &a, &t, NULL) != ONS_OK || !(t.chance >= 0 && t.chance <= 1))
        abort();
    for (int i = 0; i < 16; i++) {
        ons_skill_draw(s, ONS_SPLIT_TRAIN, ONS_SHOTS_ANY, &rng, &it);
        if (!it.prompt_len || !it.target_len) abort();
        if (it.prompt_len + it.target_len >= ONS_SKILL_DOC_MAX) abort();
        for (size_t k = 0; k < t.n_items; k++)
            if (ons_str_eq(t.item[k].prompt, (ons_str){it.prompt, it.prompt_len})) abort();
    }
    if (ons_skill_lookup(l, (ons_str){s->name, strlen(s->name)}) != s) abort();
    ons_arena_clear(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ons_arena a;
    ons_skill_list l;
    ons_err err = ONS_ERR_INIT;
    ons_arena_init(&a, 256 << 20);
    const ons_status s =
        ons_skills_jsonl_read((ons_str){(const char *)data, size}, "f", &a, &l, &err);
    if (s != ONS_OK && (err.code != s || !err.what[0] || !err.where[0])) abort();
    for (size_t i = 0; s == ONS_OK && i < l.n; i++) check(&l, &l.skill[i]);
    ons_arena_clear(&a);
    return 0;
}
