#include "train/optimizer.h"

#include <math.h>
#include <string.h>

static size_t max_of(size_t a, size_t b) { return a > b ? a : b; }

size_t ons_optimizer_state_floats(const ons_decoder_config *c, ons_optimizer_kind kind)
{
    ons_decoder_layout at;
    ons_decoder_layout_of(c, &at);
    size_t embedding = at.n_params - at.n_non_embedding;
    return kind == ONS_OPTIMIZER_MUON ? at.n_non_embedding + 2 * embedding : 2 * at.n_params;
}

size_t ons_optimizer_work_floats(const ons_decoder_config *c)
{
    size_t width = c->width, wide = max_of(width, c->mlp_width);
    size_t small = width < c->mlp_width ? width : c->mlp_width;
    small = max_of(small, width);
    return 2 * width * wide + 4 * small * small + ons_gemm_work_floats(wide) + 64;
}

/* beta^t by squaring: the same bits everywhere. */
static double power(double beta, uint64_t t)
{
    double result = 1.0;
    for (; t > 0; t >>= 1) {
        if (t & 1) result *= beta;
        beta *= beta;
    }
    return result;
}

static ons_adam adam_of(const ons_optimizer_step_args *s, double rate)
{
    return (ons_adam){
        .beta1 = (float)s->spec->beta1,
        .beta2 = (float)s->spec->beta2,
        .rate = (float)(rate * s->schedule),
        .correction1 = (float)(1.0 / (1.0 - power(s->spec->beta1, s->step))),
        .correction2 = (float)(1.0 / (1.0 - power(s->spec->beta2, s->step))),
        .eps = 1e-8f,
        .grad_scale = (float)s->grad_scale,
    };
}

/* ---- Muon ---- */

/* A matrix of rows (in) x columns (out) inside a wider one. */
typedef struct matrix {
    size_t at; /* floats from the first hidden matrix */
    size_t rows, columns, ld;
} matrix;

/* Places for the iteration; u, next: rows x columns; the others: m x m, m the smaller side. */
typedef struct bench {
    float *u, *next, *a, *a2, *b, *product;
    float *gemm;
} bench;

typedef struct newton_schulz {
    const ons_kernels *k;
    bench w;
    size_t rows, columns, m;
} newton_schulz;

static const float NS_A = 3.4445f, NS_B = -4.7750f, NS_C = 2.0315f;
enum { NS_STEPS = 5 };

/* c = x y of symmetric m x m matrices that commute, so c is symmetric too. */
static void symmetric_product(const newton_schulz *s, const float *x, const float *y, float *c)
{
    size_t m = s->m;
    s->k->gemm(&(ons_gemm){.m = m,
                           .n = m,
                           .k = m,
                           .a = x, /* by columns, which are its rows: kernels read them faster */
                           .rsa = 1,
                           .csa = m,
                           .b = y,
                           .rsb = m,
                           .csb = 1,
                           .c = c,
                           .ldc = m,
                           .symmetric = true,
                           .work = s->w.gemm});
}

/* a = u u^T, or u^T u where that is the smaller one. */
static void gram(const newton_schulz *s)
{
    size_t n = s->columns;
    bool wide = s->rows <= s->columns;
    s->k->gemm(&(ons_gemm){.m = s->m,
                           .n = s->m,
                           .k = wide ? n : s->rows,
                           .a = s->w.u,
                           .rsa = wide ? n : 1,
                           .csa = wide ? 1 : n,
                           .b = s->w.u,
                           .rsb = wide ? 1 : n,
                           .csb = wide ? n : 1,
                           .c = s->w.a,
                           .ldc = s->m,
                           .symmetric = true,
                           .work = s->w.gemm});
}

/* next = p u or u p, p being m x m; then next becomes u. */
static void apply(newton_schulz *s, const float *p)
{
    bool wide = s->rows <= s->columns;
    size_t n = s->columns, m = s->m;
    s->k->gemm(&(ons_gemm){.m = s->rows,
                           .n = n,
                           .k = m,
                           .a = wide ? p : s->w.u,
                           .rsa = m,
                           .csa = 1,
                           .b = wide ? s->w.u : p,
                           .rsb = n,
                           .csb = 1,
                           .c = s->w.next,
                           .ldc = n,
                           .work = s->w.gemm});
    float *u = s->w.u;
    s->w.u = s->w.next;
    s->w.next = u;
}

/* b = NS_A I + NS_B a + NS_C a^2 */
static void polynomial(const newton_schulz *s)
{
    size_t m = s->m;
    symmetric_product(s, s->w.a, s->w.a, s->w.b);
    s->k->axpby(m * m, NS_B, s->w.a, NS_C, s->w.b);
    for (size_t i = 0; i < m; i++) s->w.b[i * m + i] += NS_A;
}

static void swap(float **x, float **y)
{
    float *t = *x;
    *x = *y;
    *y = t;
}

/* For long matrices: all five steps on the m x m side. With a = u u^T, u <- b u turns a
 * into b a b; everything is a polynomial in the first a, so it commutes, stays symmetric,
 * and only the product of the b's meets u, once. */
