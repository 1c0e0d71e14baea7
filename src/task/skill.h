/* Skills: generated tasks with a known truth. A skill draws items without end;
 * a hash of the item decides which side of the split it lies on, so the items a
 * model is trained on and the ones it is tested on are disjoint by construction.
 *
 * A document of a skill is PROMPT TARGET end-of-text; the loss is on TARGET and
 * end-of-text. In a step-by-step skill the answer is the end of the target
 * ("2142": running sums, answer "2"); elsewhere the target is the answer.
 *
 * Pure; thread-safe (the table is constant, the generator is the caller's). */
#ifndef ONS_TASK_SKILL_H
#define ONS_TASK_SKILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rng.h"
#include "base/slice.h"
#include "base/status.h"

/* Longest prompt + target + end-of-text of any skill, in characters (= tokens). */
#define ONS_SKILL_DOC_MAX 64

typedef enum ons_split { ONS_SPLIT_TRAIN, ONS_SPLIT_TEST } ons_split;

/* Printable ASCII, NUL-terminated. */
typedef struct ons_skill_item {
    char prompt[ONS_SKILL_DOC_MAX];
    char target[ONS_SKILL_DOC_MAX];
    uint8_t prompt_len, target_len;
    uint8_t answer_at;   /* the answer is target[answer_at..target_len) */
    uint64_t split_hash; /* of the item without the skill's letter; % 8 == 0: test */
} ons_skill_item;

typedef struct ons_skill ons_skill;
struct ons_skill {
    const char *name;   /* "digit_sum_steps" */
    const char *about;  /* one line for people */
    bool steps;         /* the target is a chain that ends in the answer */
    uint32_t n_answers; /* > 0: closed answers (2 for yes/no, 10 for a digit); 0: open */
    /* Draws one item of either side of the split. */
    void (*draw)(ons_rng *rng, ons_skill_item *ret_item);
};

size_t ons_skill_count(void);
const ons_skill *ons_skill_at(size_t i);
/* NULL if there is none of that name. */
const ons_skill *ons_skill_find(ons_str name);

/* One item of the wanted side. */
void ons_skill_draw(const ons_skill *s, ons_split side, ons_rng *rng, ons_skill_item *ret_item);

/* The n held-out items that every model is asked: distinct, the same for every
 * call with the same (skill, n), balanced over the answers of closed skills.
 * ret_chance: expected share right of the best guess that does not look at the
 * question on these very items: the share of the most frequent answer of a closed
 * skill, 0 for open answers.
 * Errors: LIMIT if the skill has fewer than n distinct test items; NOMEM. */
ons_status ons_skill_test_set(const ons_skill *s, size_t n, ons_arena *a,
                              ons_skill_item **ret_items, double *ret_chance, ons_err *err);

#endif
