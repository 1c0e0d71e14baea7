#include "task/words.h"

static const char word[][6] = {
#include "task/words.inc"
};

static const ons_spoken_word spoken[] = {
#include "task/sounds.inc"
};

size_t ons_word_count(void) { return sizeof word / sizeof word[0]; }
const char *ons_word_at(size_t i) { return word[i]; }
size_t ons_spoken_count(void) { return sizeof spoken / sizeof spoken[0]; }
const ons_spoken_word *ons_spoken_at(size_t i) { return &spoken[i]; }
