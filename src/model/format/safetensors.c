#include "model/format/safetensors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/parse.h"
#include "base/reader.h"
#include "text/json.h"
#include "text/json_out.h"

#define PREFIX_BYTES ((uint64_t)8)

static const struct {
    const char *name;
    size_t bytes;
} DTYPE[ONS_SAFETENSORS_DTYPE_COUNT] = {
#define X(name, bytes) {#name, bytes},
    ONS_SAFETENSORS_DTYPE_MAP(X)
#undef X
};

const char *ons_safetensors_dtype_name(ons_safetensors_dtype t) { return DTYPE[t].name; }

/* ---- reading ---- */

static ons_status read_dtype(const ons_json_at *at, ons_safetensor *t, ons_err *err)
{
    ons_str s;
    ONS_TRY(ons_json_get_str(at, "dtype", &s, err));
    for (int i = 0; i < ONS_SAFETENSORS_DTYPE_COUNT; i++) {
        if (!ons_str_eq(s, ons_str_of(DTYPE[i].name))) continue;
        t->dtype = (ons_safetensors_dtype)i;
        return ONS_OK;
    }
    return ONS_FAIL(err, ONS_UNSUPPORTED, "dtype '" ONS_STR_FMT "' is not known", ONS_STR(s));
}

static ons_status read_shape(const ons_json_at *at, ons_safetensor *t, ons_err *err)
{
    ons_json_at shape;
    ONS_TRY(ons_json_member(at, "shape", &shape, err));
    ONS_TRY(ons_json_expect(&shape, ONS_JSON_ARRAY, err));
    t->n_dims = ons_json_len(&shape);
    if (t->n_dims > ONS_SAFETENSORS_DIMS_MAX)
        return ONS_FAIL(err, ONS_FORMAT, "%zu dimensions, at most %d", t->n_dims,
                        ONS_SAFETENSORS_DIMS_MAX);
    t->n_elems = 1;
    for (size_t i = 0; i < t->n_dims; i++) {
        ons_json_at dim = ons_json_item(&shape, i);
        ONS_TRY(ons_json_u64(&dim, 0, INT64_MAX, &t->dim[i], err));
        size_t d;
        if (!ons_u64_to_size(t->dim[i], &d) || !ons_mul_size(t->n_elems, d, &t->n_elems))
            return ONS_FAIL(err, ONS_FORMAT, "shape[%zu] is %" PRIu64 ": too many elements", i,
                            t->dim[i]);
    }
    return ONS_OK;
}

/* data: the part of the file behind the header, which begins at data_at. */
static ons_status read_range(const ons_json_at *at, ons_bytes data, uint64_t data_at,
                             ons_safetensor *t, ons_err *err)
{
    ons_json_at range;
    ONS_TRY(ons_json_member(at, "data_offsets", &range, err));
    ONS_TRY(ons_json_expect(&range, ONS_JSON_ARRAY, err));
    if (ons_json_len(&range) != 2)
        return ONS_FAIL(err, ONS_FORMAT, "data_offsets has %zu numbers, must have 2",
                        ons_json_len(&range));
    uint64_t begin, end;
    ons_json_at b = ons_json_item(&range, 0), e = ons_json_item(&range, 1);
    ONS_TRY(ons_json_u64(&b, 0, INT64_MAX, &begin, err));
    ONS_TRY(ons_json_u64(&e, 0, INT64_MAX, &end, err));
    if (begin > end || end > data.len)
        return ONS_FAIL_AT(err, ONS_FORMAT, data_at + begin,
                           "data_offsets are %" PRIu64 "..%" PRIu64 ", the file holds 0..%zu",
                           begin, end, data.len);
    size_t want;
    if (!ons_mul_size(t->n_elems, DTYPE[t->dtype].bytes, &want) || want != end - begin)
        return ONS_FAIL_AT(err, ONS_FORMAT, data_at + begin,
                           "%" PRIu64 " bytes of data, but %zu elements of %s", end - begin,
                           t->n_elems, DTYPE[t->dtype].name);
    t->data = (ons_bytes){data.ptr + begin, (size_t)(end - begin)};
    t->offset = data_at + begin;
    return ONS_OK;
}

static ons_status read_tensor(const ons_json_at *at, ons_bytes data, uint64_t data_at,
                              ons_safetensor *t, ons_err *err)
{
    ONS_TRY(ons_json_expect(at, ONS_JSON_OBJECT, err));
    for (size_t i = 0; i < ons_json_len(at); i++) {
        const char *key = ons_json_item(at, i).key;
        if (strcmp(key, "dtype") != 0 && strcmp(key, "shape") != 0 &&
            strcmp(key, "data_offsets") != 0)
            return ONS_FAIL(err, ONS_FORMAT,
                            "unknown key '%.64s', allowed dtype, shape, data_offsets", key);
    }
    ONS_TRY(read_dtype(at, t, err));
    ONS_TRY(read_shape(at, t, err));
    return read_range(at, data, data_at, t, err);
}

