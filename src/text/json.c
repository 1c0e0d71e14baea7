#include "text/json.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PATH_MAX_BYTES ((size_t)160)
#define PROBE_BYTES    ((size_t)64 * 1024)

/* jansson parses by recursion: nesting is bounded before it sees the text. */
static ons_status check_depth(ons_str text, ons_err *err)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (in_string) {
            if (c == '\\') i++;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > ONS_JSON_DEPTH_MAX)
                return ONS_FAIL_AT(err, ONS_LIMIT, i, "JSON nested deeper than %d levels",
                                   ONS_JSON_DEPTH_MAX);
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return ONS_OK;
}

/* jansson tells of some failed allocations as of malformed text ("string or '}' expected"). A text
 * that is malformed is so twice, and there is memory to be had. */
static json_t *load(ons_str text, bool *ret_no_memory, json_error_t *e)
{
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL;
    const char *p = text.ptr ? text.ptr : "";
    json_t *doc = json_loadb(p, text.len, flags, e);
    if (!doc) doc = json_loadb(p, text.len, flags, e);
    void *probe = doc ? NULL : malloc(text.len + PROBE_BYTES);
    *ret_no_memory = !doc && (!probe || json_error_code(e) == json_error_out_of_memory);
    free(probe);
    return doc;
}

ons_status ons_json_parse(ons_str text, ons_json **ret_doc, ons_err *err)
{
    ONS_TRY(check_depth(text, err));
    json_error_t e;
    bool no_memory;
    json_t *doc = load(text, &no_memory, &e);
    if (!doc) {
        if (no_memory) return ONS_FAIL(err, ONS_NOMEM, "no memory for %zu bytes of JSON", text.len);
        uint64_t at = e.position > 0 ? (uint64_t)e.position : 0;
        return ONS_FAIL_AT(err, ONS_FORMAT, at > text.len ? text.len : at,
                           "no JSON: %s, line %d column %d", e.text, e.line, e.column);
    }
    *ret_doc = doc;
    return ONS_OK;
}

void ons_json_free(ons_json *doc) { json_decref(doc); }

ons_json_at ons_json_root(const ons_json *doc) { return (ons_json_at){.value = doc}; }

ons_json_kind ons_json_kind_of(const ons_json_at *at)
{
    switch (json_typeof(at->value)) {
    case JSON_OBJECT:
        return ONS_JSON_OBJECT;
    case JSON_ARRAY:
        return ONS_JSON_ARRAY;
    case JSON_STRING:
        return ONS_JSON_STRING;
    case JSON_INTEGER:
    case JSON_REAL:
        return ONS_JSON_NUMBER;
    case JSON_TRUE:
    case JSON_FALSE:
        return ONS_JSON_BOOL;
    case JSON_NULL:
    default:
        return ONS_JSON_NULL;
    }
}

static const char *kind_name(ons_json_kind k)
{
    static const char *const name[] = {
        [ONS_JSON_NULL] = "null",       [ONS_JSON_BOOL] = "a boolean",
        [ONS_JSON_NUMBER] = "a number", [ONS_JSON_STRING] = "a string",
        [ONS_JSON_ARRAY] = "an array",  [ONS_JSON_OBJECT] = "an object"};
    return name[k];
}

size_t ons_json_len(const ons_json_at *at)
{
    return json_is_array(at->value) ? json_array_size(at->value) : json_object_size(at->value);
}

const char *ons_json_path(const ons_json_at *at, char *buf, size_t cap)
{
    /* Collect the way up, then write it downwards. */
    const ons_json_at *way[ONS_JSON_DEPTH_MAX + 1];
    size_t n = 0;
    for (; at->up && n <= ONS_JSON_DEPTH_MAX; at = at->up) way[n++] = at;
    size_t used = (size_t)snprintf(buf, cap, "$");
    while (n-- > 0 && used < cap) {
        int k = way[n]->key ? snprintf(buf + used, cap - used, ".%s", way[n]->key)
                            : snprintf(buf + used, cap - used, "[%zu]", way[n]->index);
        used += k > 0 ? (size_t)k : 0;
    }
    return buf;
}

static ons_status wrong_kind(const ons_json_at *at, ons_json_kind want, ons_err *err)
{
    char path[PATH_MAX_BYTES];
    return ONS_FAIL(err, ONS_FORMAT, "%s is %s, expected %s", ons_json_path(at, path, sizeof path),
                    kind_name(ons_json_kind_of(at)), kind_name(want));
}

ons_status ons_json_expect(const ons_json_at *at, ons_json_kind kind, ons_err *err)
{
    return ons_json_kind_of(at) == kind ? ONS_OK : wrong_kind(at, kind, err);
}

