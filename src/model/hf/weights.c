#include "model/hf/weights.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/checked.h"
#include "model/format/safetensors.h"

#define NAME_CAP                64
#define PER_LAYER               9
#define FILE_SLOTS_OF(n_layers) ((size_t)(n_layers)*PER_LAYER + 2)

typedef enum slot_kind {
    SLOT_ROWS,     /* as it lies in the parameters: [rows][cols] */
    SLOT_MATRIX,   /* [rows = out][cols = in], transposed in the parameters */
    SLOT_GAIN_ONE, /* [cols], all 1, no parameters */
    SLOT_GAIN_END  /* [cols], all config.final_gain, no parameters */
} slot_kind;

/* One tensor of the file and its place in the parameters. */
typedef struct slot {
    char name[NAME_CAP];
    slot_kind kind;
    size_t rows, cols;
    size_t at; /* first float */
    size_t ld; /* SLOT_MATRIX: floats from one input channel to the next */
} slot;

static slot *add(slot *s, slot_kind kind, size_t rows, size_t cols, size_t at, size_t ld)
{
    *s = (slot){.kind = kind, .rows = rows, .cols = cols, .at = at, .ld = ld};
    return s;
}

static void name_layer(slot *s, uint32_t layer, const char *what)
{
    (void)snprintf(s->name, sizeof s->name, "model.layers.%" PRIu32 ".%s.weight", layer, what);
}

/* slots: [FILE_SLOTS_OF(n_layers)] */
static void slots_of(const ons_decoder_config *c, slot *slots)
{
    ons_decoder_layout lay;
    ons_decoder_layout_of(c, &lay);
    const size_t C = c->width, F = c->mlp_width;
    slot *s = slots;
    (void)snprintf(add(s, SLOT_ROWS, c->vocab, C, lay.embed, C)->name, NAME_CAP,
                   "model.embed_tokens.weight");
    s++;
    (void)snprintf(add(s, SLOT_GAIN_END, 1, C, 0, 0)->name, NAME_CAP, "model.norm.weight");
    s++;
    for (uint32_t l = 0; l < c->n_layers; l++) {
        const size_t qkv = lay.layer[l].qkv, gate_up = lay.layer[l].gate_up;
        name_layer(add(s++, SLOT_GAIN_ONE, 1, C, 0, 0), l, "input_layernorm");
        name_layer(add(s++, SLOT_MATRIX, C, C, qkv, 3 * C), l, "self_attn.q_proj");
        name_layer(add(s++, SLOT_MATRIX, C, C, qkv + C, 3 * C), l, "self_attn.k_proj");
        name_layer(add(s++, SLOT_MATRIX, C, C, qkv + 2 * C, 3 * C), l, "self_attn.v_proj");
        name_layer(add(s++, SLOT_MATRIX, C, C, lay.layer[l].out, C), l, "self_attn.o_proj");
        name_layer(add(s++, SLOT_GAIN_ONE, 1, C, 0, 0), l, "post_attention_layernorm");
        name_layer(add(s++, SLOT_MATRIX, F, C, gate_up, 2 * F), l, "mlp.gate_proj");
        name_layer(add(s++, SLOT_MATRIX, F, C, gate_up + F, 2 * F), l, "mlp.up_proj");
        name_layer(add(s++, SLOT_MATRIX, C, F, lay.layer[l].down, C), l, "mlp.down_proj");
    }
}

/* ---- writing ---- */

/* dst: [rows][cols] */
static void slot_to_file(const slot *s, const float *params, float final_gain, float *dst)
{
    for (size_t o = 0; o < s->rows; o++) {
        for (size_t i = 0; i < s->cols; i++) {
            float v = 1;
            if (s->kind == SLOT_ROWS) v = params[s->at + o * s->ld + i];
            if (s->kind == SLOT_MATRIX) v = params[s->at + i * s->ld + o];
            if (s->kind == SLOT_GAIN_END) v = final_gain;
            dst[o * s->cols + i] = v;
        }
    }
}

static ons_status write_with(const ons_decoder_config *c, const float *params, ons_arena *a,
                             ons_buf *out, ons_err *err)
{
    const size_t n = FILE_SLOTS_OF(c->n_layers);
    slot *slots;
    ons_safetensor_f32 *tensor;
    ONS_TRY(ONS_NEW(a, n, &slots, err));
    ONS_TRY(ONS_NEW(a, n, &tensor, err));
    slots_of(c, slots);
    for (size_t k = 0; k < n; k++) {
        const slot *s = &slots[k];
        const bool vector = s->kind == SLOT_GAIN_ONE || s->kind == SLOT_GAIN_END;
        float *data;
        ONS_TRY(ONS_NEW(a, s->rows * s->cols, &data, err));
        slot_to_file(s, params, c->final_gain, data);
        tensor[k] = (ons_safetensor_f32){.name = s->name, .data = data};
        tensor[k].n_dims = vector ? 1 : 2;
        tensor[k].dim[0] = vector ? s->cols : s->rows;
        tensor[k].dim[1] = s->cols;
    }
    return ons_safetensors_write(tensor, n, out, err);
}

ons_status ons_hf_weights_write(const ons_decoder_config *c, const float *params, ons_buf *out,
                                ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_status s = write_with(c, params, &a, out, err);
    ons_arena_clear(&a);
    return s;
}

/* ---- reading ---- */