static ons_status keep_name(const char *key, ons_arena *a, const char **ret_name, ons_err *err)
{
    size_t len = strlen(key);
    if (len > ONS_SAFETENSORS_NAME_LEN_MAX)
        return ONS_FAIL(err, ONS_LIMIT, "a tensor's name of %zu bytes, at most %zu", len,
                        ONS_SAFETENSORS_NAME_LEN_MAX);
    char *name;
    ONS_TRY(ONS_NEW(a, len + 1, &name, err));
    memcpy(name, key, len + 1);
    *ret_name = name;
    return ONS_OK;
}

static ons_status read_header(const ons_json_at *root, ons_bytes data, uint64_t data_at,
                              ons_arena *a, ons_safetensors *st, ons_err *err)
{
    ONS_TRY(ons_json_expect(root, ONS_JSON_OBJECT, err));
    size_t n = ons_json_len(root);
    if (n > ONS_SAFETENSORS_TENSORS_MAX)
        return ONS_FAIL(err, ONS_LIMIT, "%zu tensors, at most %zu", n, ONS_SAFETENSORS_TENSORS_MAX);
    ONS_TRY(ONS_NEW(a, n, &st->tensor, err));
    ons_json_at at = *root;
    for (size_t i = 0; i < n; i++) {
        at = ons_json_item(root, i);
        if (strcmp(at.key, "__metadata__") == 0) continue;
        ons_safetensor *t = &st->tensor[st->n_tensors];
        ons_status s = keep_name(at.key, a, &t->name, err);
        if (s == ONS_OK) s = read_tensor(&at, data, data_at, t, err);
        if (s != ONS_OK) return ons_err_where(err, s, "tensor '%.128s'", at.key);
        st->n_tensors++;
    }
    return ONS_OK;
}

static int by_place(const void *a, const void *b)
{
    const ons_safetensor *x = a, *y = b;
    if (x->offset != y->offset) return x->offset < y->offset ? -1 : 1;
    return (x->data.len > y->data.len) - (x->data.len < y->data.len);
}

