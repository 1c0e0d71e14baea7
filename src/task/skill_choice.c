/* A skill with a hidden rule and two answers, after the task word-in-context:
 * does '*' mean the same in both contexts? */
#include <assert.h>

#include "task/skill_priv.h"

#define N_INFORMATIVE 16 /* 'a' to 'p' */
#define N_DISTRACTORS 10 /* 'q' to 'z' */
#define N_CONTEXT     3

/* Bit i: the sense that letter 'a' + i gives. Eight letters on either side, so
 * two letters drawn alike agree in exactly half the cases. */
#define SENSES 0xC99Au
#define POPCOUNT16(v)                                                                          \
    (((v)&1) + ((v) >> 1 & 1) + ((v) >> 2 & 1) + ((v) >> 3 & 1) + ((v) >> 4 & 1) +             \
     ((v) >> 5 & 1) + ((v) >> 6 & 1) + ((v) >> 7 & 1) + ((v) >> 8 & 1) + ((v) >> 9 & 1) +      \
     ((v) >> 10 & 1) + ((v) >> 11 & 1) + ((v) >> 12 & 1) + ((v) >> 13 & 1) + ((v) >> 14 & 1) + \
     ((v) >> 15 & 1))
static_assert(POPCOUNT16(SENSES) == N_INFORMATIVE / 2, "chance of wic must be exactly one half");

/* One letter of N_CONTEXT is informative; returns its sense. */
static unsigned draw_context(ons_rng *rng, char text[N_CONTEXT + 1])
{
    for (size_t i = 0; i < N_CONTEXT; i++)
        text[i] = (char)('q' + ons_rng_below(rng, N_DISTRACTORS));
    uint32_t letter = ons_rng_below(rng, N_INFORMATIVE);
    text[ons_rng_below(rng, N_CONTEXT)] = (char)('a' + letter);
    text[N_CONTEXT] = '\0';
    return SENSES >> letter & 1;
}

/* v:qau*xkr*= -> y or n */
void ons_draw_wic(ons_rng *rng, ons_skill_item *it)
{
    char a[N_CONTEXT + 1], b[N_CONTEXT + 1];
    unsigned sense_a = draw_context(rng, a), sense_b = draw_context(rng, b);
    ons_item_ask(it, "v:");
    ons_item_ask(it, a);
    ons_item_ask_char(it, '*');
    ons_item_ask(it, b);
    ons_item_ask(it, "*=");
    ons_item_tell_char(it, sense_a == sense_b ? 'y' : 'n');
    ons_item_split_pair(it, a, b);
}