static float f32_at(const ons_safetensor *t, size_t i)
{
    const uint8_t *p = t->data.ptr + 4 * i;
    uint32_t u = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    float v;
    memcpy(&v, &u, sizeof v);
    return v;
}

static ons_status check_tensor(const slot *s, const ons_safetensor *t, ons_err *err)
{
    const bool vector = s->kind == SLOT_GAIN_ONE || s->kind == SLOT_GAIN_END;
    if (t->dtype != ONS_SAFETENSORS_F32)
        return ONS_FAIL(err, ONS_UNSUPPORTED, "dtype is %s, supported is F32",
                        ons_safetensors_dtype_name(t->dtype));
    if (vector) {
        if (t->n_dims == 1 && t->dim[0] == s->cols) return ONS_OK;
        return ONS_FAIL_AT(err, ONS_FORMAT, t->offset,
                           "%zu dimensions, %zu elements, must be [%zu]", t->n_dims, t->n_elems,
                           s->cols);
    }
    if (t->n_dims == 2 && t->dim[0] == s->rows && t->dim[1] == s->cols) return ONS_OK;
    return ONS_FAIL_AT(err, ONS_FORMAT, t->offset,
                       "%zu dimensions, %zu elements, must be [%zu, %zu] as config.json says",
                       t->n_dims, t->n_elems, s->rows, s->cols);
}

static ons_status check_tensors(const slot *slots, size_t n, const ons_safetensors *st,
                                const ons_safetensor **ret_tensor, ons_err *err)
{
    for (size_t k = 0; k < n; k++) {
        ret_tensor[k] = ons_safetensors_find(st, slots[k].name);
        if (!ret_tensor[k])
            return ONS_FAIL(err, ONS_FORMAT, "tensor '%s' is missing", slots[k].name);
        ons_status s = check_tensor(&slots[k], ret_tensor[k], err);
        if (s != ONS_OK) return ons_err_where(err, s, "tensor '%s'", slots[k].name);
    }
    if (st->n_tensors == n) return ONS_OK;
    for (size_t i = 0; i < st->n_tensors; i++) {
        size_t k = 0;
        while (k < n && strcmp(st->tensor[i].name, slots[k].name) != 0) k++;
        if (k == n)
            return ONS_FAIL(err, ONS_UNSUPPORTED,
                            "tensor '%.128s' is not part of the model that config.json describes",
                            st->tensor[i].name);
    }
    return ONS_OK;
}

static ons_status slot_from_file(const slot *s, const ons_safetensor *t, float *final_gain,
                                 float *params, ons_err *err)
{
    if (s->kind == SLOT_GAIN_END) *final_gain = f32_at(t, 0);
    const float gain = s->kind == SLOT_GAIN_END ? *final_gain : 1;
    for (size_t o = 0; o < s->rows; o++) {
        for (size_t i = 0; i < s->cols; i++) {
            const size_t at = o * s->cols + i;
            const float v = f32_at(t, at);
            if (!isfinite(v))
                return ONS_FAIL_AT(err, ONS_FORMAT, t->offset + 4 * at,
                                   "element %zu is not a finite number", at);
            if (s->kind == SLOT_ROWS) {
                params[s->at + o * s->ld + i] = v;
            } else if (s->kind == SLOT_MATRIX) {
                params[s->at + i * s->ld + o] = v;
            } else if (v != gain) {
                return ONS_FAIL_AT(err, ONS_UNSUPPORTED, t->offset + 4 * at,
                                   "gain %zu is %.9g, supported is %.9g for all", at, (double)v,
                                   (double)gain);
            }
        }
    }
    return ONS_OK;
}

static ons_status read_with(ons_bytes file, ons_decoder_config *c, ons_arena *a, float **ret_params,
                            ons_err *err)
{
    const size_t n = FILE_SLOTS_OF(c->n_layers);
    slot *slots;
    const ons_safetensor **tensor;
    ons_safetensors st;
    ONS_TRY(ONS_NEW(a, n, &slots, err));
    ONS_TRY(ons_arena_alloc(a, n, sizeof(void *), _Alignof(void *), (void *)&tensor, err));
    ONS_TRY(ons_safetensors_read(file, a, &st, err));
    slots_of(c, slots);
    ONS_TRY(check_tensors(slots, n, &st, tensor, err));

    /* The shapes agree with the file, so the size is bounded by it. */
    ons_decoder_layout lay;
    ons_decoder_layout_of(c, &lay);
    size_t bytes;
    if (!ons_mul_size(lay.n_params, sizeof(float), &bytes) || !ons_add_size(bytes, 63, &bytes))
        return ONS_FAIL(err, ONS_LIMIT, "%zu parameters are too many", lay.n_params);
    float *params = aligned_alloc(64, bytes & ~(size_t)63);
    if (!params) return ONS_FAIL(err, ONS_NOMEM, "no memory for %zu parameters", lay.n_params);
    for (size_t k = 0; k < n; k++) {
        ons_status s = slot_from_file(&slots[k], tensor[k], &c->final_gain, params, err);
        if (s == ONS_OK) continue;
        free(params);
        return ons_err_where(err, s, "tensor '%s'", slots[k].name);
    }
    *ret_params = params;
    return ONS_OK;
}

ons_status ons_hf_weights_read(ons_bytes file, ons_decoder_config *c, float **ret_params,
                               ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_status s = read_with(file, c, &a, ret_params, err);
    ons_arena_clear(&a);
    return s;
}
