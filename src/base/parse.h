/* Numbers and pieces of text, without locale, whole string or nothing. */
#ifndef ONS_BASE_PARSE_H
#define ONS_BASE_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* The whole of `s` is a decimal integer in [INT64_MIN, INT64_MAX]. */
bool ons_parse_i64(ons_str s, int64_t *ret_v);
bool ons_parse_u64(ons_str s, uint64_t *ret_v);
/* The whole of `s` is a finite decimal number: [+-]digits[.digits][e[+-]digits].
 * No hexadecimal, no inf, no nan; correctly rounded; the locale does not matter. */
bool ons_parse_f64(ons_str s, double *ret_v);
/* As ons_parse_f64, with an optional suffix k, M, B or T (1e3, 1e6, 1e9, 1e12). */
bool ons_parse_count(ons_str s, double *ret_v);

/* Cuts `s` at the first `sep`: *ret_head is what stands before it, *s what
 * stands behind. False (and *ret_head = all of it, *s empty) where there is no `sep`. */
bool ons_str_cut(ons_str *s, char sep, ons_str *ret_head);
/* Without white space (space, tab, CR, LF) at both ends. */
ons_str ons_str_trim(ons_str s);
ons_str ons_str_of(const char *text);
int ons_str_cmp(ons_str a, ons_str b);
bool ons_str_starts(ons_str s, ons_str prefix);
bool ons_str_contains(ons_str s, ons_str part);

/* Damerau-Levenshtein distance (adjacent transpositions count 1), for "did you
 * mean": at most `most`, else most + 1. Texts beyond 64 bytes count as far away. */
size_t ons_str_distance(ons_str a, ons_str b, size_t most);
/* The nearest of n names within a third of the length, or NULL. */
const char *ons_str_nearest(ons_str s, const char *const *name, size_t n);

/* The shortest decimal that reads back as exactly v ("0.1", "1e+22", "nan",
 * "inf"); returns buf. cap >= 32. */
const char *ons_f64_text(double v, char *buf, size_t cap);
/* The same for results that people and other programs read: whole numbers below 1e15 plain
 * ("50", where ons_f64_text has "5e+01"). What is hashed or named keeps ons_f64_text. */
const char *ons_number_text(double v, char *buf, size_t cap);

#endif
