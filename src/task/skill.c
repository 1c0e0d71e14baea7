#include "task/skill.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "task/skill_priv.h"

/* In the order in which people see them. docs/howto-add-skill.md */
static const ons_skill skill[] = {
    {"copy", "3 to 8 letters written once more: c:kfjwe=kfjwe", false, 0, ons_draw_copy},
    {"sort", "3 to 7 letters in alphabetical order: s:kfjwe=efjkw", false, 0, ons_draw_sort},
    {"add_2", "the sum of two 2-digit numbers: 23+58=81", false, 0, ons_draw_add_2},
    {"add_3", "the sum of two 3-digit numbers: 423+158=581", false, 0, ons_draw_add_3},
    {"unscramble", "a common word from its shuffled letters: u:elpap=apple", false, 0,
     ons_draw_unscramble},
    {"wic", "does * mean the same in both contexts: v:qau*xkr*=y", false, 2, ons_draw_wic},
    {"digit_sum", "the sum of five digits modulo 10, at once: D75938=2", false, 10,
     ons_draw_digit_sum},
    {"digit_sum_steps", "the same by running sums, answer last: T75938=2142", true, 10,
     ons_draw_digit_sum_steps},
};
#define N_SKILLS (sizeof skill / sizeof skill[0])

#define SPLIT_ONE_IN      8      /* one item in eight is held out */
#define ANSWERS_MAX       64     /* of a closed skill */
#define DRAWS_WITHOUT_NEW 200000 /* then a skill's held-out items count as exhausted */

size_t ons_skill_count(void) { return N_SKILLS; }
const ons_skill *ons_skill_at(size_t i) { return i < N_SKILLS ? &skill[i] : NULL; }

const ons_skill *ons_skill_find(ons_str name)
{
    for (size_t i = 0; i < N_SKILLS; i++) {
        if (ons_str_eq(name, (ons_str){skill[i].name, strlen(skill[i].name)})) return &skill[i];
    }
    return NULL;
}

static void add_char(char *text, uint8_t *n, char c)
{
    if (*n < ONS_SKILL_DOC_MAX - 1) text[(*n)++] = c;
}
void ons_item_ask_char(ons_skill_item *it, char c) { add_char(it->prompt, &it->prompt_len, c); }
void ons_item_tell_char(ons_skill_item *it, char c) { add_char(it->target, &it->target_len, c); }
void ons_item_ask(ons_skill_item *it, const char *text)
{
    for (; *text; text++) ons_item_ask_char(it, *text);
}
void ons_item_tell(ons_skill_item *it, const char *text)
{
    for (; *text; text++) ons_item_tell_char(it, *text);
}
void ons_item_ask_number(ons_skill_item *it, uint32_t v)
{
    char text[12];
    (void)snprintf(text, sizeof text, "%u", v);
    ons_item_ask(it, text);
}
void ons_item_tell_number(ons_skill_item *it, uint32_t v)
{
    char text[12];
    (void)snprintf(text, sizeof text, "%u", v);
    ons_item_tell(it, text);
}

static uint64_t hash64(const char *p, size_t n)
{
    ons_id id = ons_hash((ons_bytes){(const uint8_t *)p, n});
    uint64_t v = 0;
    for (size_t i = 0; i < 8; i++) v = v << 8 | id.byte[i];
    return v;
}

void ons_item_split(ons_skill_item *it, const char *key, size_t n)
{
    it->split_hash = hash64(key, n);
}

void ons_item_split_pair(ons_skill_item *it, const char *a, const char *b)
{
    bool swap = strcmp(a, b) > 0;
    char key[2 * ONS_SKILL_DOC_MAX];
    int n = snprintf(key, sizeof key, "%s,%s", swap ? b : a, swap ? a : b);
    ons_item_split(it, key, n > 0 ? (size_t)n : 0);
}

void ons_skill_draw(const ons_skill *s, ons_split side, ons_rng *rng, ons_skill_item *ret_item)
{
    do {
        *ret_item = (ons_skill_item){0};
        s->draw(rng, ret_item);
    } while ((ret_item->split_hash % SPLIT_ONE_IN == 0) != (side == ONS_SPLIT_TEST));
}

/* How often each answer of a closed skill stands in the set so far. */
typedef struct tally {
    struct {
        const char *text; /* in the item that had it first */
        size_t n;
    } answer[ANSWERS_MAX];
    size_t n_answers, floor, n_extra; /* n_extra answers may have one more than floor */
} tally;

/* Whether an item with this answer still has room; if so, it is counted. */
static bool tally_take(tally *t, const ons_skill_item *it)
{
    const char *text = it->target + it->answer_at;
    size_t k = 0;
    while (k < t->n_answers && strcmp(t->answer[k].text, text) != 0) k++;
    size_t n = k < t->n_answers ? t->answer[k].n : 0;
    if (k == ANSWERS_MAX || n > t->floor || (n == t->floor && t->n_extra == 0)) return false;
    if (n == t->floor) t->n_extra--;
    if (k == t->n_answers) {
        t->answer[k].text = text;
        t->n_answers++;
    }
    t->answer[k].n = n + 1;
    return true;
}

static double tally_chance(const tally *t, size_t n)
{
    size_t most = 0;
    for (size_t k = 0; k < t->n_answers; k++) {
        if (t->answer[k].n > most) most = t->answer[k].n;
    }
    return n ? (double)most / (double)n : 0;
}

static bool seen_before(const ons_skill_item *item, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (item[i].split_hash == item[n].split_hash) return true;
    }
    return false;
}

ons_status ons_skill_test_set(const ons_skill *s, size_t n, ons_arena *a,
                              ons_skill_item **ret_items, double *ret_chance, ons_err *err)
{
    bool closed = s->n_answers > 0;
    tally t = {.floor = closed ? n / s->n_answers : 0, .n_extra = closed ? n % s->n_answers : 0};
    /* One stream for all skills: digit_sum and digit_sum_steps get the same digits. */
    ons_rng rng = ons_rng_make(0x7E57, n);
    ons_skill_item *item;
    ONS_TRY(ONS_NEW(a, n ? n : 1, &item, err));
    size_t n_items = 0;
    for (size_t in_vain = 0; n_items < n; in_vain++) {
        if (in_vain == DRAWS_WITHOUT_NEW) {
            ons_status st =
                ONS_FAIL(err, ONS_LIMIT, "skill '%s' has about %zu held-out items, %zu wanted",
                         s->name, n_items, n);
            return ons_err_hint(err, st, "fewer items");
        }
        ons_skill_draw(s, ONS_SPLIT_TEST, &rng, &item[n_items]);
        if (seen_before(item, n_items) || (closed && !tally_take(&t, &item[n_items]))) continue;
        n_items++;
        in_vain = 0;
    }
    *ret_items = item;
    *ret_chance = closed ? tally_chance(&t, n) : 0;
    return ONS_OK;
}
