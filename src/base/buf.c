#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

void ons_buf_init(ons_buf *b, size_t limit)
{
    assert(limit > 0);
    *b = (ons_buf){.limit = limit};
}

void ons_buf_release(ons_buf *b)
{
    if (!b) return;
    free(b->ptr);
    *b = (ons_buf){.limit = b->limit};
}

void ons_buf_end_part(ons_buf *whole, ons_buf *part)
{
    if (part->lacked && whole->state == ONS_OK) whole->state = ONS_NOMEM;
    ons_buf_release(part);
}

void ons_buf_reset(ons_buf *b)
{
    b->len = 0;
    b->state = ONS_OK;
}

/* Room for n more bytes and a NUL. */
static bool reserve(ons_buf *b, size_t n)
{
    if (b->state != ONS_OK) return false;
    size_t need;
    if (!ons_add_size(b->len, n, &need) || need > b->limit) {
        b->state = ONS_LIMIT;
        return false;
    }
    if (need + 1 <= b->cap) return true;
    size_t cap = b->cap ? b->cap : 256;
    while (cap < need + 1) cap = cap > SIZE_MAX / 2 ? need + 1 : cap * 2;
    char *p = realloc(b->ptr, cap);
    if (!p) {
        b->state = ONS_NOMEM;
        b->lacked = true;
        return false;
    }
    b->ptr = p;
    b->cap = cap;
    return true;
}

void ons_buf_add(ons_buf *b, const void *bytes, size_t n)
{
    if (n == 0 || !reserve(b, n)) return;
    memcpy(b->ptr + b->len, bytes, n);
    b->len += n;
    b->ptr[b->len] = '\0';
}

void ons_buf_str_add(ons_buf *b, ons_str s) { ons_buf_add(b, s.ptr, s.len); }
void ons_buf_char(ons_buf *b, char c) { ons_buf_add(b, &c, 1); }
void ons_buf_text(ons_buf *b, const char *text) { ons_buf_add(b, text, strlen(text)); }

void ons_buf_vprintf(ons_buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n > 0 && reserve(b, (size_t)n)) {
        (void)vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void ons_buf_printf(ons_buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    ons_buf_vprintf(b, fmt, ap);
    va_end(ap);
}

ons_status ons_buf_status(const ons_buf *b, ons_err *err)
{
    if (b->state == ONS_LIMIT)
        return ONS_FAIL(err, ONS_LIMIT, "a text of more than %zu bytes, the most allowed here",
                        b->limit);
    if (b->state != ONS_OK)
        return ONS_FAIL(err, b->state, "no memory for a text of %zu bytes", b->len);
    return ONS_OK;
}

ons_str ons_buf_str(const ons_buf *b) { return (ons_str){b->ptr ? b->ptr : "", b->len}; }
ons_bytes ons_buf_bytes(const ons_buf *b) { return (ons_bytes){(const uint8_t *)b->ptr, b->len}; }
const char *ons_buf_cstr(const ons_buf *b) { return b->ptr && b->len ? b->ptr : ""; }
