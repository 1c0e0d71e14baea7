/* Skills on words of English: unscramble, ipa. */
#include <string.h>

#include "task/skill_priv.h"
#include "task/words.h"

/* u:tca= -> cat; never asks for a word that is not scrambled. Words are seen in training,
 * scrambles are held out. */
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
    ons_item_ask_about(it, "u:", text);
    ons_item_tell(it, word);
}

/* i:changes= -> CenJIz, one character a phone. Words are held out. */
void ons_draw_ipa(ons_rng *rng, ons_skill_item *it)
{
    const ons_spoken_word *word = ons_spoken_at(ons_rng_below(rng, (uint32_t)ons_spoken_count()));
    ons_item_ask_about(it, "i:", word->text);
    ons_item_tell(it, word->sound);
}
