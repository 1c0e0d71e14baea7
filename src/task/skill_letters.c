/* Skills on strings of letters: copy, reverse, sort. */
#include <string.h>

#include "task/skill_priv.h"

void ons_draw_letters(ons_rng *rng, char *buf, size_t n)
{
    for (size_t i = 0; i < n; i++) buf[i] = (char)('a' + ons_rng_below(rng, 26));
    buf[n] = '\0';
}

void ons_item_ask_about(ons_skill_item *it, const char *mark, const char *text)
{
    ons_item_ask(it, mark);
    ons_item_ask(it, text);
    ons_item_ask_char(it, '=');
    ons_item_split(it, text, strlen(text));
}

/* c:kfjwe= -> kfjwe */
void ons_draw_copy(ons_rng *rng, ons_skill_item *it)
{
    char text[9];
    ons_draw_letters(rng, text, 3 + ons_rng_below(rng, 6));
    ons_item_ask_about(it, "c:", text);
    ons_item_tell(it, text);
}

/* r:kfjwe= -> ewjfk */
void ons_draw_reverse(ons_rng *rng, ons_skill_item *it)
{
    char text[9];
    const size_t n = 3 + ons_rng_below(rng, 6);
    ons_draw_letters(rng, text, n);
    ons_item_ask_about(it, "r:", text);
    for (size_t i = n; i-- > 0;) ons_item_tell_char(it, text[i]);
}

/* s:kfjwe= -> efjkw */
void ons_draw_sort(ons_rng *rng, ons_skill_item *it)
{
    char text[8];
    ons_draw_letters(rng, text, 3 + ons_rng_below(rng, 5));
    ons_item_ask_about(it, "s:", text);
    for (int c = 'a'; c <= 'z'; c++) {
        for (const char *p = text; *p; p++) {
            if (*p == c) ons_item_tell_char(it, *p);
        }
    }
}
