/* Common English words of four or five letters, no two of them anagrams:
 * the answers of the skill `unscramble`. Constant; thread-safe.
 * Made by tools/make-words from CMUdict (NOTICE). */
#ifndef ONS_TASK_WORDS_H
#define ONS_TASK_WORDS_H

#include <stddef.h>

size_t ons_word_count(void);
/* i < ons_word_count(); lower case, a to z. */
const char *ons_word_at(size_t i);

#endif
