/* Skills on numbers: additions, and the sum of digits modulo 10, directly and by
 * running sums. */
#include <stdio.h>

#include "task/skill_priv.h"

#define N_DIGITS 5

/* 23+58= -> 81 */
static void draw_add(ons_rng *rng, uint32_t low, uint32_t n, ons_skill_item *it)
{
    uint32_t a = low + ons_rng_below(rng, n), b = low + ons_rng_below(rng, n);
    ons_item_ask_number(it, a);
    ons_item_ask_char(it, '+');
    ons_item_ask_number(it, b);
    ons_item_ask_char(it, '=');
    ons_item_tell_number(it, a + b);
    char ta[12], tb[12];
    (void)snprintf(ta, sizeof ta, "%u", a);
    (void)snprintf(tb, sizeof tb, "%u", b);
    ons_item_split_pair(it, ta, tb);
}

void ons_draw_add_2(ons_rng *rng, ons_skill_item *it) { draw_add(rng, 10, 90, it); }
void ons_draw_add_3(ons_rng *rng, ons_skill_item *it) { draw_add(rng, 100, 900, it); }

/* D75938= -> 2, T75938= -> 2142: the sums after the 2nd to 5th digit, modulo 10.
 * No plus signs: operand and running sum stand at one constant distance. */
static void draw_digit_sum(ons_rng *rng, bool steps, ons_skill_item *it)
{
    char digit[N_DIGITS];
    uint32_t sum = 0;
    ons_item_ask_char(it, steps ? 'T' : 'D');
    for (size_t i = 0; i < N_DIGITS; i++) {
        uint32_t d = ons_rng_below(rng, 10);
        digit[i] = (char)('0' + d);
        ons_item_ask_char(it, digit[i]);
        sum = (sum + d) % 10;
        if (i == N_DIGITS - 1) it->answer_at = it->target_len;
        if (i == N_DIGITS - 1 || (steps && i > 0)) ons_item_tell_char(it, (char)('0' + sum));
    }
    ons_item_ask_char(it, '=');
    ons_item_split(it, digit, N_DIGITS);
}

void ons_draw_digit_sum(ons_rng *rng, ons_skill_item *it) { draw_digit_sum(rng, false, it); }
void ons_draw_digit_sum_steps(ons_rng *rng, ons_skill_item *it) { draw_digit_sum(rng, true, it); }
