/* A growing byte buffer with a stated maximum, for text and files we build.
 *
 * Errors stick: after the first failed append all later ones do nothing, and
 * ons_buf_status() tells what happened, so that a writer checks once at the end.
 *
 *   ons_buf b;
 *   ons_buf_init(&b, 1 << 20);
 *   ons_buf_printf(&b, "%d items\n", n);
 *   ONS_TRY(ons_buf_status(&b, err));
 *   … ons_buf_str(&b) …
 *   ons_buf_release(&b);
 *
 * Owns its bytes. Not thread-safe. */
#ifndef ONS_BASE_BUF_H
#define ONS_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "base/status.h"

typedef struct ons_buf {
    char *ptr;        /* NUL-terminated whenever len > 0 */
    size_t len;       /* bytes without the NUL */
    size_t cap;       /* bytes allocated */
    size_t limit;     /* most bytes it may ever hold; never 0 */
    ons_status state; /* OK, or why it stopped growing */
    bool lacked;      /* memory, at any time since it was made */
} ons_buf;

void ons_buf_init(ons_buf *b, size_t limit);
/* Frees the bytes; NULL and already released buffers are fine. */
void ons_buf_release(ons_buf *b);
/* Releases a part whose text went into `whole`. Memory that was lacking there is lacking here too:
 * a text that is cut for want of memory must not pass for whole. (A part's limit may cut it.) */
void ons_buf_end_part(ons_buf *whole, ons_buf *part);
/* Empties it, keeps the memory and forgets a sticky error. */
void ons_buf_reset(ons_buf *b);

void ons_buf_add(ons_buf *b, const void *bytes, size_t n);
void ons_buf_str_add(ons_buf *b, ons_str s);
void ons_buf_char(ons_buf *b, char c);
/* NUL-terminated literals and C strings. */
void ons_buf_text(ons_buf *b, const char *text);
void ons_buf_printf(ons_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ons_buf_vprintf(ons_buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* OK, or LIMIT / NOMEM with a message. */
ons_status ons_buf_status(const ons_buf *b, ons_err *err);
/* Borrowed until the next append. */
ons_str ons_buf_str(const ons_buf *b);
ons_bytes ons_buf_bytes(const ons_buf *b);
/* The text as a C string ("" when empty); borrowed until the next append. */
const char *ons_buf_cstr(const ons_buf *b);

#endif
