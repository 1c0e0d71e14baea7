/* Numbers for people: "2.4 k", "28,160", "95 %", ".0004", "1.3×10²²".
 *
 * Without locale. Each function writes into buf (of ONS_HUMAN_MAX bytes) and
 * returns it; NaN gives "–", infinities "∞". UTF-8. Thread-safe. */
#ifndef ONS_REPORT_HUMAN_H
#define ONS_REPORT_HUMAN_H

#include <stddef.h>

#define ONS_HUMAN_MAX 64

/* "-3.20": fixed decimals (at most 9). Used for coordinates, so the minus is ASCII. */
const char *ons_human_fixed(double v, int decimals, char *buf);
/* "28,160": rounded to an integer, with separators; from 10^15 on as a power. */
const char *ons_human_exact(double v, char *buf);
/* "2.4 k", "28 k", "106 k", "1.3 B": `digits` significant, but whole below the
 * next suffix (106 k at two digits); k, M, B, T; beyond T as a power. */
const char *ons_human_count(double v, int digits, char *buf);
/* As ons_human_count without the space, for narrow columns: "2k", "106k". */
const char *ons_human_count_tight(double v, char *buf);
/* "1.3×10²²" */
const char *ons_human_power(double v, int digits, char *buf);
/* "0.031", "−2.3", "1,250": `digits` significant; very large and small ones as a power. */
const char *ons_human_number(double v, int digits, char *buf);
/* A fraction as "95 %", "9.4 %", "99.6 %": one more decimal at three digits;
 * never "100 %" for less than all unless it is nearer than a thousandth. */
const char *ons_human_percent(double fraction, int digits, char *buf);
/* ".0004", "< .0001", ".038", "1" */
const char *ons_human_p(double p, char *buf);
/* "p = .0004", "p < .0001" */
const char *ons_human_p_equals(double p, char *buf);
/* "no", "one", … "twelve", then digits with separators. */
const char *ons_human_cardinal(size_t n, char *buf);

#endif
