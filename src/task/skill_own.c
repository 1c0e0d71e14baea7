/* Skills of a user's own: items from two lists instead of a generator. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "task/skill_priv.h"

static void set_item(const ons_skill_pair *p, ons_skill_item *it)
{
    *it = (ons_skill_item){.prompt_len = 0};
    ons_item_ask(it, p->prompt.ptr);
    ons_item_tell(it, p->answer.ptr);
    ons_item_split(it, p->prompt.ptr, p->prompt.len);
}

void ons_own_draw(const ons_skill *s, ons_split side, ons_rng *rng, ons_skill_item *ret_item)
{
    const bool test = side == ONS_SPLIT_TEST;
    const ons_skill_pair *list = test ? s->own->test : s->own->train;
    const size_t n = test ? s->own->n_test : s->own->n_train;
    set_item(&list[ons_rng_below(rng, (uint32_t)n)], ret_item);
}

typedef struct target {
    const char *text;
} target;

static int by_text(const void *a, const void *b)
{
    const target *x = a, *y = b;
    return strcmp(x->text, y->text);
}

/* The share of the most frequent answer. */
static ons_status most_frequent(const ons_skill_set *set, ons_arena *a, double *ret_share,
                                ons_err *err)
{
    target *t;
    size_t most = 0;
    ONS_TRY(ONS_NEW(a, set->n, &t, err));
    for (size_t i = 0; i < set->n; i++) t[i].text = set->item[i].target;
    qsort(t, set->n, sizeof *t, by_text);
    for (size_t i = 0, same = 0; i < set->n; i++) {
        same = i && by_text(&t[i - 1], &t[i]) == 0 ? same + 1 : 1;
        if (same > most) most = same;
    }
    *ret_share = (double)most / (double)set->n;
    return ONS_OK;
}

/* The first n of one fixed shuffle: a file in some order gives no one-sided sample, and fewer
 * items are some of those of a larger number. */
ons_status ons_own_test_set(const ons_skill *s, size_t n, ons_arena *a, ons_skill_set *ret_set,
                            ons_err *err)
{
    const size_t n_all = s->own->n_test;
    ons_rng rng = ons_rng_make(0x7E57, 0);
    ons_skill_set set = {.n = n < n_all ? n : n_all, .chance = s->own->chance};
    uint32_t *order;
    if (n == 0)
        return ONS_FAIL(err, ONS_LIMIT, "0 items of skill '%s', allowed 1 or more", s->name);
    ONS_TRY(ONS_NEW(a, n_all, &order, err));
    ONS_TRY(ONS_NEW(a, set.n, &set.item, err));
    for (size_t i = 0; i < n_all; i++) order[i] = (uint32_t)i;
    for (size_t i = 0; i < set.n; i++) {
        const size_t j = i + ons_rng_below(&rng, (uint32_t)(n_all - i));
        const uint32_t chosen = order[j];
        order[j] = order[i];
        order[i] = chosen;
        set_item(&s->own->test[chosen], &set.item[i]);
    }
    if (isnan(set.chance)) ONS_TRY(most_frequent(&set, a, &set.chance, err));
    *ret_set = set;
    return ONS_OK;
}
