#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/json_priv.h"

#define PATH_MAX_BYTES ((size_t)160)

ons_json_at ons_json_root(const ons_json *doc) { return (ons_json_at){.value = doc}; }

ons_json_kind ons_json_kind_of(const ons_json_at *at) { return at->value->kind; }

static const char *kind_name(ons_json_kind k)
{
    static const char *const name[] = {
        [ONS_JSON_NULL] = "null",       [ONS_JSON_BOOL] = "a boolean",
        [ONS_JSON_NUMBER] = "a number", [ONS_JSON_STRING] = "a string",
        [ONS_JSON_ARRAY] = "an array",  [ONS_JSON_OBJECT] = "an object"};
    return name[k];
}

static bool is_container(const ons_json *v)
{
    return v->kind == ONS_JSON_ARRAY || v->kind == ONS_JSON_OBJECT;
}

size_t ons_json_len(const ons_json_at *at) { return is_container(at->value) ? at->value->n : 0; }

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

static int key_order(const void *key, const void *member)
{
    return strcmp(key, (*(ons_json *const *)member)->key);
}

bool ons_json_find(const ons_json_at *at, const char *key, ons_json_at *ret_at)
{
    const ons_json *v = at->value;
    if (v->kind != ONS_JSON_OBJECT || v->n == 0) return false;
    ons_json *const *found = bsearch(key, v->as.item + v->n, v->n,
                                     sizeof *found, /* NOLINT(bugprone-sizeof-expression) */
                                     key_order);
    if (!found || (*found)->kind == ONS_JSON_NULL) return false;
    *ret_at = (ons_json_at){.value = *found, .up = at, .key = key};
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
    const ons_json *v = at->value->as.item[i];
    return (ons_json_at){.value = v, .up = at, .key = v->key, .index = i};
}

ons_status ons_json_str(const ons_json_at *at, ons_str *ret_s, ons_err *err)
{
    ONS_TRY(ons_json_expect(at, ONS_JSON_STRING, err));
    *ret_s = (ons_str){at->value->as.text, at->value->n};
    return ONS_OK;
}

ons_status ons_json_bool(const ons_json_at *at, bool *ret_b, ons_err *err)
{
    ONS_TRY(ons_json_expect(at, ONS_JSON_BOOL, err));
    *ret_b = at->value->truth;
    return ONS_OK;
}

static double number_of(const ons_json *v)
{
    return v->whole ? (double)v->as.integer : v->as.number;
}

ons_status ons_json_f64(const ons_json_at *at, double *ret_v, ons_err *err)
{
    ONS_TRY(ons_json_expect(at, ONS_JSON_NUMBER, err));
    *ret_v = number_of(at->value);
    return ONS_OK;
}

/* A number that is a whole one and not negative. */
static bool whole(const ons_json *v, uint64_t *ret_v)
{
    if (v->whole) {
        *ret_v = (uint64_t)v->as.integer;
        return v->as.integer >= 0;
    }
    const double d = v->as.number;
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
                        ons_json_path(at, path, sizeof path), number_of(at->value), lo, hi);
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
