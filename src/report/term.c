#include "report/term.h"

#include <string.h>

#include "report/columns.h"
#include "report/html.h"

/* 10⁹ becomes 10^9: whether a power begins here. */
static bool is_superscript(uint32_t c)
{
    return c == 0x2070 || c == 0xB9 || c == 0xB2 || c == 0xB3 || (c >= 0x2074 && c <= 0x2079) ||
           c == 0x207B;
}

/* Our own signs in ASCII; of anybody else's characters NULL. */
static const char *ascii_of(uint32_t c, uint32_t before, char one[3])
{
    static const struct {
        uint32_t c;
        const char *text;
    } sign[] = {{0x2013, "-"},   {0x2212, "-"}, {0xD7, "x"},   {0x2192, ">"}, {0x2026, "~"},
                {0x221E, "inf"}, {0x2500, "-"}, {0x2501, "="}, {0x2502, "|"}, {0x2191, "^"},
                {0xB7, "."},     {0x2022, "o"}, {0x25CF, "O"}, {0x254C, "-"}, {0x250A, ":"},
                {0x2514, "+"},   {0x2524, "+"}, {0x252C, "+"}};
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
    return NULL;
}

/* Writes one character as the terminal takes it, where out is not NULL; its columns. */
static size_t spell(const ons_term *t, uint32_t c, uint32_t before, ons_buf *out)
{
    char one[3];
    const char *text = t->unicode ? NULL : ascii_of(c, before, one);
    if (!text && !t->unicode && !t->letters) text = "?";
    if (text && out) ons_buf_text(out, text);
    if (!text && out) ons_glyph_add(out, c);
    return text ? strlen(text) : ons_glyph_columns(c);
}

size_t ons_term_put(const ons_term *t, uint32_t c, uint32_t before)
{
    return spell(t, c == '\n' || c == '\t' ? ' ' : c, before, t->out);
}

void ons_term_spaces(const ons_term *t, size_t n)
{
    for (size_t i = 0; i < n; i++) ons_buf_char(t->out, ' ');
}

size_t ons_term_width(const ons_term *t, ons_str s)
{
    size_t n = 0;
    for (uint32_t c = 0, before = 0; s.len > 0; before = c) {
        c = ons_glyph_next(&s);
        n += spell(t, c, before, NULL);
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
        size_t need = spell(t, c, before, NULL);
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
        c = ons_glyph_next(&s);
        w -= spell(t, c, before, NULL);
    }
    for (ons_str next = s; s.len > 0; s = next) /* marks of a letter that is gone */
        if (spell(t, ons_glyph_next(&next), 0, NULL) > 0) break;
    ons_term_field(t, s, n - head - 1, false);
}

static size_t next_space(ons_str s, size_t n)
{
    while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != '\n') n++;
    return n;
}

/* A sign or unit that a number wants beside it: "95 %,", "1.4 B", "p = .04". */
static bool clings(ons_str word)
{
    if (word.len == 0) return false;
    const char c = word.ptr[0];
    const bool alone = word.len == 1 || strchr(",.;:)", word.ptr[1]) != NULL;
    return c == '%' || c == '=' || (alone && strchr("kMBT", c));
}

/* The bytes of a text up to where its line may be broken. */
static size_t word_len(ons_str s)
{
    size_t n = next_space(s, 0);
    while (n + 1 < s.len && s.ptr[n] == ' ') {
        const size_t end = next_space(s, n + 1);
        const bool after_equals = n > 0 && s.ptr[n - 1] == '=';
        if (!after_equals && !clings((ons_str){s.ptr + n + 1, end - n - 1})) break;
        n = end;
    }
    return n;
}

void ons_term_paragraph(const ons_term *t, ons_str s)
{
    size_t used = 0;
    while (s.len > 0) {
        ons_str word = s;
        const size_t n = word_len(s);
        word.len = n;
        s.ptr += n < s.len ? n + 1 : n;
        s.len -= n < s.len ? n + 1 : n;
        size_t w = ons_term_width(t, word);
        if (w == 0) continue;
        if (used == 0) ons_term_spaces(t, t->indent);
        if (used > 0 && used + 1 + w > t->prose) {
            ons_buf_char(t->out, '\n');
            ons_term_spaces(t, t->indent);
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
