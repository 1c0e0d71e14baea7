/* Building one item of a skill; shared by the families of skills.
 *
 * A draw function starts from an item of zeros, writes prompt and target, and
 * names what the split is made by:
 *
 *   ons_item_ask(it, "c:"); … ons_item_tell(it, letters); ons_item_split(it, letters, n);
 *
 * Text beyond ONS_SKILL_DOC_MAX - 1 is dropped; test_skill.c holds that no skill
 * comes near it. */
#ifndef ONS_TASK_SKILL_PRIV_H
#define ONS_TASK_SKILL_PRIV_H

#include "task/skill.h"

void ons_item_ask(ons_skill_item *it, const char *text);
void ons_item_ask_char(ons_skill_item *it, char c);
void ons_item_ask_number(ons_skill_item *it, uint32_t v);
void ons_item_tell(ons_skill_item *it, const char *text);
void ons_item_tell_char(ons_skill_item *it, char c);
void ons_item_tell_number(ons_skill_item *it, uint32_t v);

/* The split is decided by what the question is about and not by the letter of
 * the skill, so that skills that ask about the same thing share one split. */
void ons_item_split(ons_skill_item *it, const char *key, size_t n);
/* Of an unordered pair: (a, b) and (b, a) lie on the same side. */
void ons_item_split_pair(ons_skill_item *it, const char *a, const char *b);

/* What the side of the split is decided by. */
uint64_t ons_skill_hash64(const char *p, size_t n);

/* As ons_skill_draw and ons_skill_test_set, for skills with `own`. */
void ons_own_draw(const ons_skill *s, ons_split side, ons_rng *rng, ons_skill_item *ret_item);
ons_status ons_own_test_set(const ons_skill *s, size_t n, ons_arena *a, ons_skill_set *ret_set,
                            ons_err *err);

/* n letters 'a' to 'z'; buf has room for n and a NUL. */
void ons_draw_letters(ons_rng *rng, char *buf, size_t n);

/* prompt: MARK TEXT '='; the split is made by TEXT. */
void ons_item_ask_about(ons_skill_item *it, const char *mark, const char *text);

/* The families; rows of the table in skill.c. */
typedef void ons_draw_fn(ons_rng *rng, ons_skill_item *it);
ons_draw_fn ons_draw_copy, ons_draw_reverse, ons_draw_sort;
ons_draw_fn ons_draw_unscramble, ons_draw_ipa;
ons_draw_fn ons_draw_add_1, ons_draw_add_2, ons_draw_add_3, ons_draw_add_3_steps, ons_draw_sub_2;
ons_draw_fn ons_draw_mul_2x1, ons_draw_mul_2x2, ons_draw_mod;
ons_draw_fn ons_draw_digit_sum, ons_draw_digit_sum_steps;
ons_draw_fn ons_draw_wic;
ons_draw_fn ons_draw_recall, ons_draw_few_shot_rule;

#endif
