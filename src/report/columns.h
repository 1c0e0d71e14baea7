/* How many columns of a terminal a character takes.
 *
 * By a table of Unicode, not by wcwidth(3): that would need a locale, and another one would give
 * other bytes. Writing from right to left is left in its order: terminals that turn it do so
 * within its own columns. Pure, thread-safe. */
#ifndef ONS_REPORT_COLUMNS_H
#define ONS_REPORT_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* 0 (combining marks, joiners), 1, or 2 (East Asian letters, pictures). */
size_t ons_glyph_columns(uint32_t c);
/* Of a whole text; what cannot be printed counts as the sign that stands for it (html.h). */
size_t ons_text_columns(ons_str s);
/* The longest beginning of a text that takes at most n columns, marks of its last letter included. */
ons_str ons_text_fit(ons_str s, size_t n);

#endif
