#include "train/state.h"

#include <inttypes.h>
#include <string.h>

#include "base/reader.h"

#define MAGIC       "ONSTRAIN"
#define MAGIC_BYTES ((size_t)8)
#define VERSION     1u
#define HASH_BYTES  ((size_t)16)
#define FIXED_BYTES (MAGIC_BYTES + 4 + 4 + HASH_BYTES + (size_t)5 * 8 + HASH_BYTES)

size_t ons_train_state_bytes(size_t n_params, size_t n_moments)
{
    return FIXED_BYTES + sizeof(float) * (n_params + n_moments);
}

/* ---- writing ---- */

static void put_uint(ons_buf *out, uint64_t v, size_t n_bytes)
{
    uint8_t b[8];
    for (size_t i = 0; i < n_bytes; i++) b[i] = (uint8_t)(v >> (8 * i));
    ons_buf_add(out, b, n_bytes);
}

static void put_floats(ons_buf *out, const float *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t u;
        memcpy(&u, &v[i], sizeof u);
        put_uint(out, u, 4);
    }
}

void ons_train_state_write(const ons_train_state *s, ons_buf *out)
{
    uint64_t loss;
    memcpy(&loss, &s->loss_nats, sizeof loss);
    const size_t begin = out->len;
    ons_buf_add(out, MAGIC, MAGIC_BYTES);
    put_uint(out, VERSION, 4);
    put_uint(out, 0, 4);
    ons_buf_add(out, s->recipe.byte, HASH_BYTES);
    put_uint(out, s->step, 8);
    put_uint(out, s->rng, 8);
    put_uint(out, loss, 8);
    put_uint(out, s->n_params, 8);
    put_uint(out, s->n_moments, 8);
    put_floats(out, s->params, s->n_params);
    put_floats(out, s->moments, s->n_moments);
    if (out->state != ONS_OK) return;
    const ons_bytes all = ons_buf_bytes(out);
    const ons_id hash = ons_hash((ons_bytes){all.ptr + begin, all.len - begin});
    ons_buf_add(out, hash.byte, HASH_BYTES);
}

/* ---- reading ---- */

typedef struct header {
    uint32_t version;
    ons_id recipe;
    uint64_t step, rng, loss, n_params, n_moments;
} header;

static ons_status read_header(ons_reader *r, header *h, ons_err *err)
{
    ons_bytes magic, recipe;
    uint32_t zero;
    ONS_TRY(ons_reader_bytes(r, "magic", MAGIC_BYTES, &magic, err));
    if (memcmp(magic.ptr, MAGIC, MAGIC_BYTES) != 0)
        return ONS_FAIL_AT(err, ONS_FORMAT, 0, "does not begin with %s: no trainer state", MAGIC);
    ONS_TRY(ons_reader_u32(r, "version", &h->version, err));
    ONS_TRY(ons_reader_u32(r, "zero", &zero, err));
    ONS_TRY(ons_reader_bytes(r, "recipe", HASH_BYTES, &recipe, err));
    memcpy(h->recipe.byte, recipe.ptr, HASH_BYTES);
    ONS_TRY(ons_reader_u64(r, "step", &h->step, err));
    ONS_TRY(ons_reader_u64(r, "generator", &h->rng, err));
    ONS_TRY(ons_reader_u64(r, "loss", &h->loss, err));
    ONS_TRY(ons_reader_u64(r, "n_params", &h->n_params, err));
    return ons_reader_u64(r, "n_moments", &h->n_moments, err);
}

static ons_status check_hash(ons_bytes file, ons_err *err)
{
    if (file.len < FIXED_BYTES)
        return ONS_FAIL_AT(err, ONS_FORMAT, file.len,
                           "ends after %zu bytes, at least %zu are needed", file.len, FIXED_BYTES);
    const size_t body = file.len - HASH_BYTES;
    const ons_id hash = ons_hash((ons_bytes){file.ptr, body});
    if (memcmp(hash.byte, file.ptr + body, HASH_BYTES) == 0) return ONS_OK;
    return ONS_FAIL_AT(err, ONS_FORMAT, body, "the bytes do not fit their hash");
}

ons_status ons_train_state_peek(ons_bytes file, ons_train_state_head *ret_h, ons_err *err)
{
    ons_reader r = ons_reader_make(file);
    header h = {0};
    ONS_TRY(check_hash(file, err));
    ONS_TRY(read_header(&r, &h, err));
    *ret_h = (ons_train_state_head){.recipe = h.recipe, .step = h.step};
    memcpy(&ret_h->loss_nats, &h.loss, sizeof h.loss);
    return ONS_OK;
}

static void get_floats(const uint8_t *p, size_t n, float *ret_v)
{
    for (size_t i = 0; i < n; i++, p += 4) {
        const uint32_t u =
            (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
        memcpy(&ret_v[i], &u, sizeof u);
    }
}

ons_status ons_train_state_read(ons_bytes file, ons_train_state *s, ons_err *err)
{
    ons_reader r = ons_reader_make(file);
    header h = {0};
    ONS_TRY(check_hash(file, err));
    ONS_TRY(read_header(&r, &h, err));
    if (h.version != VERSION)
        return ONS_FAIL(err, ONS_UNSUPPORTED,
                        "trainer state of version %" PRIu32 ", supported is %u", h.version,
                        VERSION);
    if (!ons_id_eq(h.recipe, s->recipe))
        return ONS_FAIL(err, ONS_MISMATCH, "holds recipe %s, this one is %s",
                        ons_id_hex(h.recipe).hex, ons_id_hex(s->recipe).hex);
    if (h.n_params != s->n_params || h.n_moments != s->n_moments ||
        file.len != ons_train_state_bytes(s->n_params, s->n_moments))
        return ONS_FAIL(err, ONS_MISMATCH,
                        "holds %" PRIu64 " parameters and %" PRIu64
                        " moments, expected %zu and %zu",
                        h.n_params, h.n_moments, s->n_params, s->n_moments);
    s->step = h.step;
    s->rng = h.rng;
    memcpy(&s->loss_nats, &h.loss, sizeof h.loss);
    get_floats(file.ptr + r.at, s->n_params, s->params);
    get_floats(file.ptr + r.at + sizeof(float) * s->n_params, s->n_moments, s->moments);
    return ONS_OK;
}
