/* Writing JSON into a buffer, compact, in the order of the calls.
 *
 *   ons_json_out w = ons_json_out_make(&buf);
 *   ons_json_open(&w, '{');
 *   ons_json_key(&w, "x");  ons_json_put_f64(&w, 0.1);
 *   ons_json_key(&w, "a");  ons_json_open(&w, '[');  ons_json_put_u64(&w, 3);  ons_json_close(&w);
 *   ons_json_close(&w);                                  // {"x":0.1,"a":[3]}
 *   ONS_TRY(ons_buf_status(&buf, err));
 *
 * Numbers are the shortest that read back the same; NaN and infinities, which
 * JSON lacks, become null. Strings may be any bytes: what is no UTF-8 becomes
 * \ufffd, a byte each. Errors stick in the buffer. Not thread-safe. */
#ifndef ONS_TEXT_JSON_OUT_H
#define ONS_TEXT_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

#define ONS_JSON_OUT_DEPTH_MAX 63

typedef struct ons_json_out {
    ons_buf *buf;
    uint64_t is_object; /* bit d: level d is an object */
    uint64_t begun;     /* bit d: level d has a member, so the next one needs a comma */
    unsigned depth;
    bool after_key;
    bool shortest; /* 1e+03, not 1000: files whose bytes or hash earlier versions wrote so */
} ons_json_out;

ons_json_out ons_json_out_make(ons_buf *buf);
/* bracket: '{' or '['; close finds the right one. At most ONS_JSON_OUT_DEPTH_MAX open at once. */
void ons_json_open(ons_json_out *w, char bracket);
void ons_json_close(ons_json_out *w);
void ons_json_key(ons_json_out *w, const char *key);
void ons_json_put_str(ons_json_out *w, ons_str s);
void ons_json_put_text(ons_json_out *w, const char *text); /* NULL: null */
void ons_json_put_f64(ons_json_out *w, double v);
void ons_json_put_u64(ons_json_out *w, uint64_t v);
void ons_json_put_i64(ons_json_out *w, int64_t v);
void ons_json_put_bool(ons_json_out *w, bool v);
void ons_json_put_null(ons_json_out *w);
/* A key and its value. */
void ons_json_member_str(ons_json_out *w, const char *key, ons_str s);
void ons_json_member_text(ons_json_out *w, const char *key, const char *text);
void ons_json_member_f64(ons_json_out *w, const char *key, double v);
void ons_json_member_u64(ons_json_out *w, const char *key, uint64_t v);
void ons_json_member_bool(ons_json_out *w, const char *key, bool v);

/* A string with its quotes and escapes, without a writer. */
void ons_json_quote(ons_buf *buf, ons_str s);

#endif
