#include "report/term.h"

#include <string.h>

#include "report/html.h"

/* Columns that a character takes. */
static size_t columns_of(uint32_t c)
{
    bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
    bool none = (c >= 0x300 && c <= 0x36F) || c == 0x200B || c == 0x200C || c == 0x200D ||
                (c >= 0xFE00 && c <= 0xFE0F);
    return none ? 0 : wide ? 2 : 1;
}

/* 10⁹ becomes 10^9: whether a power begins here. */
static bool is_superscript(uint32_t c)
{
    return c == 0x2070 || c == 0xB9 || c == 0xB2 || c == 0xB3 || (c >= 0x2074 && c <= 0x2079) ||
           c == 0x207B;
}

/* Our own signs in ASCII; of anybody else's, a question mark. */
static const char *ascii_of(uint32_t c, uint32_t before, char one[3])
{
    static const struct {
        uint32_t c;
        const char *text;
    } sign[] = {{0x2013, "-"}, {0x2212, "-"},   {0xD7, "x"},   {0x2192, ">"},
                {0x2026, "."}, {0x221E, "inf"}, {0x2500, "-"}, {0x2501, "="},
                {0x2502, "|"}, {0x2191, "^"},   {0xB7, "."}};
    one[0] = (char)c;
    one[1] = '\0';
    if (c < 0x80) return one;
    if (is_superscript(c)) {
        uint32_t v = c == 0xB9 ? 1 : c == 0xB2 ? 2 : c == 0xB3 ? 3 : c - 0x2070;
        size_t at = 0;
        if (!is_superscript(before)) one[at++] = '^';
        one[at++] = "0123456789-"[c == 0x207B ? 10 : v % 10];
        one[at] = '\0';
        return one;
    }
    for (size_t i = 0; i < sizeof sign / sizeof *sign; i++)
        if (sign[i].c == c) return sign[i].text;
    one[0] = '?';
    return one;
}

size_t ons_term_put(const ons_term *t, uint32_t c, uint32_t before)
{
    if (c == '\n' || c == '\t') c = ' ';
    if (!t->unicode) {
        char one[3];
        const char *text = ascii_of(c, before, one);
        ons_buf_text(t->out, text);
        return strlen(text);
    }
    ons_glyph_add(t->out, c);
    return columns_of(c);
}

void ons_term_spaces(const ons_term *t, size_t n)
{
    for (size_t i = 0; i < n; i++) ons_buf_char(t->out, ' ');
}

size_t ons_term_width(const ons_term *t, ons_str s)
{
    size_t n = 0;
    char one[3];
    for (uint32_t c = 0, before = 0; s.len > 0; before = c) {
        c = ons_glyph_next(&s);
        n += t->unicode ? columns_of(c) : strlen(ascii_of(c, before, one));
    }
    return n;
}

void ons_term_field(const ons_term *t, ons_str s, size_t n, bool right)
{
    size_t w = ons_term_width(t, s);
    if (right && w < n) ons_term_spaces(t, n - w);
    size_t used = 0;
    for (uint32_t c = 0, before = 0; s.len > 0; before = c) {
        c = ons_glyph_next(&s);
        char one[3];
        size_t need = t->unicode ? columns_of(c) : strlen(ascii_of(c, before, one));
        if (used + need > n || (w > n && used + need + 1 > n)) {
            if (used < n) used += ons_term_put(t, 0x2026, 0);
            break;
        }
        used += ons_term_put(t, c, before);
    }
    if (!right && used < n) ons_term_spaces(t, n - used);
}

void ons_term_name(const ons_term *t, ons_str s, size_t n)
{
    size_t w = ons_term_width(t, s);
    if (w <= n || n < 8) {
        ons_term_field(t, s, n, false);
        return;
    }
    size_t head = (n - 1) / 3;
    ons_term_field(t, s, head + 1, false); /* with the ellipsis */
    for (uint32_t c = 0, before = 0; w > n - head - 1; before = c) {
        char one[3];
        c = ons_glyph_next(&s);
        w -= t->unicode ? columns_of(c) : strlen(ascii_of(c, before, one));
    }
    ons_term_field(t, s, n - head - 1, false);
}

void ons_term_paragraph(const ons_term *t, ons_str s)
{
    size_t used = 0;
    while (s.len > 0) {
        ons_str word = s;
        size_t n = 0;
        while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != '\n') n++;
        word.len = n;
        s.ptr += n < s.len ? n + 1 : n;
        s.len -= n < s.len ? n + 1 : n;
        size_t w = ons_term_width(t, word);
        if (w == 0) continue;
        if (used > 0 && used + 1 + w > t->prose) {
            ons_buf_char(t->out, '\n');
            used = 0;
        } else if (used > 0) {
            ons_buf_char(t->out, ' ');
            used++;
        }
        ons_term_field(t, word, w < t->prose ? w : t->prose, false);
        used += w;
    }
    ons_buf_char(t->out, '\n');
}
