#include "report/columns.h"

#include <stdbool.h>

#include "report/html.h"

typedef struct range {
    uint32_t first, last;
} range;

#include "report/columns.inc"

static bool is_in(const range *list, size_t n, uint32_t c)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (c > list[mid].last)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && c >= list[lo].first;
}

size_t ons_glyph_columns(uint32_t c)
{
    if (c < none[0].first) return 1;
    if (is_in(none, sizeof none / sizeof *none, c)) return 0;
    return is_in(wide, sizeof wide / sizeof *wide, c) ? 2 : 1;
}

size_t ons_text_columns(ons_str s)
{
    size_t n = 0;
    while (s.len > 0) n += ons_glyph_columns(ons_glyph_next(&s));
    return n;
}

ons_str ons_text_fit(ons_str s, size_t n)
{
    ons_str rest = s;
    size_t used = 0;
    while (rest.len > 0) {
        const size_t left = rest.len;
        used += ons_glyph_columns(ons_glyph_next(&rest));
        if (used > n) return (ons_str){s.ptr, s.len - left};
    }
    return s;
}
