/* Common English words: the answers of the skill `unscramble` (four or five letters, no two of
 * them anagrams), and words with their pronunciation for the skill `ipa`. Constant; thread-safe.
 * Made by tools/make-words from CMUdict (NOTICE). */
#ifndef ONS_TASK_WORDS_H
#define ONS_TASK_WORDS_H

#include <stddef.h>

size_t ons_word_count(void);
/* i < ons_word_count(); lower case, a to z. */
const char *ons_word_at(size_t i);

typedef struct ons_spoken_word {
    char text[8];   /* 3 to 7 letters */
    char sound[12]; /* one printable character a phone */
} ons_spoken_word;

size_t ons_spoken_count(void);
const ons_spoken_word *ons_spoken_at(size_t i);

#endif
