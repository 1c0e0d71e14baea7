#include "text/json_out.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "text/utf8.h"

ons_json_out ons_json_out_make(ons_buf *buf) { return (ons_json_out){.buf = buf}; }

/* Before every value: a comma unless it is the first, or stands behind its key. */
static void separate(ons_json_out *w)
{
    uint64_t bit = (uint64_t)1 << w->depth;
    assert(w->depth == 0 || w->after_key == ((w->is_object & bit) != 0));
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->depth > 0 && (w->begun & bit)) ons_buf_char(w->buf, ',');
    w->begun |= bit;
}

void ons_json_open(ons_json_out *w, char bracket)
{
    assert((bracket == '{' || bracket == '[') && w->depth < ONS_JSON_OUT_DEPTH_MAX);
    separate(w);
    ons_buf_char(w->buf, bracket);
    w->depth++;
    uint64_t bit = (uint64_t)1 << w->depth;
    w->begun &= ~bit;
    w->is_object = bracket == '{' ? w->is_object | bit : w->is_object & ~bit;
}

void ons_json_close(ons_json_out *w)
{
    assert(w->depth > 0 && !w->after_key);
    ons_buf_char(w->buf, w->is_object >> w->depth & 1 ? '}' : ']');
    w->depth--;
}

void ons_json_key(ons_json_out *w, const char *key)
{
    uint64_t bit = (uint64_t)1 << w->depth;
    assert((w->is_object & bit) && !w->after_key);
    if (w->begun & bit) ons_buf_char(w->buf, ',');
    w->begun |= bit;
    ons_json_quote(w->buf, ons_str_of(key));
    ons_buf_char(w->buf, ':');
    w->after_key = true;
}

static void escape_ascii(ons_buf *b, char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *p = c ? strchr(from, c) : NULL;
    if (p) {
        ons_buf_char(b, '\\');
        ons_buf_char(b, to[p - from]);
    } else if ((unsigned char)c < 0x20 || c == 0x7F) {
        ons_buf_printf(b, "\\u%04x", (unsigned)(unsigned char)c);
    } else {
        ons_buf_char(b, c);
    }
}

void ons_json_quote(ons_buf *buf, ons_str s)
{
    ons_buf_char(buf, '"');
    for (size_t at = 0; at < s.len;) {
        size_t n = ons_utf8_at(s, at, NULL);
        if (n == 1) {
            escape_ascii(buf, s.ptr[at]);
        } else if (n == 0) {
            ons_buf_text(buf, "\\ufffd");
        } else {
            ons_buf_add(buf, s.ptr + at, n);
        }
        at += n ? n : 1;
    }
    ons_buf_char(buf, '"');
}

void ons_json_put_str(ons_json_out *w, ons_str s)
{
    separate(w);
    ons_json_quote(w->buf, s);
}

void ons_json_put_text(ons_json_out *w, const char *text)
{
    if (text) {
        ons_json_put_str(w, ons_str_of(text));
    } else {
        ons_json_put_null(w);
    }
}

void ons_json_put_f64(ons_json_out *w, double v)
{
    separate(w);
    char text[32];
    if (isfinite(v)) {
        (void)(w->shortest ? ons_f64_text(v, text, sizeof text)
                           : ons_number_text(v, text, sizeof text));
    }
    ons_buf_text(w->buf, isfinite(v) ? text : "null");
}

void ons_json_put_u64(ons_json_out *w, uint64_t v)
{
    separate(w);
    ons_buf_printf(w->buf, "%" PRIu64, v);
}

void ons_json_put_i64(ons_json_out *w, int64_t v)
{
    separate(w);
    ons_buf_printf(w->buf, "%" PRId64, v);
}

void ons_json_put_bool(ons_json_out *w, bool v)
{
    separate(w);
    ons_buf_text(w->buf, v ? "true" : "false");
}

void ons_json_put_null(ons_json_out *w)
{
    separate(w);
    ons_buf_text(w->buf, "null");
}

void ons_json_member_str(ons_json_out *w, const char *key, ons_str s)
{
    ons_json_key(w, key);
    ons_json_put_str(w, s);
}
void ons_json_member_text(ons_json_out *w, const char *key, const char *text)
{
    ons_json_key(w, key);
    ons_json_put_text(w, text);
}
void ons_json_member_f64(ons_json_out *w, const char *key, double v)
{
    ons_json_key(w, key);
    ons_json_put_f64(w, v);
}

void ons_json_member_u64(ons_json_out *w, const char *key, uint64_t v)
{
    ons_json_key(w, key);
    ons_json_put_u64(w, v);
}

void ons_json_member_bool(ons_json_out *w, const char *key, bool v)
{
    ons_json_key(w, key);
    ons_json_put_bool(w, v);
}
