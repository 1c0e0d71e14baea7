#include "task/skill.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/parse.h"
#include "task/skill_priv.h"

/* steps, answers, how many, one in so many held out, examples, no list of items */
#define OPEN        false, ONS_ANSWERS_OPEN, 0, 8, 0, NULL
#define OPEN_STEPS  true, ONS_ANSWERS_OPEN, 0, 8, 0, NULL
#define OPEN_SHOTS  false, ONS_ANSWERS_OPEN, 0, 8, 2, NULL
#define FEW(one_in) false, ONS_ANSWERS_FEW, 0, one_in, 0, NULL
#define BALANCED(n) ONS_ANSWERS_BALANCED, n, 8, 0, NULL

/* In the order in which people see them. docs/howto-add-skill.md */
static const ons_skill skill[] = {
    {"copy", "3 to 8 letters written once more: c:kfjwe=kfjwe", OPEN, ons_draw_copy},
    {"reverse", "3 to 8 letters from the end: r:kfjwe=ewjfk", OPEN, ons_draw_reverse},
    {"sort", "3 to 7 letters in alphabetical order: s:kfjwe=efjkw", OPEN, ons_draw_sort},
    {"add_1", "the sum of two digits: 3+5=8", FEW(3), ons_draw_add_1},
    {"add_2", "the sum of two 2-digit numbers: 23+58=81", OPEN, ons_draw_add_2},
    {"add_3", "the sum of two 3-digit numbers: 423+158=581", OPEN, ons_draw_add_3},
    {"add_3_steps", "the same digit by digit with carries, answer last: S677+884=7401;...;1561",
     OPEN_STEPS, ons_draw_add_3_steps},
    {"sub_2", "the difference of two 2-digit numbers: 83-58=25", OPEN, ons_draw_sub_2},
    {"mul_2x1", "a 2-digit number times a digit: 23*5=115", OPEN, ons_draw_mul_2x1},
    {"mul_2x2", "the product of two 2-digit numbers: 23*45=1035", OPEN, ons_draw_mul_2x2},
    {"mod", "the remainder of a division by 3 to 9: 347%7=4", FEW(8), ons_draw_mod},
    {"unscramble", "a common word from its shuffled letters: u:elpap=apple", OPEN,
     ons_draw_unscramble},
    {"ipa", "how a word is said, a character for each phone: i:changes=CenJIz", OPEN, ons_draw_ipa},
    {"recall", "the value of a key that the prompt names: k:a3b7c1a3?b=7", false, BALANCED(10),
     ons_draw_recall},
    {"wic", "does * mean the same in both contexts: v:qau*xkr*=y", false, BALANCED(2),
     ons_draw_wic},
    {"few_shot_rule", "a shift that only the examples tell: f:ad,kn,?mqx=pta", OPEN_SHOTS,
     ons_draw_few_shot_rule},
    {"digit_sum", "the sum of five digits modulo 10, at once: D75938=2", false, BALANCED(10),
     ons_draw_digit_sum},
    {"digit_sum_steps", "the same by running sums, answer last: T75938=2142", true, BALANCED(10),
     ons_draw_digit_sum_steps},
};
#define N_SKILLS (sizeof skill / sizeof skill[0])

#define ANSWERS_MAX 64 /* of a closed skill */
/* Draws without a new item after which a skill's held-out items count as exhausted, for each item
 * found: one that is as likely as those is missed with probability exp(-DRAWS_WITHOUT_NEW). */
#define DRAWS_WITHOUT_NEW 50
#define DRAWS_IN_VAIN_MAX 200000

size_t ons_skill_count(void) { return N_SKILLS; }
const ons_skill *ons_skill_at(size_t i) { return i < N_SKILLS ? &skill[i] : NULL; }

const ons_skill *ons_skill_find(ons_str name)
{
    for (size_t i = 0; i < N_SKILLS; i++) {
        if (ons_str_eq(name, (ons_str){skill[i].name, strlen(skill[i].name)})) return &skill[i];
    }
    return NULL;
}

const ons_skill *ons_skill_lookup(const ons_skill_list *own, ons_str name)
{
    const ons_skill *found = ons_skill_find(name);
    for (size_t i = 0; !found && own && i < own->n; i++)
        if (ons_str_eq(name, ons_str_of(own->skill[i].name))) found = &own->skill[i];
    return found;
}

