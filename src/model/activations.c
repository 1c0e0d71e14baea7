/* One block for all activations, sizes computed first. */
#include "model/activations.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

/* Takes addresses out of the block; with base NULL it only measures. */
typedef struct carver {
    char *base;
    size_t at;
    bool fits;
} carver;

static void *carve(carver *k, size_t rows, size_t columns, size_t item)
{
    size_t n, at = k->at;
    k->fits = k->fits && ons_mul_size(rows, columns, &n) && ons_mul_size(n, item, &n) &&
              ons_add_size(n, 63, &n) && ons_add_size(at, n & ~(size_t)63, &k->at);
    return k->base != NULL && k->fits ? k->base + at : NULL;
}

static float *carve_floats(carver *k, size_t rows, size_t columns)
{
    return carve(k, rows, columns, sizeof(float));
}

static void carve_layer(carver *k, const ons_decoder_config *c, size_t n, ons_layer_activations *l)
{
    l->xn1 = carve_floats(k, n, c->width);
    l->r1 = carve_floats(k, n, 1);
    l->qkv = carve_floats(k, n, 3 * (size_t)c->width);
    l->p = carve_floats(k, n, c->n_heads * ons_attention_ldp(c->max_len));
    l->o = carve_floats(k, n, c->width);
    l->xn2 = carve_floats(k, n, c->width);
    l->r2 = carve_floats(k, n, 1);
    l->gate_up = carve_floats(k, n, 2 * (size_t)c->mlp_width);
    l->sig = carve_floats(k, n, c->mlp_width);
    l->act = carve_floats(k, n, c->mlp_width);
}

static size_t max_of(size_t a, size_t b) { return a > b ? a : b; }

static void carve_all(carver *k, ons_activations *a)
{
    const ons_decoder_config *c = &a->config;
    size_t n = a->max_tokens, width = c->width;
    a->rope = carve_floats(k, c->max_len, c->head_dim);
    for (uint32_t l = 0; l < c->n_layers; l++) carve_layer(k, c, n, &a->layer[l]);
    a->x = carve_floats(k, n, width);
    a->xn_rows = carve_floats(k, n, width);
    a->q_rows = carve_floats(k, n, width);
    a->x_rows = carve_floats(k, n, width);
    a->xf = carve_floats(k, n, width);
    a->rf = carve_floats(k, n, 1);
    a->xf_gain = carve_floats(k, n, width);
    a->logits = carve_floats(k, n, c->vocab);
    size_t columns = max_of(max_of(3 * width, 2 * (size_t)c->mlp_width), c->vocab);
    size_t ds = c->max_len * ons_attention_ldp(c->max_len);
    a->work = carve_floats(k, max_of(ons_gemm_work_floats(columns), ds), 1);
    a->pos = carve(k, n, 1, sizeof *a->pos);
    a->row_pos = carve(k, n, 1, sizeof *a->row_pos);
    a->doc_row = carve(k, n + 1, 1, sizeof *a->doc_row);
    a->dx = carve_floats(k, n, width);
    a->dxn = carve_floats(k, n, width);
    a->dqkv = carve_floats(k, n, 3 * width);
    a->dgate_up = carve_floats(k, n, 2 * (size_t)c->mlp_width);
    a->dact = carve_floats(k, n, c->mlp_width);
    a->d_rows = carve_floats(k, n, width);
}

/* In double, rounded once: the float of the true value but for the last bit. */
static void fill_rope(const ons_decoder_config *c, float *table)
{
    size_t half = c->head_dim / 2;
    for (size_t t = 0; t < c->max_len; t++) {
        for (size_t i = 0; i < half; i++) {
            double exponent = -2.0 * (double)i / (double)c->head_dim;
            double angle = (double)t * pow((double)c->rope_base, exponent);
            table[t * c->head_dim + i] = (float)cos(angle);
            table[t * c->head_dim + half + i] = (float)sin(angle);
        }
    }
}

size_t ons_activations_bytes(const ons_decoder_config *c, size_t max_tokens)
{
    ons_activations a = {.config = *c, .max_tokens = max_tokens};
    carver k = {.fits = true};
    carve_all(&k, &a);
    return k.fits ? k.at : SIZE_MAX;
}

ons_status ons_activations_new(const ons_decoder_config *c, size_t max_tokens,
                               ons_activations **ret_acts, ons_err *err)
{
    ONS_TRY(ons_decoder_config_check(c, err));
    ons_activations *a = calloc(1, sizeof *a);
    if (a == NULL) return ONS_FAIL(err, ONS_NOMEM, "no room for activations");
    a->config = *c;
    a->max_tokens = max_tokens;
    ons_decoder_layout_of(c, &a->layout);
    carver k = {.fits = max_tokens >= 1 && max_tokens <= UINT32_MAX};
    carve_all(&k, a);
    if (!k.fits) {
        free(a);
        return ONS_FAIL(err, ONS_LIMIT, "%zu tokens at once, allowed 1 to %" PRIu32, max_tokens,
                        UINT32_MAX);
    }
    a->block_bytes = k.at;
    a->block = aligned_alloc(64, a->block_bytes);
    if (a->block == NULL) {
        size_t bytes = a->block_bytes;
        free(a);
        return ONS_FAIL(err, ONS_NOMEM, "no room for activations: %zu bytes", bytes);
    }
    k = (carver){.base = a->block, .fits = true};
    carve_all(&k, a);
    fill_rope(c, a->rope);
    *ret_acts = a;
    return ONS_OK;
}

void ons_activations_free(ons_activations *a)
{
    if (a == NULL) return;
    free(a->block);
    free(a);
}

ons_head_view ons_activations_head(const ons_activations *a, const ons_batch *b, size_t l, size_t d,
                                   size_t h, size_t *p_at)
{
    const ons_decoder_config *c = &a->config;
    const ons_layer_activations *y = &a->layer[l];
    size_t width = c->width, column = h * c->head_dim;
    size_t first = b->start[d], n = b->length[d];
    bool last = l + 1 == c->n_layers;
    size_t first_query = last ? a->doc_row[d] : first;
    size_t n_queries = last ? a->doc_row[d + 1] - first_query : n;
    size_t ldkv = last ? 2 * width : 3 * width;
    const float *keys = y->qkv + first * ldkv + (last ? 0 : width) + column;
    ons_head_view v = {.first_token = first, .n_tokens = n, .first_query = first_query};
    v.attention = (ons_attention){
        .n_keys = n,
        .n_queries = n_queries,
        .head_dim = c->head_dim,
        .pos = last ? a->row_pos + first_query : NULL,
        .scale = 1.0f / sqrtf((float)c->head_dim),
        .q = last ? a->q_rows + first_query * width + column : y->qkv + first * 3 * width + column,
        .ldq = last ? width : 3 * width,
        .k = keys,
        .v = keys + width,
        .ldkv = ldkv,
        .p = y->p + *p_at,
        .ldp = ons_attention_ldp(n_queries),
        .o = y->o + first_query * width + column,
        .ldo = width,
    };
    *p_at += n * v.attention.ldp;
    return v;
}
