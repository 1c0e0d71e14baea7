#include "report/html.h"

#include <stdbool.h>
#include <string.h>

#include "base/parse.h"
#include "report/human.h"

#define REPLACEMENT 0xFFFDu

/* Length that a first byte promises, 0 if it can be none; the bits it carries. */
static size_t lead(unsigned char c, uint32_t *ret_bits)
{
    if (c >= 0xC2 && c <= 0xDF) {
        *ret_bits = c & 0x1Fu;
        return 2;
    }
    if (c >= 0xE0 && c <= 0xEF) {
        *ret_bits = c & 0x0Fu;
        return 3;
    }
    if (c >= 0xF0 && c <= 0xF4) {
        *ret_bits = c & 0x07u;
        return 4;
    }
    return 0;
}

static bool shows_nothing_or_lies(uint32_t c)
{
    return (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF || (c & 0xFFFE) == 0xFFFE ||
           (c >= 0xFDD0 && c <= 0xFDEF) || (c >= 0x80 && c < 0xA0) || c == 0x200E || c == 0x200F ||
           c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0x061C || c == 0xFEFF;
}

uint32_t ons_glyph_next(ons_str *text)
{
    const unsigned char *p = (const unsigned char *)text->ptr;
    uint32_t c = p[0];
    size_t n = 1;
    if (c >= 0x80) {
        n = lead(p[0], &c);
        bool ok = n > 0 && n <= text->len;
        for (size_t i = 1; ok && i < n; i++) {
            ok = (p[i] & 0xC0u) == 0x80u;
            c = c << 6 | (p[i] & 0x3Fu);
        }
        static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
        if (!ok || c < least[n]) {
            c = REPLACEMENT;
            n = 1;
        }
    }
    text->ptr += n;
    text->len -= n;
    if (c == 0x7F) return 0x2421;
    if (c < 0x20 && c != '\t' && c != '\n') return 0x2400 + c;
    return shows_nothing_or_lies(c) ? REPLACEMENT : c;
}

void ons_glyph_add(ons_buf *b, uint32_t c)
{
    char u[4];
    size_t n;
    if (c < 0x80) {
        u[0] = (char)c;
        n = 1;
    } else if (c < 0x800) {
        u[0] = (char)(0xC0 | c >> 6);
        n = 2;
    } else if (c < 0x10000) {
        u[0] = (char)(0xE0 | c >> 12);
        n = 3;
    } else {
        u[0] = (char)(0xF0 | c >> 18);
        n = 4;
    }
    for (size_t i = 1; i < n; i++) u[i] = (char)(0x80 | (c >> (6 * (n - 1 - i)) & 0x3F));
    ons_buf_add(b, u, n);
}

void ons_html_text(ons_buf *b, ons_str text)
{
    while (text.len > 0) {
        uint32_t c = ons_glyph_next(&text);
        switch (c) {
        case '&':
            ons_html_raw(b, "&amp;");
            break;
        case '<':
            ons_html_raw(b, "&lt;");
            break;
        case '>':
            ons_html_raw(b, "&gt;");
            break;
        case '"':
            ons_html_raw(b, "&quot;");
            break;
        case '\'':
            ons_html_raw(b, "&#39;");
            break;
        default:
            ons_glyph_add(b, c);
        }
    }
}

void ons_html_prose(ons_buf *b, ons_str text)
{
    while (text.len > 0) {
        size_t n = 0;
        while (n < text.len && text.ptr[n] != ' ') n++;
        ons_html_text(b, (ons_str){text.ptr, n});
        text.ptr += n;
        text.len -= n;
        if (text.len == 0) break;
        const char *next = text.ptr + 1;
        bool sign = text.len > 1 && (*next == '%' || *next == '=');
        bool digit = n > 0 && next[-2] >= '0' && next[-2] <= '9';
        bool count = text.len > 1 && (*next == 'k' || *next == 'M' || *next == 'B' || *next == 'T');
        bool alone = text.len == 2 || (text.len > 2 && (next[1] == ' ' || next[1] == ')' ||
                                                        next[1] == ',' || next[1] == '.'));
        sign = sign || (digit && count && alone);
        bool after = n > 0 && (next[-2] == '=');
        if (sign || after)
            ons_html_raw(b, "&#160;");
        else
            ons_html_raw(b, " ");
        text.ptr++;
        text.len--;
    }
}

void ons_html_cstr(ons_buf *b, const char *text) { ons_html_text(b, ons_str_of(text)); }

void ons_html_num(ons_buf *b, double v)
{
    char text[ONS_HUMAN_MAX];
    (void)ons_human_fixed(v, 1, text);
    size_t n = strlen(text);
    if (n > 2 && text[n - 1] == '0' && text[n - 2] == '.') n -= 2;
    ons_buf_add(b, text, n);
}
