/* Skills on strings of letters: copy, sort, unscramble. */
#include <string.h>

#include "task/skill_priv.h"
#include "task/words.h"

void ons_draw_letters(ons_rng *rng, char *buf, size_t n)
{
    for (size_t i = 0; i < n; i++) buf[i] = (char)('a' + ons_rng_below(rng, 26));
    buf[n] = '\0';
}

static void ask_about(ons_skill_item *it, const char *mark, const char *text)
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
    ask_about(it, "c:", text);
    ons_item_tell(it, text);
}

/* s:kfjwe= -> efjkw */
void ons_draw_sort(ons_rng *rng, ons_skill_item *it)
{
    char text[8];
    ons_draw_letters(rng, text, 3 + ons_rng_below(rng, 5));
    ask_about(it, "s:", text);
    for (int c = 'a'; c <= 'z'; c++) {
        for (const char *p = text; *p; p++) {
            if (*p == c) ons_item_tell_char(it, *p);
        }
    }
}

/* u:tca= -> cat; never asks for a word that is not scrambled */
void ons_draw_unscramble(ons_rng *rng, ons_skill_item *it)
{
    const char *word = ons_word_at(ons_rng_below(rng, (uint32_t)ons_word_count()));
    char text[6];
    size_t n = strlen(word);
    memcpy(text, word, n + 1);
    do {
        for (size_t i = n - 1; i > 0; i--) {
            size_t j = ons_rng_below(rng, (uint32_t)i + 1);
            char c = text[i];
            text[i] = text[j];
            text[j] = c;
        }
    } while (memcmp(text, word, n) == 0);
    ask_about(it, "u:", text);
    ons_item_tell(it, word);
}
