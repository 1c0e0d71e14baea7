/* Skills whose answer stands nowhere but in the prompt: in-context recall of pairs, and a rule
 * that only the examples of the prompt tell. */
#include <string.h>

#include "task/skill_priv.h"

#define KEYS_MIN    3
#define KEYS_MAX    5
#define REPEATS_MAX 6
#define MAX_SHIFT   5
#define QUERIES     3

static void shuffle(ons_rng *rng, uint32_t *v, uint32_t n)
{
    for (uint32_t i = n; i > 1; i--) {
        const uint32_t j = ons_rng_below(rng, i), t = v[i - 1];
        v[i - 1] = v[j];
        v[j] = t;
    }
}

/* k:a3b7c1a3?b= -> 7: 3 to 5 different keys with their values, up to REPEATS_MAX of these pairs
 * once more, and one key that is asked for. What stands there once more is what a model learns to
 * look back from where the loss is on all tokens; one key is asked for and not all of them, so
 * that answers do not stand at a distance from their keys that is another each time. */
void ons_draw_recall(ons_rng *rng, ons_skill_item *it)
{
    uint32_t letter[26], digit[KEYS_MAX];
    const uint32_t n = KEYS_MIN + ons_rng_below(rng, KEYS_MAX - KEYS_MIN + 1);
    const uint32_t n_pairs = n + ons_rng_below(rng, REPEATS_MAX + 1);
    for (uint32_t i = 0; i < 26; i++) letter[i] = i;
    shuffle(rng, letter, 26);
    for (uint32_t i = 0; i < n; i++) digit[i] = ons_rng_below(rng, 10);
    ons_item_ask(it, "k:");
    for (uint32_t i = 0; i < n_pairs; i++) {
        const uint32_t k = i < n ? i : ons_rng_below(rng, n);
        ons_item_ask_char(it, (char)('a' + letter[k]));
        ons_item_ask_number(it, digit[k]);
    }
    const uint32_t asked = ons_rng_below(rng, n);
    ons_item_ask_char(it, '?');
    ons_item_ask_char(it, (char)('a' + letter[asked]));
    ons_item_tell_number(it, digit[asked]);
    ons_item_ask_char(it, '=');
    ons_item_split(it, it->prompt, it->prompt_len);
}

/* f:ad,kn,?mqx= -> pta: every letter is moved by the same hidden 1 to 5 places; as many
 * examples as shots says, 0 to ONS_SHOTS_MAX where the draw decides. The split is made by rule and
 * queries, so that no count of examples teaches what another one tests. */
void ons_draw_few_shot_rule(ons_rng *rng, ons_skill_item *it)
{
    const uint32_t shift = 1 + ons_rng_below(rng, MAX_SHIFT);
    const uint32_t n =
        it->shots == ONS_SHOTS_ANY ? ons_rng_below(rng, ONS_SHOTS_MAX + 1) : it->shots;
    char key[QUERIES + 1];
    ons_item_ask(it, "f:");
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t x = ons_rng_below(rng, 26);
        ons_item_ask_char(it, (char)('a' + x));
        ons_item_ask_char(it, (char)('a' + (x + shift) % 26));
        ons_item_ask_char(it, ',');
    }
    ons_item_ask_char(it, '?');
    for (uint32_t i = 0; i < QUERIES; i++) {
        const uint32_t x = ons_rng_below(rng, 26);
        key[i] = (char)('a' + x);
        ons_item_ask_char(it, key[i]);
        ons_item_tell_char(it, (char)('a' + (x + shift) % 26));
    }
    ons_item_ask_char(it, '=');
    key[QUERIES] = (char)('0' + shift);
    ons_item_split(it, key, sizeof key);
}
