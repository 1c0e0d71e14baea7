/* UTF-8, one code point at a time, from bytes that may be anything.
 * Pure; thread-safe. Source: The Unicode Standard 15, table 3-7. */
#ifndef ONS_TEXT_UTF8_H
#define ONS_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* Length in bytes (1 to 4) of the well-formed code point that begins at s[at],
 * at < s.len; 0 where none begins (a stray or cut-off byte, an overlong form, a
 * surrogate). ret_cp may be NULL. */
size_t ons_utf8_at(ons_str s, size_t at, uint32_t *ret_cp);
bool ons_utf8_valid(ons_str s);

#endif