static void orthogonalise_long(newton_schulz *s)
{
    gram(s);
    for (int step = 0; step < NS_STEPS; step++) {
        polynomial(s);
        if (step + 1 < NS_STEPS) {
            symmetric_product(s, s->w.a, s->w.b, s->w.a2);
            symmetric_product(s, s->w.a2, s->w.b, s->w.a);
        }
        if (step == 0) {
            swap(&s->w.product, &s->w.b);
        } else {
            symmetric_product(s, s->w.product, s->w.b, s->w.a2);
            swap(&s->w.product, &s->w.a2);
        }
    }
    apply(s, s->w.product);
}

static void orthogonalise(newton_schulz *s)
{
    size_t longer = s->rows > s->columns ? s->rows : s->columns;
    if (longer >= 2 * s->m) {
        orthogonalise_long(s);
        return;
    }
    for (int step = 0; step < NS_STEPS; step++) {
        gram(s);
        polynomial(s);
        apply(s, s->w.b);
    }
}

static void muon(const ons_kernels *k, const ons_optimizer_step_args *args, const matrix *x,
                 const float *grad, float *params, float *momentum, float *work)
{
    size_t n = x->rows * x->columns, m = x->rows < x->columns ? x->rows : x->columns;
    newton_schulz s = {.k = k, .rows = x->rows, .columns = x->columns, .m = m};
    s.w.u = work;
    s.w.next = s.w.u + n;
    s.w.a = s.w.next + n;
    s.w.a2 = s.w.a + m * m;
    s.w.b = s.w.a2 + m * m;
    s.w.product = s.w.b + m * m;
    s.w.gemm = s.w.product + m * m;
    for (size_t i = 0; i < x->rows; i++) {
        size_t at = x->at + i * x->ld;
        k->nesterov(x->columns, (float)args->grad_scale, (float)args->spec->momentum, grad + at,
                    momentum + at, s.w.u + i * x->columns);
    }
    double norm = sqrt(k->sum_squares(n, s.w.u));
    k->scale(n, (float)(1.0 / (norm + 1e-12)), s.w.u, s.w.u);
    orthogonalise(&s);
    double rate = args->spec->rate * args->schedule;
    double shape = x->columns > x->rows ? sqrt((double)x->columns / (double)x->rows) : 1.0;
    float keep = (float)(1.0 - rate * args->spec->weight_decay);
    for (size_t i = 0; i < x->rows; i++)
        k->axpby(x->columns, (float)(-rate * shape), s.w.u + i * x->columns, keep,
                 params + x->at + i * x->ld);
}

static void muon_all(const ons_decoder_config *c, const ons_kernels *k,
                     const ons_optimizer_step_args *args, const float *grad, float *params,
                     float *state, float *work)
{
    ons_decoder_layout at;
    ons_decoder_layout_of(c, &at);
    size_t width = c->width, mlp = c->mlp_width, hidden = at.n_params - at.n_non_embedding;
    for (uint32_t l = 0; l < c->n_layers; l++) {
        size_t qkv = at.layer[l].qkv - hidden, gate = at.layer[l].gate_up - hidden;
        matrix list[] = {
            {qkv, width, width, 3 * width},
            {qkv + width, width, width, 3 * width},
            {qkv + 2 * width, width, width, 3 * width},
            {at.layer[l].out - hidden, width, width, width},
            {gate, width, mlp, 2 * mlp},
            {gate + mlp, width, mlp, 2 * mlp},
            {at.layer[l].down - hidden, mlp, width, width},
        };
        for (size_t i = 0; i < sizeof list / sizeof *list; i++)
            muon(k, args, &list[i], grad + hidden, params + hidden, state, work);
    }
}

static void embedding_adam(const ons_decoder_config *c, const ons_kernels *k,
                           const ons_optimizer_step_args *args, double grad_scale,
                           const float *grad, float *params, float *m, float *v)
{
    ons_adam adam = adam_of(args, args->spec->embedding_rate);
    adam.grad_scale = (float)grad_scale;
    k->adam((size_t)c->vocab * c->width, &adam, grad, m, v, params);
}

void ons_optimizer_step(const ons_decoder_config *c, const ons_kernels *k,
                        const ons_optimizer_step_args *args, const float *grad, float *params,
                        float *state, float *work)
{
    ons_decoder_layout at;
    ons_decoder_layout_of(c, &at);
    size_t embedding = at.n_params - at.n_non_embedding;
    if (args->spec->kind == ONS_OPTIMIZER_MUON) {
        muon_all(c, k, args, grad, params, state, work);
        float *m = state + at.n_non_embedding;
        embedding_adam(c, k, args, args->grad_scale, grad, params, m, m + embedding);
        return;
    }
    double norm = args->grad_scale * sqrt(k->sum_squares(at.n_params, grad));
    double scale = norm > 1.0 ? args->grad_scale / norm : args->grad_scale;
    float *m = state, *v = state + at.n_params;
    embedding_adam(c, k, args, scale, grad, params, m, v);
    ons_adam adam = adam_of(args, args->spec->rate * 32.0 / (double)c->width);
    adam.grad_scale = (float)scale;
    adam.decay = (float)args->spec->weight_decay;
    k->adam(at.n_non_embedding, &adam, grad + embedding, m + embedding, v + embedding,
            params + embedding);
}
