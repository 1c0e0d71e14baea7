/* The optimisers against the formulas of their papers, written out plainly in double. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "base/rng.h"
#include "train/optimizer.h"

enum { STEPS = 3 };

static const ons_decoder_config config = {.n_layers = 1,
                                          .width = 8,
                                          .n_heads = 2,
                                          .head_dim = 4,
                                          .mlp_width = 24,
                                          .vocab = 16,
                                          .max_len = 8,
                                          .rope_base = 1000,
                                          .norm_eps = 1e-6f,
                                          .final_gain = .3f};

static float *floats(size_t n)
{
    float *p = aligned_alloc(64, (n * sizeof *p + 127) & ~(size_t)63);
    assert_non_null(p);
    memset(p, 0, n * sizeof *p);
    return p;
}

typedef struct subject {
    ons_decoder_layout at;
    float *params, *grad, *state, *work;
    double *plain; /* the same parameters, by the formulas */
} subject;

static void open_subject(subject *s, ons_optimizer_kind kind, double grad_size)
{
    ons_rng r = ons_rng_make(21, 0);
    ons_decoder_layout_of(&config, &s->at);
    s->params = floats(s->at.n_params);
    s->grad = floats(s->at.n_params);
    s->state = floats(ons_optimizer_state_floats(&config, kind));
    s->work = floats(ons_optimizer_work_floats(&config));
    s->plain = calloc(s->at.n_params, sizeof *s->plain);
    assert_non_null(s->plain);
    for (size_t i = 0; i < s->at.n_params; i++) {
        s->params[i] = (float)(ons_rng_f64(&r) - .5);
        s->grad[i] = (float)(grad_size * (ons_rng_f64(&r) - .5));
        s->plain[i] = (double)s->params[i];
    }
}

static void close_subject(subject *s)
{
    free(s->params);
    free(s->grad);
    free(s->state);
    free(s->work);
    free(s->plain);
}

/* Kingma & Ba 2015, algorithm 1, with the decoupled decay of Loshchilov & Hutter 2019. */
static void plain_adam(subject *s, size_t from, size_t n, const ons_optimizer_spec *o, double rate,
                       double decay, double scale)
{
    double *m = calloc(n, sizeof *m), *v = calloc(n, sizeof *v);
    assert_true(m && v);
    for (int t = 1; t <= STEPS; t++) {
        for (size_t i = 0; i < n; i++) {
            double g = scale * (double)s->grad[from + i], *w = &s->plain[from + i];
            m[i] = o->beta1 * m[i] + (1 - o->beta1) * g;
            v[i] = o->beta2 * v[i] + (1 - o->beta2) * g * g;
            double mh = m[i] / (1 - pow(o->beta1, t)), vh = v[i] / (1 - pow(o->beta2, t));
            *w -= rate * (mh / (sqrt(vh) + 1e-8) + decay * *w);
        }
    }
    free(m);
    free(v);
}

static void run_steps(subject *s, const ons_optimizer_spec *o, double grad_scale)
{
    for (uint64_t t = 1; t <= STEPS; t++)
        ons_optimizer_step(&config, ons_kernels_best(),
                           &(ons_optimizer_step_args){
                               .spec = o, .step = t, .schedule = .5, .grad_scale = grad_scale},
                           s->grad, s->params, s->state, s->work);
}

static void check_adamw(double grad_size)
{
    const ons_optimizer_spec o = {.kind = ONS_OPTIMIZER_ADAMW,
                                  .rate = .01,
                                  .embedding_rate = .05,
                                  .weight_decay = .1,
                                  .beta1 = .9,
                                  .beta2 = .98};
    subject s;
    open_subject(&s, o.kind, grad_size);
    double norm = 0, scale = .25;
    for (size_t i = 0; i < s.at.n_params; i++) norm += pow((double)s.grad[i], 2);
    norm = sqrt(norm) * scale;
    if (norm > 1) scale /= norm; /* clipped to norm 1 */
    run_steps(&s, &o, .25);
    size_t embedding = s.at.n_params - s.at.n_non_embedding;
    plain_adam(&s, 0, embedding, &o, .5 * o.embedding_rate, 0, scale);
    plain_adam(&s, embedding, s.at.n_non_embedding, &o, .5 * o.rate * 32 / config.width,
               o.weight_decay, scale);
    for (size_t i = 0; i < s.at.n_params; i++) tst_close(s.params[i], s.plain[i], 2e-4, 1e-5);
    close_subject(&s);
}

