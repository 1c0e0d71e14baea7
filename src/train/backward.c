/* The backward pass: the forward pass of model/decoder.c read from its end. */
#include "train/backward.h"

#include <string.h>

#include "model/activations.h"

typedef struct pass {
    const ons_decoder_config *c;
    const ons_kernels *k;
    const float *params;
    const ons_batch *b;
    ons_activations *a;
    float *grad;
} pass;

/* dw [k][n] (inside ldw columns) += x^T dy, over m rows. */
static void weight_gradient(const pass *p, size_t m, const float *x, size_t k, const float *dy,
                            size_t n, float *dw, size_t ldw)
{
    p->k->gemm(&(ons_gemm){.m = k,
                           .n = n,
                           .k = m,
                           .a = x,
                           .rsa = 1,
                           .csa = k,
                           .b = dy,
                           .rsb = n,
                           .csb = 1,
                           .init = dw,
                           .ldi = ldw,
                           .c = dw,
                           .ldc = ldw,
                           .work = p->a->work});
}

typedef struct input_gradient_args {
    size_t m, n, k;
    const float *dy; /* [m][n] */
    const float *w;  /* [k][n] inside ldw columns */
    size_t ldw;
    const float *init;
    float *dx; /* [m][k] */
} input_gradient_args;

/* dx = init + dy w^T */
static void input_gradient(const pass *p, const input_gradient_args *g)
{
    p->k->gemm(&(ons_gemm){.m = g->m,
                           .n = g->k,
                           .k = g->n,
                           .a = g->dy,
                           .rsa = g->n,
                           .csa = 1,
                           .b = g->w,
                           .rsb = 1,
                           .csb = g->ldw,
                           .init = g->init,
                           .ldi = g->k,
                           .c = g->dx,
                           .ldc = g->k,
                           .work = p->a->work});
}

/* Loss, gradient of the head, and the gradient at the last layer's output rows: into dx. */
static double head_back(const pass *p, const int32_t *target, const float *weight)
{
    ons_activations *a = p->a;
    size_t rows = p->b->n_rows, width = p->c->width, vocab = p->c->vocab;
    const float *table = p->params + a->layout.embed;
    double loss = p->k->cross_entropy(rows, vocab, target, weight, a->logits);
    weight_gradient(p, rows, a->logits, vocab, a->xf_gain, width, p->grad + a->layout.embed, width);
    p->k->gemm(&(ons_gemm){.m = rows,
                           .n = width,
                           .k = vocab,
                           .a = a->logits,
                           .rsa = vocab,
                           .csa = 1,
                           .b = table,
                           .rsb = width,
                           .csb = 1,
                           .c = a->dxn,
                           .ldc = width,
                           .work = a->work});
    p->k->scale(rows * width, p->c->final_gain, a->dxn, a->dxn);
    memset(a->dx, 0, rows * width * sizeof *a->dx);
    p->k->rmsnorm_back(rows, width, a->xf, a->rf, a->dxn, a->dx);
    return loss;
}

/* Through the MLP and the output projection of layer l, n queries: dx is updated,
 * the gradient of the attention output goes to dxn. */
static void mlp_and_output_back(const pass *p, size_t l, size_t n)
{
    ons_activations *a = p->a;
    const ons_layer_activations *y = &a->layer[l];
    size_t width = p->c->width, mlp = p->c->mlp_width;
    size_t down = a->layout.layer[l].down, gate_up = a->layout.layer[l].gate_up;
    size_t out = a->layout.layer[l].out;
    const float *w = p->params;
    weight_gradient(p, n, y->act, mlp, a->dx, width, p->grad + down, width);
    input_gradient(p, &(input_gradient_args){n, width, mlp, a->dx, w + down, width, NULL, a->dact});
    p->k->swiglu_back(n, mlp, y->gate_up, y->sig, a->dact, a->dgate_up);
    weight_gradient(p, n, y->xn2, width, a->dgate_up, 2 * mlp, p->grad + gate_up, 2 * mlp);
    input_gradient(p, &(input_gradient_args){n, 2 * mlp, width, a->dgate_up, w + gate_up, 2 * mlp,
                                             NULL, a->dxn});
    p->k->rmsnorm_back(n, width, y->xn2, y->r2, a->dxn, a->dx);
    weight_gradient(p, n, y->o, width, a->dx, width, p->grad + out, width);
    input_gradient(p, &(input_gradient_args){n, width, width, a->dx, w + out, width, NULL, a->dxn});
}

