#include "base/parse.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_LEN_MAX   ((size_t)400)
#define DISTANCE_LEN_MAX ((size_t)64)

bool ons_parse_u64(ons_str s, uint64_t *ret_v)
{
    if (s.len == 0) return false;
    uint64_t v = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
        if (__builtin_mul_overflow(v, (uint64_t)10, &v)) return false;
        if (__builtin_add_overflow(v, (uint64_t)(s.ptr[i] - '0'), &v)) return false;
    }
    *ret_v = v;
    return true;
}

bool ons_parse_i64(ons_str s, int64_t *ret_v)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    uint64_t v;
    if (!ons_parse_u64((ons_str){s.ptr + negative, s.len - negative}, &v)) return false;
    if (v > (uint64_t)INT64_MAX + negative) return false;
    *ret_v = negative ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

static size_t digits(ons_str s, size_t at)
{
    size_t n = 0;
    while (at + n < s.len && s.ptr[at + n] >= '0' && s.ptr[at + n] <= '9') n++;
    return n;
}

static bool looks_like_number(ons_str s)
{
    size_t at = s.len > 0 && (s.ptr[0] == '+' || s.ptr[0] == '-');
    size_t whole = digits(s, at);
    at += whole;
    size_t fraction = 0;
    if (at < s.len && s.ptr[at] == '.') {
        fraction = digits(s, ++at);
        at += fraction;
    }
    if (whole + fraction == 0) return false;
    if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        at++;
        if (at < s.len && (s.ptr[at] == '+' || s.ptr[at] == '-')) at++;
        size_t exponent = digits(s, at);
        if (exponent == 0) return false;
        at += exponent;
    }
    return at == s.len;
}

bool ons_parse_f64(ons_str s, double *ret_v)
{
    if (s.len == 0 || s.len > NUMBER_LEN_MAX || !looks_like_number(s)) return false;
    char text[NUMBER_LEN_MAX + 1];
    memcpy(text, s.ptr, s.len);
    text[s.len] = '\0';
    /* The program never calls setlocale, so strtod reads the C locale's point. */
    char *end;
    errno = 0;
    double v = strtod(text, &end);
    if (end != text + s.len || !isfinite(v)) return false;
    *ret_v = v;
    return true;
}

bool ons_parse_count(ons_str s, double *ret_v)
{
    double unit = 1;
    if (s.len > 1) {
        switch (s.ptr[s.len - 1]) {
        case 'k':
            unit = 1e3;
            break;
        case 'M':
            unit = 1e6;
            break;
        case 'B':
            unit = 1e9;
            break;
        case 'T':
            unit = 1e12;
            break;
        default:
            break;
        }
    }
    if (unit != 1) s.len--;
    double v;
    if (!ons_parse_f64(s, &v)) return false;
    *ret_v = v * unit;
    return true;
}

bool ons_str_cut(ons_str *s, char sep, ons_str *ret_head)
{
    const char *p = s->len ? memchr(s->ptr, sep, s->len) : NULL;
    if (!p) {
        *ret_head = *s;
        *s = (ons_str){s->ptr + s->len, 0};
        return false;
    }
    size_t head = (size_t)(p - s->ptr);
    *ret_head = (ons_str){s->ptr, head};
    *s = (ons_str){p + 1, s->len - head - 1};
    return true;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

ons_str ons_str_trim(ons_str s)
{
    while (s.len && is_space(s.ptr[0])) s = (ons_str){s.ptr + 1, s.len - 1};
    while (s.len && is_space(s.ptr[s.len - 1])) s.len--;
    return s;
}

ons_str ons_str_of(const char *text) { return (ons_str){text, strlen(text)}; }

int ons_str_cmp(ons_str a, ons_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    if (c) return c;
    return (a.len > b.len) - (a.len < b.len);
}

bool ons_str_starts(ons_str s, ons_str prefix)
{
    return s.len >= prefix.len && ons_str_eq((ons_str){s.ptr, prefix.len}, prefix);
}

bool ons_str_contains(ons_str s, ons_str part)
{
    for (; s.len >= part.len && s.len > 0; s.ptr++, s.len--)
        if (ons_str_starts(s, part)) return true;
    return part.len == 0;
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

size_t ons_str_distance(ons_str a, ons_str b, size_t most)
{
    if (a.len > DISTANCE_LEN_MAX || b.len > DISTANCE_LEN_MAX) return most + 1;
    size_t row[3][DISTANCE_LEN_MAX + 1]; /* the last two rows and the new one */
    for (size_t j = 0; j <= b.len; j++) row[1][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = row[(i + 1) % 3], *last = row[i % 3], *before = row[(i + 2) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = a.ptr[i - 1] == b.ptr[j - 1];
            size_t d = least(least(last[j] + 1, now[j - 1] + 1), last[j - 1] + !same);
            bool swapped =
                i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1];
            if (swapped) d = least(d, before[j - 2] + 1);
            now[j] = d;
        }
    }
    size_t d = row[(a.len + 1) % 3][b.len];
    return d > most ? most + 1 : d;
}

const char *ons_str_nearest(ons_str s, const char *const *name, size_t n)
{
    const char *best = NULL;
    size_t best_d = s.len / 3 + 1;
    for (size_t i = 0; i < n; i++) {
        size_t d = ons_str_distance(s, ons_str_of(name[i]), best_d);
        if (d < best_d || (!best && d == best_d)) {
            best = name[i];
            best_d = d;
        }
    }
    return best;
}

const char *ons_f64_text(double v, char *buf, size_t cap)
{
    assert(cap >= 32);
    for (int digits10 = 1; digits10 <= 17; digits10++) {
        (void)snprintf(buf, cap, "%.*g", digits10, v);
        if (!isfinite(v) || strtod(buf, NULL) == v) break;
    }
    return buf;
}

const char *ons_number_text(double v, char *buf, size_t cap)
{
    if (!(fabs(v) < 1e15) || v != trunc(v)) return ons_f64_text(v, buf, cap);
    (void)snprintf(buf, cap, "%.0f", v);
    return buf;
}