static void test_adamw(void **state)
{
    (void)state;
    check_adamw(1e-2); /* not clipped */
    check_adamw(1);    /* clipped */
}

/* c [m][n] = a [m][k] b, b(k,j) = b[k * rsb + j * csb]. */
static void product(size_t m, size_t n, size_t k, const double *a, const double *b, size_t rsb,
                    size_t csb, double *c)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            c[i * n + j] = 0;
            for (size_t q = 0; q < k; q++) c[i * n + j] += a[i * k + q] * b[q * rsb + j * csb];
        }
}

/* u <- (3.4445 I - 4.7750 a + 2.0315 a a) u, a = u u^T, five times, on [rows][columns]. */
static void plain_newton_schulz(double *u, size_t rows, size_t columns)
{
    double a[24 * 24], b[24 * 24], next[24 * 24], norm = 0;
    for (size_t i = 0; i < rows * columns; i++) norm += u[i] * u[i];
    for (size_t i = 0; i < rows * columns; i++) u[i] /= sqrt(norm);
    for (int step = 0; step < 5; step++) {
        product(rows, rows, columns, u, u, 1, columns, a);
        product(rows, rows, rows, a, a, rows, 1, b);
        for (size_t i = 0; i < rows * rows; i++) b[i] = 2.0315 * b[i] - 4.7750 * a[i];
        for (size_t i = 0; i < rows; i++) b[i * rows + i] += 3.4445;
        product(rows, columns, rows, b, u, columns, 1, next);
        memcpy(u, next, rows * columns * sizeof *u);
    }
}

static void plain_muon(subject *s, const ons_optimizer_spec *o, size_t at, size_t rows,
                       size_t columns, size_t ld, double grad_scale)
{
    double momentum[24 * 24] = {0}, u[24 * 24];
    double shape = columns > rows ? sqrt((double)columns / (double)rows) : 1;
    for (int t = 0; t < STEPS; t++) {
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++) {
                double g = grad_scale * (double)s->grad[at + i * ld + j];
                double *m = &momentum[i * columns + j];
                *m = o->momentum * *m + (1 - o->momentum) * g;
                u[i * columns + j] = (1 - o->momentum) * g + o->momentum * *m;
            }
        plain_newton_schulz(u, rows, columns);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < columns; j++) {
                double *w = &s->plain[at + i * ld + j];
                *w = *w * (1 - .5 * o->rate * o->weight_decay) -
                     .5 * o->rate * shape * u[i * columns + j];
            }
    }
}

static void test_muon(void **state)
{
    (void)state;
    const ons_optimizer_spec o = {.kind = ONS_OPTIMIZER_MUON,
                                  .rate = .02,
                                  .momentum = .95,
                                  .embedding_rate = .05,
                                  .weight_decay = .1,
                                  .beta1 = .9,
                                  .beta2 = .98};
    subject s;
    open_subject(&s, o.kind, 1);
    run_steps(&s, &o, .25);
    size_t c = config.width, f = config.mlp_width;
    for (size_t q = 0; q < 3; q++) plain_muon(&s, &o, s.at.layer[0].qkv + q * c, c, c, 3 * c, .25);
    plain_muon(&s, &o, s.at.layer[0].out, c, c, c, .25);
    for (size_t q = 0; q < 2; q++)
        plain_muon(&s, &o, s.at.layer[0].gate_up + q * f, c, f, 2 * f, .25);
    plain_muon(&s, &o, s.at.layer[0].down, f, c, c, .25);
    plain_adam(&s, 0, s.at.n_params - s.at.n_non_embedding, &o, .5 * o.embedding_rate, 0, .25);
    for (size_t i = 0; i < s.at.n_params; i++) tst_close(s.params[i], s.plain[i], 1e-3, 1e-4);
    close_subject(&s);
}

/* No gradient, no decay: AdamW stands still. */
static void test_nothing_moves_without_a_gradient(void **state)
{
    (void)state;
    const ons_optimizer_spec o = {
        .kind = ONS_OPTIMIZER_ADAMW, .rate = .01, .embedding_rate = .05, .beta1 = .9, .beta2 = .98};
    subject s;
    open_subject(&s, o.kind, 0);
    run_steps(&s, &o, 1);
    for (size_t i = 0; i < s.at.n_params; i++) tst_close(s.params[i], s.plain[i], 0, 0);
    close_subject(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adamw),
        cmocka_unit_test(test_muon),
        cmocka_unit_test(test_nothing_moves_without_a_gradient),
    };
    return cmocka_run_group_tests_name("train, optimisers", tests, NULL, NULL);
}
