#include "text/utf8.h"

static bool continues(unsigned char c) { return (c & 0xC0) == 0x80; }

size_t ons_utf8_at(ons_str s, size_t at, uint32_t *ret_cp)
{
    const unsigned char *p = (const unsigned char *)s.ptr + at;
    size_t left = s.len - at;
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (n == 0 || n > left || p[0] > 0xF4) return 0;
    uint32_t cp = n == 1 ? p[0] : p[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (!continues(p[i])) return 0;
        cp = cp << 6 | (p[i] & 0x3Fu);
    }
    if (cp < least[n] || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) return 0;
    if (ret_cp) *ret_cp = cp;
    return n;
}

bool ons_utf8_valid(ons_str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t n = ons_utf8_at(s, at, NULL);
        if (n == 0) return false;
        at += n;
    }
    return true;
}
