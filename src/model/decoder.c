/* The forward pass. Letters as in decoder.h. */
#include "model/decoder.h"

#include "model/activations.h"

/* c = init + a w, with w [k][n] inside a wider matrix of ldw columns. */
typedef struct product {
    size_t m, n, k;
    const float *a;
    const float *w;
    size_t ldw;
    const float *init;
    float *c;
} product;

static void multiply(const ons_kernels *k, const product *p, float *work)
{
    k->gemm(&(ons_gemm){.m = p->m,
                        .n = p->n,
                        .k = p->k,
                        .a = p->a,
                        .rsa = p->k,
                        .csa = 1,
                        .b = p->w,
                        .rsb = p->ldw,
                        .csb = 1,
                        .init = p->init,
                        .ldi = p->n,
                        .c = p->c,
                        .ldc = p->n,
                        .work = work});
}

/* Positions of tokens and of rows, and the rows of each document. */
static void index_batch(const ons_batch *b, ons_activations *a)
{
    size_t r = 0;
    for (size_t d = 0; d < b->n_docs; d++) {
        uint32_t start = b->start[d];
        for (uint32_t t = 0; t < b->length[d]; t++) a->pos[start + t] = t;
        a->doc_row[d] = r;
        for (; r < b->n_rows && b->row[r] < start + b->length[d]; r++)
            a->row_pos[r] = b->row[r] - start;
    }
    a->doc_row[b->n_docs] = r;
}

static void embed(const ons_kernels *k, const ons_batch *b, const float *table, ons_activations *a)
{
    /* Tokens are not negative, so the signed ids read as unsigned ones. */
    k->gather_rows(b->n_tokens, a->config.width, (const uint32_t *)b->token, table, a->x);
}

static void queries_keys_values(const ons_kernels *k, const float *w, const ons_batch *b, size_t l,
                                ons_activations *a)
{
    const ons_decoder_config *c = &a->config;
    size_t width = c->width, t = b->n_tokens;
    ons_layer_activations *y = &a->layer[l];
    k->rmsnorm(t, width, c->norm_eps, a->x, y->xn1, y->r1);
    if (l + 1 < c->n_layers) {
        product all = {t, 3 * width, width, y->xn1, w, 3 * width, NULL, y->qkv};
        multiply(k, &all, a->work);
        k->rope(t, 2 * (size_t)c->n_heads, c->head_dim, a->pos, a->rope, 1.0f, y->qkv, 3 * width);
        return;
    }
    k->gather_rows(b->n_rows, width, b->row, y->xn1, a->xn_rows);
    product q = {b->n_rows, width, width, a->xn_rows, w, 3 * width, NULL, a->q_rows};
    product kv = {t, 2 * width, width, y->xn1, w + width, 3 * width, NULL, y->qkv};
    multiply(k, &q, a->work);
    multiply(k, &kv, a->work);
    k->rope(b->n_rows, c->n_heads, c->head_dim, a->row_pos, a->rope, 1.0f, a->q_rows, width);
    k->rope(t, c->n_heads, c->head_dim, a->pos, a->rope, 1.0f, y->qkv, 2 * width);
}

static void attend(const ons_kernels *k, const ons_batch *b, size_t l, const ons_activations *a)
{
    size_t p_at = 0;
    for (size_t d = 0; d < b->n_docs; d++) {
        for (size_t h = 0; h < a->config.n_heads; h++) {
            ons_head_view v = ons_activations_head(a, b, l, d, h, &p_at);
            k->attention(&v.attention);
        }
    }
}

/* x += out(o); x += mlp(norm(x)), for the n queries of layer l. */
static void output_and_mlp(const ons_kernels *k, const float *params, size_t l, size_t n, float *x,
                           ons_activations *a)
{
    const ons_decoder_config *c = &a->config;
    size_t width = c->width, mlp = c->mlp_width;
    ons_layer_activations *y = &a->layer[l];
    product out = {n, width, width, y->o, params + a->layout.layer[l].out, width, x, x};
    multiply(k, &out, a->work);
    k->rmsnorm(n, width, c->norm_eps, x, y->xn2, y->r2);
    product gate_up = {n,       2 * mlp, width,     y->xn2, params + a->layout.layer[l].gate_up,
                       2 * mlp, NULL,    y->gate_up};
    multiply(k, &gate_up, a->work);
    k->swiglu(n, mlp, y->gate_up, y->sig, y->act);
    product down = {n, width, mlp, y->act, params + a->layout.layer[l].down, width, x, x};
    multiply(k, &down, a->work);
}

static void head(const ons_kernels *k, const float *table, size_t n_rows, ons_activations *a)
{
    const ons_decoder_config *c = &a->config;
    size_t width = c->width;
    k->rmsnorm(n_rows, width, c->norm_eps, a->x_rows, a->xf, a->rf);
    k->scale(n_rows * width, c->final_gain, a->xf, a->xf_gain);
    k->gemm(&(ons_gemm){.m = n_rows,
                        .n = c->vocab,
                        .k = width,
                        .a = a->xf_gain,
                        .rsa = width,
                        .csa = 1,
                        .b = table,
                        .rsb = 1,
                        .csb = width,
                        .c = a->logits,
                        .ldc = c->vocab,
                        .work = a->work});
}

const float *ons_decoder_forward(const ons_decoder_config *c, const ons_kernels *k,
                                 const float *params, const ons_batch *b, ons_activations *acts)
{
    const ons_decoder_layout *at = &acts->layout;
    index_batch(b, acts);
    embed(k, b, params + at->embed, acts);
    for (size_t l = 0; l < c->n_layers; l++) {
        queries_keys_values(k, params + at->layer[l].qkv, b, l, acts);
        attend(k, b, l, acts);
        if (l + 1 < c->n_layers) {
            output_and_mlp(k, params, l, b->n_tokens, acts->x, acts);
        } else {
            k->gather_rows(b->n_rows, c->width, b->row, acts->x, acts->x_rows);
            output_and_mlp(k, params, l, b->n_rows, acts->x_rows, acts);
        }
    }
    head(k, params + at->embed, b->n_rows, acts);
    return acts->logits;
}
