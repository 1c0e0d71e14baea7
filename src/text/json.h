/* Reading JSON that somebody else wrote: strict (RFC 8259), a limit on nesting,
 * duplicate keys refused, and getters whose errors name the path of the value
 * with what was seen and what is allowed.
 *
 *   ons_json *doc;
 *   ONS_TRY(ons_json_parse(text, &doc, err));
 *   ons_json_at root = ons_json_root(doc), layers;
 *   s = ons_json_member(&root, "layers", &layers, err);    // "$.layers is missing"
 *   if (s == ONS_OK) s = ons_json_u64(&layers, 1, 64, &n, err);
 *   ons_json_free(doc);
 *
 * An ons_json_at is a value and the way to it. It borrows the document and the
 * ons_json_at it was reached from: keep both. Objects keep the order of the file.
 * A document may be read by many threads at once. */
#ifndef ONS_TEXT_JSON_H
#define ONS_TEXT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

#define ONS_JSON_DEPTH_MAX 128

typedef struct ons_json ons_json;

typedef enum ons_json_kind {
    ONS_JSON_NULL,
    ONS_JSON_BOOL,
    ONS_JSON_NUMBER,
    ONS_JSON_STRING,
    ONS_JSON_ARRAY,
    ONS_JSON_OBJECT
} ons_json_kind;

typedef struct ons_json_at {
    const ons_json *value;
    const struct ons_json_at *up; /* NULL at the root */
    const char *key;              /* in up, if that is an object */
    size_t index;                 /* in up, if that is an array */
} ons_json_at;

/* The whole of `text` is one value. Errors: FORMAT with the byte, LIMIT (nesting), NOMEM. */
ons_status ons_json_parse(ons_str text, ons_json **ret_doc, ons_err *err);
/* The same of what Python's json module writes: NaN, Infinity and -Infinity are numbers too
 * (ask isfinite), integers of any size become the nearest number, and half of a surrogate
 * pair becomes U+FFFD. */
ons_status ons_json_parse_python(ons_str text, ons_json **ret_doc, ons_err *err);
/* NULL is fine. */
void ons_json_free(ons_json *doc);

ons_json_at ons_json_root(const ons_json *doc);
ons_json_kind ons_json_kind_of(const ons_json_at *at);
/* Items of an array, members of an object, else 0. */
size_t ons_json_len(const ons_json_at *at);

/* False where `at` is no object or has no such key; a null counts as absent. */
bool ons_json_find(const ons_json_at *at, const char *key, ons_json_at *ret_at);
/* Errors: FORMAT if it is missing, or `at` is no object. */
ons_status ons_json_member(const ons_json_at *at, const char *key, ons_json_at *ret_at,
                           ons_err *err);
/* Item i < ons_json_len of an array, or the i-th member of an object (ret_at->key is its
 * name). */
ons_json_at ons_json_item(const ons_json_at *at, size_t i);

/* What the value must be. Errors: FORMAT (kind, range) with path, seen and allowed. */
ons_status ons_json_expect(const ons_json_at *at, ons_json_kind kind, ons_err *err);
ons_status ons_json_str(const ons_json_at *at, ons_str *ret_s, ons_err *err);
ons_status ons_json_bool(const ons_json_at *at, bool *ret_b, ons_err *err);
ons_status ons_json_f64(const ons_json_at *at, double *ret_v, ons_err *err);
/* An integer in lo..hi; 8.0 is one too. */
ons_status ons_json_u64(const ons_json_at *at, uint64_t lo, uint64_t hi, uint64_t *ret_v,
                        ons_err *err);

/* Member and value in one step. */
ons_status ons_json_get_str(const ons_json_at *at, const char *key, ons_str *ret_s, ons_err *err);
ons_status ons_json_get_bool(const ons_json_at *at, const char *key, bool *ret_b, ons_err *err);
ons_status ons_json_get_f64(const ons_json_at *at, const char *key, double *ret_v, ons_err *err);
ons_status ons_json_get_u64(const ons_json_at *at, const char *key, uint64_t lo, uint64_t hi,
                            uint64_t *ret_v, ons_err *err);

/* "$.model.merges[3]" into buf (cut at its size); returns buf. */
const char *ons_json_path(const ons_json_at *at, char *buf, size_t cap);

#endif
