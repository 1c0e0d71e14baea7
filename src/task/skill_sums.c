/* Skills on numbers: the four operations, and the sum of digits modulo 10, directly and by
 * running sums. */
#include <stdio.h>

#include "task/skill_priv.h"

#define N_DIGITS 5

/* prompt: MARK a SIGN b '=' */
static void ask_pair(ons_skill_item *it, const char *mark, uint32_t a, char sign, uint32_t b)
{
    ons_item_ask(it, mark);
    ons_item_ask_number(it, a);
    ons_item_ask_char(it, sign);
    ons_item_ask_number(it, b);
    ons_item_ask_char(it, '=');
}

/* The split does not see the skill: a pair that one of them is tested on is taught by none. */
static void split_pair(ons_skill_item *it, uint32_t a, uint32_t b)
{
    char ta[12], tb[12];
    (void)snprintf(ta, sizeof ta, "%u", a);
    (void)snprintf(tb, sizeof tb, "%u", b);
    ons_item_split_pair(it, ta, tb);
}

static uint32_t draw_between(ons_rng *rng, uint32_t low, uint32_t high)
{
    return low + ons_rng_below(rng, high - low + 1);
}

/* 23+58= -> 81 */
static void draw_add(ons_rng *rng, uint32_t low, uint32_t high, ons_skill_item *it)
{
    uint32_t a = draw_between(rng, low, high), b = draw_between(rng, low, high);
    ask_pair(it, "", a, '+', b);
    ons_item_tell_number(it, a + b);
    split_pair(it, a, b);
}

void ons_draw_add_1(ons_rng *rng, ons_skill_item *it) { draw_add(rng, 0, 9, it); }
void ons_draw_add_2(ons_rng *rng, ons_skill_item *it) { draw_add(rng, 10, 99, it); }
void ons_draw_add_3(ons_rng *rng, ons_skill_item *it) { draw_add(rng, 100, 999, it); }

/* S677+884= -> 7401;7816;6815;1561: for each digit, low to high, that of a, of b, the carry
 * that comes in, the digit of the sum; then the answer. */
void ons_draw_add_3_steps(ons_rng *rng, ons_skill_item *it)
{
    uint32_t a = draw_between(rng, 100, 999), b = draw_between(rng, 100, 999);
    ask_pair(it, "S", a, '+', b);
    split_pair(it, a, b);
    uint32_t carry = 0;
    for (uint32_t i = 0, x = a, y = b; i < 3; i++, x /= 10, y /= 10) {
        const uint32_t sum = x % 10 + y % 10 + carry;
        ons_item_tell_number(it, x % 10);
        ons_item_tell_number(it, y % 10);
        ons_item_tell_number(it, carry);
        ons_item_tell_number(it, sum % 10);
        ons_item_tell_char(it, ';');
        carry = sum / 10;
    }
    it->answer_at = it->target_len;
    ons_item_tell_number(it, a + b);
}

/* 83-58= -> 25, never below zero */
void ons_draw_sub_2(ons_rng *rng, ons_skill_item *it)
{
    uint32_t a = draw_between(rng, 10, 99), b = draw_between(rng, 10, 99);
    const uint32_t high = a > b ? a : b, low = a > b ? b : a;
    ask_pair(it, "", high, '-', low);
    ons_item_tell_number(it, high - low);
    split_pair(it, a, b);
}

/* 23*5= -> 115 */
static void draw_mul(ons_rng *rng, uint32_t low, uint32_t high, ons_skill_item *it)
{
    uint32_t a = draw_between(rng, 10, 99), b = draw_between(rng, low, high);
    ask_pair(it, "", a, '*', b);
    ons_item_tell_number(it, a * b);
    split_pair(it, a, b);
}

void ons_draw_mul_2x1(ons_rng *rng, ons_skill_item *it) { draw_mul(rng, 2, 9, it); }
void ons_draw_mul_2x2(ons_rng *rng, ons_skill_item *it) { draw_mul(rng, 10, 99, it); }

/* 347%7= -> 4 */
void ons_draw_mod(ons_rng *rng, ons_skill_item *it)
{
    uint32_t a = draw_between(rng, 10, 999), m = draw_between(rng, 3, 9);
    ask_pair(it, "", a, '%', m);
    ons_item_tell_number(it, a % m);
    split_pair(it, a, m);
}

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