/* dq, dk, dv of all heads: strides as the forward ones. dq: [Q] rows, dkv: [T] rows. */
static void attention_back(const pass *p, size_t l, float *dq, float *dkv)
{
    size_t p_at = 0, width = p->c->width, dim = p->c->head_dim;
    for (size_t d = 0; d < p->b->n_docs; d++) {
        for (size_t h = 0; h < p->c->n_heads; h++) {
            ons_head_view v = ons_activations_head(p->a, p->b, l, d, h, &p_at);
            float *dk = dkv + v.first_token * v.attention.ldkv + h * dim;
            p->k->attention_back(&(ons_attention_back){
                .fwd = &v.attention,
                .d_o = p->a->dxn + v.first_query * width + h * dim,
                .ld_do = width,
                .dq = dq + v.first_query * v.attention.ldq + h * dim,
                .lddq = v.attention.ldq,
                .dk = dk,
                .dv = dk + width,
                .lddkv = v.attention.ldkv,
                .work = p->a->work,
            });
        }
    }
}

static void inner_attention_back(const pass *p, size_t l)
{
    ons_activations *a = p->a;
    const ons_decoder_config *c = p->c;
    size_t n = p->b->n_tokens, width = c->width, at = a->layout.layer[l].qkv;
    const ons_layer_activations *y = &a->layer[l];
    attention_back(p, l, a->dqkv, a->dqkv + width);
    p->k->rope(n, 2 * (size_t)c->n_heads, c->head_dim, a->pos, a->rope, -1.0f, a->dqkv, 3 * width);
    weight_gradient(p, n, y->xn1, width, a->dqkv, 3 * width, p->grad + at, 3 * width);
    input_gradient(p, &(input_gradient_args){n, 3 * width, width, a->dqkv, p->params + at,
                                             3 * width, NULL, a->dxn});
    p->k->rmsnorm_back(n, width, y->xn1, y->r1, a->dxn, a->dx);
}

/* Of the last layer: queries at the rows only. dx comes in as [R] rows and leaves as [T].
 * The chain over 3C columns of the input gradient runs over q first, then goes on over
 * k and v, as in one product. */
static void last_attention_back(const pass *p, size_t l)
{
    ons_activations *a = p->a;
    const ons_decoder_config *c = p->c;
    const ons_kernels *k = p->k;
    size_t n = p->b->n_tokens, rows = p->b->n_rows, width = c->width;
    size_t at = a->layout.layer[l].qkv;
    const ons_layer_activations *y = &a->layer[l];
    float *dq = a->d_rows, *dkv = a->dqkv;
    attention_back(p, l, dq, dkv);
    k->rope(rows, c->n_heads, c->head_dim, a->row_pos, a->rope, -1.0f, dq, width);
    k->rope(n, c->n_heads, c->head_dim, a->pos, a->rope, -1.0f, dkv, 2 * width);
    weight_gradient(p, rows, a->xn_rows, width, dq, width, p->grad + at, 3 * width);
    weight_gradient(p, n, y->xn1, width, dkv, 2 * width, p->grad + at + width, 3 * width);
    /* x_rows and xn_rows have done their work: scratch from here on. */
    input_gradient(p, &(input_gradient_args){rows, width, width, dq, p->params + at, 3 * width,
                                             NULL, a->xn_rows});
    memset(a->dxn, 0, n * width * sizeof *a->dxn);
    k->scatter_add_rows(rows, width, p->b->row, a->xn_rows, a->dxn);
    input_gradient(p, &(input_gradient_args){n, 2 * width, width, dkv, p->params + at + width,
                                             3 * width, a->dxn, a->dxn});
    memcpy(a->x_rows, a->dx, rows * width * sizeof *a->dx);
    memset(a->dx, 0, n * width * sizeof *a->dx);
    k->scatter_add_rows(rows, width, p->b->row, a->x_rows, a->dx);
    k->rmsnorm_back(n, width, y->xn1, y->r1, a->dxn, a->dx);
}

double ons_decoder_backward(const ons_decoder_config *c, const ons_kernels *k, const float *params,
                            const ons_batch *b, const int32_t *target, const float *weight,
                            ons_activations *acts, float *grad)
{
    pass p = {.c = c, .k = k, .params = params, .b = b, .a = acts, .grad = grad};
    double loss = head_back(&p, target, weight);
    for (size_t l = c->n_layers; l-- > 0;) {
        bool last = l + 1 == c->n_layers;
        mlp_and_output_back(&p, l, last ? b->n_rows : b->n_tokens);
        if (last) {
            last_attention_back(&p, l);
        } else {
            inner_attention_back(&p, l);
        }
    }
    k->scatter_add_rows(b->n_tokens, c->width, (const uint32_t *)b->token, acts->dx,
                        grad + acts->layout.embed);
    return loss;
}