const char *ons_skill_nearest(const ons_skill_list *own, ons_str name)
{
    const char *known[N_SKILLS + ONS_SKILLS_OWN_MAX];
    size_t n = 0;
    for (size_t i = 0; i < N_SKILLS; i++) known[n++] = skill[i].name;
    for (size_t i = 0; own && i < own->n && i < ONS_SKILLS_OWN_MAX; i++)
        known[n++] = own->skill[i].name;
    return ons_str_nearest(name, known, n);
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

uint64_t ons_skill_hash64(const char *p, size_t n)
{
    ons_id id = ons_hash((ons_bytes){(const uint8_t *)p, n});
    uint64_t v = 0;
    for (size_t i = 0; i < 8; i++) v = v << 8 | id.byte[i];
    return v;
}

void ons_item_split(ons_skill_item *it, const char *key, size_t n)
{
    it->split_hash = ons_skill_hash64(key, n);
}

void ons_item_split_pair(ons_skill_item *it, const char *a, const char *b)
{
    bool swap = strcmp(a, b) > 0;
    char key[2 * ONS_SKILL_DOC_MAX];
    int n = snprintf(key, sizeof key, "%s,%s", swap ? b : a, swap ? a : b);
    ons_item_split(it, key, n > 0 ? (size_t)n : 0);
}

void ons_skill_draw(const ons_skill *s, ons_split side, uint32_t shots, ons_rng *rng,
                    ons_skill_item *ret_item)
{
    if (s->own) {
        ons_own_draw(s, side, rng, ret_item);
        return;
    }
    do {
        *ret_item = (ons_skill_item){.shots = shots};
        s->draw(rng, ret_item);
    } while ((ret_item->split_hash % s->held_out == 0) != (side == ONS_SPLIT_TEST));
}

/* How often each answer stands in the set so far. */
typedef struct tally {
    struct {
        const char *text; /* in the item that had it first */
        size_t n;
    } answer[ANSWERS_MAX];
    size_t n_answers, floor, n_extra; /* n_extra answers may have one more than floor */
} tally;

static tally tally_make(const ons_skill *s, size_t n)
{
    if (s->answers != ONS_ANSWERS_BALANCED) return (tally){.floor = n};
    return (tally){.floor = n / s->n_answers, .n_extra = n % s->n_answers};
}

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

/* By text: two words with the same letters are two questions. Hashes first: they lie close
 * together, and many draws are compared with many items. */
static bool seen_before(const ons_skill_item *item, uint64_t *seen, size_t n)
{
    seen[n] = ons_skill_hash64(item[n].prompt, item[n].prompt_len);
    for (size_t i = 0; i < n; i++) {
        if (seen[i] == seen[n] && item[i].prompt_len == item[n].prompt_len &&
            memcmp(item[i].prompt, item[n].prompt, item[n].prompt_len) == 0)
            return true;
    }
    return false;
}

static size_t draw_test_items(const ons_skill *s, uint32_t shots, size_t n, tally *t,
                              ons_skill_item *item, uint64_t *seen)
{
    /* One stream for all skills and n: digit_sum and digit_sum_steps get the same digits. */
    ons_rng rng = ons_rng_make(0x7E57, 0);
    size_t n_items = 0;
    for (size_t in_vain = 0; n_items < n; in_vain++) {
        if (in_vain == DRAWS_IN_VAIN_MAX || in_vain >= DRAWS_WITHOUT_NEW * (n_items + 16)) break;
        ons_skill_draw(s, ONS_SPLIT_TEST, shots, &rng, &item[n_items]);
        if (seen_before(item, seen, n_items)) continue;
        if (s->answers != ONS_ANSWERS_OPEN && !tally_take(t, &item[n_items])) continue;
        n_items++;
        in_vain = 0;
    }
    return n_items;
}

ons_status ons_skill_test_set(const ons_skill *s, uint32_t shots, size_t n, ons_arena *a,
                              ons_skill_set *ret_set, ons_err *err)
{
    if (s->own) return ons_own_test_set(s, n, a, ret_set, err);
    tally t = tally_make(s, n);
    ons_skill_set set = {.chance = 0};
    uint64_t *seen;
    ONS_TRY(ONS_NEW(a, n ? n : 1, &set.item, err));
    ONS_TRY(ONS_NEW(a, n ? n : 1, &seen, err));
    set.n = draw_test_items(s, shots, n, &t, set.item, seen);
    const bool balanced = s->answers == ONS_ANSWERS_BALANCED;
    if (set.n == 0 || (balanced && set.n < n)) {
        ons_status st =
            ONS_FAIL(err, ONS_LIMIT, "skill '%s' has about %zu held-out items, %zu wanted", s->name,
                     set.n, n);
        return ons_err_hint(err, st, "fewer items");
    }
    if (s->answers != ONS_ANSWERS_OPEN) set.chance = tally_chance(&t, set.n);
    *ret_set = set;
    return ONS_OK;
}