bool ons_json_find(const ons_json_at *at, const char *key, ons_json_at *ret_at)
{
    const json_t *v = json_object_get(at->value, key);
    if (!v || json_is_null(v)) return false;
    *ret_at = (ons_json_at){.value = v, .up = at, .key = key};
    return true;
}

ons_status ons_json_member(const ons_json_at *at, const char *key, ons_json_at *ret_at,
                           ons_err *err)
{
    ONS_TRY(ons_json_expect(at, ONS_JSON_OBJECT, err));
    if (ons_json_find(at, key, ret_at)) return ONS_OK;
    char path[PATH_MAX_BYTES];
    return ONS_FAIL(err, ONS_FORMAT, "%s.%s is missing", ons_json_path(at, path, sizeof path), key);
}

ons_json_at ons_json_item(const ons_json_at *at, size_t i)
{
    assert(i < ons_json_len(at));
    if (json_is_array(at->value))
        return (ons_json_at){.value = json_array_get(at->value, i), .up = at, .index = i};
    /* The iterator functions take a json_t * but do not change it. */
    union {
        const json_t *in;
        json_t *out;
    } object = {.in = at->value};
    void *it = json_object_iter(object.out);
    while (i-- > 0) it = json_object_iter_next(object.out, it);
    return (ons_json_at){
        .value = json_object_iter_value(it), .up = at, .key = json_object_iter_key(it)};
}

ons_status ons_json_str(const ons_json_at *at, ons_str *ret_s, ons_err *err)
{
    ONS_TRY(ons_json_expect(at, ONS_JSON_STRING, err));
    *ret_s = (ons_str){json_string_value(at->value), json_string_length(at->value)};
    return ONS_OK;
}

ons_status ons_json_bool(const ons_json_at *at, bool *ret_b, ons_err *err)
{
    ONS_TRY(ons_json_expect(at, ONS_JSON_BOOL, err));
    *ret_b = json_is_true(at->value);
    return ONS_OK;
}

ons_status ons_json_f64(const ons_json_at *at, double *ret_v, ons_err *err)
{
    ONS_TRY(ons_json_expect(at, ONS_JSON_NUMBER, err));
    *ret_v = json_number_value(at->value);
    return ONS_OK;
}

/* A number that is a whole one and not negative. */
static bool whole(const json_t *v, uint64_t *ret_v)
{
    if (json_is_integer(v)) {
        json_int_t i = json_integer_value(v);
        *ret_v = (uint64_t)i;
        return i >= 0;
    }
    double d = json_real_value(v);
    if (!(d >= 0 && d < 9007199254740992.0 && d == floor(d))) return false;
    *ret_v = (uint64_t)d;
    return true;
}

ons_status ons_json_u64(const ons_json_at *at, uint64_t lo, uint64_t hi, uint64_t *ret_v,
                        ons_err *err)
{
    ONS_TRY(ons_json_expect(at, ONS_JSON_NUMBER, err));
    uint64_t v;
    if (!whole(at->value, &v) || v < lo || v > hi) {
        char path[PATH_MAX_BYTES];
        return ONS_FAIL(err, ONS_FORMAT,
                        "%s is %.17g, allowed are whole numbers from %" PRIu64 " to %" PRIu64,
                        ons_json_path(at, path, sizeof path), json_number_value(at->value), lo, hi);
    }
    *ret_v = v;
    return ONS_OK;
}

ons_status ons_json_get_str(const ons_json_at *at, const char *key, ons_str *ret_s, ons_err *err)
{
    ons_json_at v = *at;
    ONS_TRY(ons_json_member(at, key, &v, err));
    return ons_json_str(&v, ret_s, err);
}

ons_status ons_json_get_bool(const ons_json_at *at, const char *key, bool *ret_b, ons_err *err)
{
    ons_json_at v = *at;
    ONS_TRY(ons_json_member(at, key, &v, err));
    return ons_json_bool(&v, ret_b, err);
}

ons_status ons_json_get_f64(const ons_json_at *at, const char *key, double *ret_v, ons_err *err)
{
    ons_json_at v = *at;
    ONS_TRY(ons_json_member(at, key, &v, err));
    return ons_json_f64(&v, ret_v, err);
}

ons_status ons_json_get_u64(const ons_json_at *at, const char *key, uint64_t lo, uint64_t hi,
                            uint64_t *ret_v, ons_err *err)
{
    ons_json_at v = *at;
    ONS_TRY(ons_json_member(at, key, &v, err));
    return ons_json_u64(&v, lo, hi, ret_v, err);
}
