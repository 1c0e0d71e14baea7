/* Skills: generated tasks with a known truth. A skill draws items without end;
 * a hash of the item decides which side of the split it lies on, so the items a
 * model is trained on and the ones it is tested on are disjoint by construction.
 * A user's own skill (task/exchange/skills_jsonl.h) draws from two lists of items
 * instead, and is used in the same way.
 *
 * A document of a skill is PROMPT TARGET end-of-text; the loss is on TARGET and
 * end-of-text. In a step-by-step skill the answer is the end of the target
 * ("2142": running sums, answer "2"); elsewhere the target is the answer.
 *
 * Pure; thread-safe (the table and the lists are constant, the generator is the caller's). */
#ifndef ONS_TASK_SKILL_H
#define ONS_TASK_SKILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/rng.h"
#include "base/slice.h"
#include "base/status.h"

/* Longest prompt + target + end-of-text of any skill, in characters (= tokens). */
#define ONS_SKILL_DOC_MAX  128
#define ONS_SHOTS_ANY      UINT32_MAX /* few-shot skills: as many examples as the draw decides */
#define ONS_SKILLS_OWN_MAX 64         /* in one file */
#define ONS_SHOTS_MAX      8          /* examples that a few-shot skill can show */

typedef enum ons_split { ONS_SPLIT_TRAIN, ONS_SPLIT_TEST } ons_split;

/* Printable ASCII, NUL-terminated. */
typedef struct ons_skill_item {
    char prompt[ONS_SKILL_DOC_MAX];
    char target[ONS_SKILL_DOC_MAX];
    uint8_t prompt_len, target_len;
    uint32_t shots;    /* examples that a few-shot skill is to show; the draw reads it */
    uint8_t answer_at; /* the answer is target[answer_at..target_len) */
    uint64_t
        split_hash; /* of the item without the skill's letter; built-in: % held_out == 0: test */
} ons_skill_item;

typedef enum ons_answers {
    ONS_ANSWERS_OPEN,    /* any text: a guess that does not look is never right */
    ONS_ANSWERS_FEW,     /* few and not equally likely: the most frequent one is the best guess */
    ONS_ANSWERS_BALANCED /* few, and the items asked hold each equally often */
} ons_answers;

/* A question of a user's own and its answer; NUL-terminated as well. */
typedef struct ons_skill_pair {
    ons_str prompt, answer;
} ons_skill_pair;

/* The items of a user's own skill. Both lists hold 1 to UINT32_MAX of them. */
typedef struct ons_skill_own {
    const ons_skill_pair *train, *test;
    size_t n_train, n_test;
    double chance; /* as the user says; NaN: the share of the most frequent answer */
    ons_id hash;   /* of the name, the chance, and all items in their order */
} ons_skill_own;

typedef struct ons_skill ons_skill;
struct ons_skill {
    const char *name;  /* "digit_sum_steps" */
    const char *about; /* one line for people */
    bool steps;        /* the target is a chain that ends in the answer */
    ons_answers answers;
    uint32_t n_answers;       /* balanced ones: how many */
    uint32_t held_out;        /* one item in so many is held out: fewer where there are few items */
    uint32_t shots;           /* examples unless asked otherwise; 0: no few-shot skill */
    const ons_skill_own *own; /* NULL: a built-in skill */
    /* Draws one item of either side of the split into zeros but for shots; NULL with `own`. */
    void (*draw)(ons_rng *rng, ons_skill_item *ret_item);
};

size_t ons_skill_count(void);
const ons_skill *ons_skill_at(size_t i);
/* NULL if there is none of that name. */
const ons_skill *ons_skill_find(ons_str name);

/* A user's own skills beside the built-in ones; borrowed from the arena they were read into. */
typedef struct ons_skill_list {
    const ons_skill *skill;
    size_t n; /* at most ONS_SKILLS_OWN_MAX */
} ons_skill_list;

/* Built-in or own (NULL: there are no own ones); NULL if there is none of that name. */
const ons_skill *ons_skill_lookup(const ons_skill_list *own, ons_str name);
/* For "did you mean": the nearest name of either kind, or NULL. */
const char *ons_skill_nearest(const ons_skill_list *own, ons_str name);

/* One item of the wanted side. */
void ons_skill_draw(const ons_skill *s, ons_split side, uint32_t shots, ons_rng *rng,
                    ons_skill_item *ret_item);

typedef struct ons_skill_set {
    ons_skill_item *item;
    size_t n;
    double chance;
} ons_skill_set;

/* The held-out items that every model is asked: distinct, the same for every call with
 * the same (skill, shots, n), balanced over the answers where the skill says so. Fewer than n
 * where the skill has fewer (one-digit addition); shots: 0 but for few-shot skills.
 * chance: expected share right of the best guess that does not look at the question, on these
 * very items: the share of the most frequent answer, 0 for open answers, what the user says for
 * own skills.
 * Errors: LIMIT if there are none, or too few of one answer to balance; NOMEM. */
ons_status ons_skill_test_set(const ons_skill *s, uint32_t shots, size_t n, ons_arena *a,
                              ons_skill_set *ret_set, ons_err *err);

#endif