static int by_name(const void *a, const void *b)
{
    const ons_safetensor *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* The tensors lie end to end from the first byte of the data to the last. */
static ons_status check_cover(ons_safetensors *st, uint64_t data_at, uint64_t file_end,
                              ons_err *err)
{
    if (st->n_tensors > 1) qsort(st->tensor, st->n_tensors, sizeof *st->tensor, by_place);
    uint64_t at = data_at;
    for (size_t i = 0; i < st->n_tensors; i++) {
        const ons_safetensor *t = &st->tensor[i];
        if (t->offset != at) {
            ons_status s = ONS_FAIL_AT(err, ONS_FORMAT, t->offset,
                                       t->offset < at ? "overlaps '%.128s' before it"
                                                      : "a hole in the data behind '%.128s'",
                                       i ? st->tensor[i - 1].name : "the header");
            return ons_err_where(err, s, "tensor '%.128s'", t->name);
        }
        at += t->data.len;
    }
    if (at != file_end)
        return ONS_FAIL_AT(err, ONS_FORMAT, at, "%" PRIu64 " bytes belong to no tensor",
                           file_end - at);
    if (st->n_tensors > 1) qsort(st->tensor, st->n_tensors, sizeof *st->tensor, by_name);
    return ONS_OK;
}

ons_status ons_safetensors_read(ons_bytes file, ons_arena *a, ons_safetensors *ret_st, ons_err *err)
{
    ons_reader r = ons_reader_make(file);
    uint64_t header_len;
    ons_bytes header;
    ONS_TRY(ons_reader_u64(&r, "header length", &header_len, err));
    if (header_len > ONS_SAFETENSORS_HEADER_MAX)
        return ONS_FAIL_AT(err, ONS_FORMAT, 0, "a header of %" PRIu64 " bytes, at most %" PRIu64,
                           header_len, ONS_SAFETENSORS_HEADER_MAX);
    ONS_TRY(ons_reader_bytes(&r, "header", header_len, &header, err));
    if (header.len == 0 || header.ptr[0] != '{')
        return ONS_FAIL_AT(err, ONS_FORMAT, PREFIX_BYTES, "the header must begin with '{'");

    ons_json *doc;
    ons_status s = ons_json_parse((ons_str){(const char *)header.ptr, header.len}, &doc, err);
    if (s != ONS_OK) {
        if (err && err->offset != ONS_NO_OFFSET) err->offset += PREFIX_BYTES;
        return ons_err_where(err, s, "header");
    }
    ons_json_at root = ons_json_root(doc);
    ons_bytes data = {file.ptr + r.at, file.len - r.at};
    ons_safetensors st = {NULL, 0};
    s = read_header(&root, data, r.at, a, &st, err);
    if (s == ONS_OK) s = check_cover(&st, r.at, file.len, err);
    ons_json_free(doc);
    if (s == ONS_OK) *ret_st = st;
    return s;
}

const ons_safetensor *ons_safetensors_find(const ons_safetensors *st, const char *name)
{
    if (st->n_tensors == 0) return NULL;
    ons_safetensor key = {.name = name};
    return bsearch(&key, st->tensor, st->n_tensors, sizeof key, by_name);
}

/* ---- writing ---- */

static int by_name_out(const void *a, const void *b)
{
    return strcmp((*(const ons_safetensor_f32 *const *)a)->name,
                  (*(const ons_safetensor_f32 *const *)b)->name);
}

static bool elements_of(const ons_safetensor_f32 *t, size_t *ret_n)
{
    size_t n = 1;
    for (size_t i = 0; i < t->n_dims; i++)
        if (!ons_mul_size(n, t->dim[i], &n)) return false;
    *ret_n = n;
    return n <= SIZE_MAX / sizeof(float);
}

static ons_status write_header(const ons_safetensor_f32 *const *t, size_t n, ons_buf *header,
                               ons_err *err)
{
    ons_json_out w = ons_json_out_make(header);
    size_t at = 0;
    ons_json_open(&w, '{');
    ons_json_key(&w, "__metadata__");
    ons_json_open(&w, '{');
    ons_json_member_text(&w, "format", "pt");
    ons_json_close(&w);
    for (size_t i = 0; i < n; i++) {
        size_t n_elems, end;
        if (i > 0 && strcmp(t[i]->name, t[i - 1]->name) == 0)
            return ONS_FAIL(err, ONS_USAGE, "two tensors named '%.128s'", t[i]->name);
        if (!elements_of(t[i], &n_elems) || !ons_add_size(at, n_elems * sizeof(float), &end))
            return ONS_FAIL(err, ONS_LIMIT, "tensor '%.128s' is too large", t[i]->name);
        ons_json_key(&w, t[i]->name);
        ons_json_open(&w, '{');
        ons_json_member_text(&w, "dtype", "F32");
        ons_json_key(&w, "shape");
        ons_json_open(&w, '[');
        for (size_t k = 0; k < t[i]->n_dims; k++) ons_json_put_u64(&w, t[i]->dim[k]);
        ons_json_close(&w);
        ons_json_key(&w, "data_offsets");
        ons_json_open(&w, '[');
        ons_json_put_u64(&w, at);
        ons_json_put_u64(&w, end);
        ons_json_close(&w);
        ons_json_close(&w);
        at = end;
    }
    ons_json_close(&w);
    while (header->state == ONS_OK && header->len % PREFIX_BYTES != 0) ons_buf_char(header, ' ');
    return ons_buf_status(header, err);
}

static void put_f32(ons_buf *out, const float *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t u;
        memcpy(&u, &v[i], sizeof u);
        const uint8_t b[4] = {(uint8_t)u, (uint8_t)(u >> 8), (uint8_t)(u >> 16),
                              (uint8_t)(u >> 24)};
        ons_buf_add(out, b, sizeof b);
    }
}

ons_status ons_safetensors_write(const ons_safetensor_f32 *t, size_t n, ons_buf *out, ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_buf header;
    ons_buf_init(&header, ONS_SAFETENSORS_HEADER_MAX);
    const ons_safetensor_f32 **order;
    const size_t one = sizeof(void *);
    ons_status s = ons_arena_alloc(&a, n, one, _Alignof(void *), (void *)&order, err);
    if (s == ONS_OK) {
        for (size_t i = 0; i < n; i++) order[i] = &t[i];
        if (n > 1) qsort(order, n, one, by_name_out);
        s = write_header(order, n, &header, err);
    }
    if (s == ONS_OK) {
        uint8_t length[PREFIX_BYTES];
        for (size_t i = 0; i < PREFIX_BYTES; i++)
            length[i] = (uint8_t)((uint64_t)header.len >> (8 * i));
        ons_buf_add(out, length, sizeof length);
        ons_buf_str_add(out, ons_buf_str(&header));
        for (size_t i = 0; i < n; i++) {
            size_t n_elems = 0;
            if (elements_of(order[i], &n_elems)) put_f32(out, order[i]->data, n_elems);
        }
        s = ons_buf_status(out, err);
    }
    ons_buf_release(&header);
    ons_arena_clear(&a);
    return s;
}
