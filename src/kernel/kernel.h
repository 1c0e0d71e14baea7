/* The arithmetic of a step as a table of functions: one in plain C that stays
 * for ever (kernel/ref), and faster twins of it. The cli chooses the table; the
 * rest of the program only calls it.
 *
 * Every output element is one chain of operations in one fixed order that this
 * header states. So results do not depend on how many rows are computed at once,
 * on which rows stand beside them, or on threads; and all tables give the SAME
 * BITS, which the tests demand with memcmp. "fma" below is a fused multiply-add
 * of one rounding. A "lane sum" of x over i is eight chains, lane j taking the
 * i with i % 8 == j in ascending order, added as
 *   ((l0+l4) + (l2+l6)) + ((l1+l5) + (l3+l7)).
 *
 * All functions are pure, thread-safe, allocate nothing and cannot fail. Arrays
 * are f32, row-major; ld is the distance of two rows in floats. Arrays do not
 * overlap unless said. n = 0 is allowed. */
#ifndef ONS_KERNEL_KERNEL_H
#define ONS_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* C[m][n] = init + A B. a(i,k) = a[i*rsa + k*csa], b(k,j) = b[k*rsb + j*csb].
 * Element: acc = init(i,j) or 0; for k ascending acc = fma(a(i,k), b(k,j), acc). */
typedef struct ons_gemm {
    size_t m, n, k;
    const float *a;
    size_t rsa, csa;
    const float *b;
    size_t rsb, csb;
    const float *init; /* [m][ldi]; NULL = zeros; may be c itself */
    size_t ldi;
    float *c;
    size_t ldc;
    bool symmetric; /* m == n: only i <= j is computed, the rest mirrored; no init */
    float *work;    /* ons_gemm_work_floats(n) */
} ons_gemm;

/* Scratch that products of at most n columns need, floats. */
size_t ons_gemm_work_floats(size_t n);

/* One head of one document. Queries are any of its positions, ascending.
 * p is kept for the backward pass: p[j*ldp + i] is the weight of key j for query i.
 * Element: s = chain of fma over channels, times scale; maximum over keys j <= pos(i);
 * e = exp(s - max); sum over j ascending; p = e * (1/sum); o = chain of fma over j. */
typedef struct ons_attention {
    size_t n_keys, n_queries, head_dim; /* head_dim: a multiple of 4, at most 128 */
    const uint32_t *pos;                /* [n_queries] ascending; NULL: query i stands at i */
    float scale;                        /* 1/sqrt(head_dim) */
    const float *q;
    size_t ldq;
    const float *k, *v;
    size_t ldkv;
    float *p;   /* [n_keys][ldp] */
    size_t ldp; /* ons_attention_ldp(n_queries) */
    float *o;
    size_t ldo;
} ons_attention;

#define ONS_HEAD_DIM_MAX 128

/* n_queries rounded up to 8: the row length of p. */
static inline size_t ons_attention_ldp(size_t n_queries) { return (n_queries + 7) & ~(size_t)7; }

/* dq, dk, dv from the o-gradient; overwrites them.
 * Element: dp = chain over channels; t = chain of fma over keys of p dp;
 * ds = (p (dp - t)) scale; dq = chain over keys; dk, dv = chain over queries. */
typedef struct ons_attention_back {
    const ons_attention *fwd;
    const float *d_o;
    size_t ld_do;
    float *dq;
    size_t lddq;
    float *dk, *dv;
    size_t lddkv;
    float *work; /* [n_keys][ldp] */
} ons_attention_back;

typedef struct ons_adam {
    float beta1, beta2;
    float rate;
    float correction1, correction2; /* 1/(1-beta1^t), 1/(1-beta2^t) */
    float eps;
    float decay; /* decoupled weight decay */
    float grad_scale;
} ons_adam;

typedef struct ons_kernels {
    const char *name;
    void (*gemm)(const ons_gemm *g);
    /* y = x r, r = 1/sqrt(lane sum of x^2 / width + eps), per row; y may be x. */
    void (*rmsnorm)(size_t n, size_t width, float eps, const float *x, float *y, float *r);
    /* dx += r (dy - y m), m = lane sum of (dy y) / width. */
    void (*rmsnorm_back)(size_t n, size_t width, const float *y, const float *r, const float *dy,
                         float *dx);
    /* Turns heads in place, halves as in Hugging Face's Llama: (x1, x2) to
     * (x1 cos - x2 sin, x2 cos + x1 sin). table: [len][head_dim], cos then sin of each
     * position; sign -1 turns back. x: [n][ld], heads side by side. */
    void (*rope)(size_t n, size_t n_heads, size_t head_dim, const uint32_t *pos, const float *table,
                 float sign, float *x, size_t ld);
    void (*attention)(const ons_attention *a);
    void (*attention_back)(const ons_attention_back *a);
    /* gate_up: [n][2 width], sig: [n][width] = sigmoid(gate), act = (gate sig) up. */
    void (*swiglu)(size_t n, size_t width, const float *gate_up, float *sig, float *act);
    void (*swiglu_back)(size_t n, size_t width, const float *gate_up, const float *sig,
                        const float *dact, float *dgate_up);
    /* Sum over rows of weight * -log softmax(z)[target] (weight NULL: 1), in double, rows
     * ascending; z [n][vocab] becomes its gradient weight * (softmax - onehot). */
    double (*cross_entropy)(size_t n, size_t vocab, const int32_t *target, const float *weight,
                            float *z);
    /* log of the sum of exp(z), nats: lane sum after the maximum is taken off. */
    double (*log_sum_exp)(size_t n, const float *z);
    void (*exp)(size_t n, const float *x, float *y);            /* y may be x */
    void (*scale)(size_t n, float a, const float *x, float *y); /* y = a x; y may be x */
    /* y = fma(a, x, b y) */
    void (*axpby)(size_t n, float a, const float *x, float b, float *y);
    double (*sum_squares)(size_t n, const float *x); /* lane sum in double */
    /* h = (1-beta) (scale g); m = fma(beta, m, h); u = fma(beta, m, h) */
    void (*nesterov)(size_t n, float scale, float beta, const float *g, float *m, float *u);
    void (*adam)(size_t n, const ons_adam *p, const float *g, float *m, float *v, float *w);
    /* dst row i = src row index[i]; dst row index[i] += src row i, i ascending. */
    void (*gather_rows)(size_t n, size_t width, const uint32_t *index, const float *src,
                        float *dst);
    void (*scatter_add_rows)(size_t n, size_t width, const uint32_t *index, const float *src,
                             float *dst);
} ons_kernels;

const ons_kernels *ons_kernels_reference(void);
/* The fastest table that this processor can run; the same one at every call. */
const ons_kernels *ons_kernels_best(void);
/* "reference", "avx2", "avx512"; NULL if there is none of that name or it cannot run here. */
const ons_kernels *ons_kernels_find(ons_str name);

#endif
