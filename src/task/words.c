#include "task/words.h"

static const char word[][6] = {
#include "task/words.inc"
};

size_t ons_word_count(void) { return sizeof word / sizeof word[0]; }
const char *ons_word_at(size_t i) { return word[i]; }
