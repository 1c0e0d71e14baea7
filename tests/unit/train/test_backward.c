/* Gradients against finite differences, tensor by tensor, for every option of the model;
 * and logits that do not depend on the batch. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "base/rng.h"
#include "model/activations.h"
#include "train/backward.h"
#include "train/init.h"
#include "train/stream.h"

typedef struct subject {
    ons_decoder_config config;
    ons_decoder_layout layout;
    float *params, *grad;
    ons_activations *acts;
    ons_arena arena;
    ons_train_batch batch;
    float *weight;
} subject;

static float *floats(size_t n)
{
    float *p = aligned_alloc(64, (n * sizeof *p + 127) & ~(size_t)63);
    assert_non_null(p);
    memset(p, 0, n * sizeof *p);
    return p;
}

static ons_ladder ladder_of(uint32_t width, uint32_t head_dim, uint32_t layers, bool all)
{
    static const char *const skill[] = {"copy", "add_2", "digit_sum_steps"};
    ons_ladder l = {
        .rope_base = 1000, .batch_tokens = 200, .n_sizes = 1, .loss_on_all_tokens = all};
    l.size[0].width = width;
    l.size[0].head_dim = head_dim;
    l.size[0].layers = layers;
    for (size_t i = 0; i < 3; i++)
        l.skill[l.n_skills++] = (ons_skill_weight){ons_skill_find(ons_str_of(skill[i])), 1};
    return l;
}

static void open_subject(subject *s, const ons_ladder *l, bool weighted)
{
    memset(s, 0, sizeof *s);
    s->config = ons_ladder_config(l, 0);
    ons_decoder_layout_of(&s->config, &s->layout);
    s->params = floats(s->layout.n_params);
    s->grad = floats(s->layout.n_params);
    ons_params_init(&s->config, 1, 7, s->params); /* output projections not zero */
    ons_arena_init(&s->arena, 0);
    assert_int_equal(ons_activations_new(&s->config, ons_train_batch_cap(l), &s->acts, NULL),
                     ONS_OK);
    assert_int_equal(ons_train_batch_init(l, &s->arena, &s->batch, NULL), ONS_OK);
    ons_stream stream = ons_stream_make(l, 3, 0);
    ons_stream_next(&stream, &s->batch);
    if (!weighted) return;
    ons_rng r = ons_rng_make(1, 2);
    s->weight = floats(s->batch.batch.n_rows);
    for (size_t i = 0; i < s->batch.batch.n_rows; i++) s->weight[i] = (float)ons_rng_f64(&r);
}

static void close_subject(subject *s)
{
    ons_activations_free(s->acts);
    ons_arena_clear(&s->arena);
    free(s->params);
    free(s->grad);
    free(s->weight);
}

/* Sum of weighted -log p in double, from the logits alone. */
static double loss_of(subject *s)
{
    const ons_batch *b = &s->batch.batch;
    size_t vocab = s->config.vocab;
    const float *z = ons_decoder_forward(&s->config, ons_kernels_best(), s->params, b, s->acts);
    double loss = 0;
    for (size_t i = 0; i < b->n_rows; i++, z += vocab) {
        double sum = 0, max = (double)z[0];
        for (size_t j = 0; j < vocab; j++) max = fmax(max, (double)z[j]);
        for (size_t j = 0; j < vocab; j++) sum += exp((double)z[j] - max);
        double w = s->weight ? (double)s->weight[i] : 1;
        loss += w * (max + log(sum) - (double)z[s->batch.target[i]]);
    }
    return loss;
}

/* Along the gradient of one tensor with some noise: analytic against (f(+) - f(-)) / 2 eps. */
static void check_tensor(subject *s, const char *name, size_t at, size_t n)
{
    ons_rng r = ons_rng_make(11, at);
    float *keep = floats(n), *dir = floats(n);
    double norm = 0, dot = 0;
    const double eps = 5e-3;
    memcpy(keep, s->params + at, n * sizeof *keep);
    for (size_t i = 0; i < n; i++) norm += (double)s->grad[at + i] * (double)s->grad[at + i];
    norm = sqrt(norm);
    assert_true(norm > 1e-6); /* every tensor takes part */
    for (size_t i = 0; i < n; i++) {
        double noise = (ons_rng_f64(&r) - .5) * 1.7 / sqrt((double)n);
        dir[i] = (float)((double)s->grad[at + i] / norm + noise);
        dot += (double)s->grad[at + i] * (double)dir[i];
    }
    for (size_t i = 0; i < n; i++) s->params[at + i] = keep[i] + (float)eps * dir[i];
    double up = loss_of(s);
    for (size_t i = 0; i < n; i++) s->params[at + i] = keep[i] - (float)eps * dir[i];
    double down = loss_of(s);
    memcpy(s->params + at, keep, n * sizeof *keep);
    double numeric = (up - down) / (2 * eps);
    if (fabs(numeric - dot) > 2e-3 * fabs(dot) + 2e-4)
        fail_msg("%s (width %u, head %u, %u layers): numeric %.8g, analytic %.8g", name,
                 s->config.width, s->config.head_dim, s->config.n_layers, numeric, dot);
    free(keep);
    free(dir);
}

static void check_model(uint32_t width, uint32_t head_dim, uint32_t layers, bool all, bool weighted)
{
    ons_ladder l = ladder_of(width, head_dim, layers, all);
    subject s;
    open_subject(&s, &l, weighted);
    double forward = loss_of(&s);
    double loss = ons_decoder_backward(&s.config, ons_kernels_best(), s.params, &s.batch.batch,
                                       s.batch.target, s.weight, s.acts, s.grad);
    tst_close(loss, forward, 1e-5, 0);
    size_t c = s.config.width, f = s.config.mlp_width;
    check_tensor(&s, "embedding", s.layout.embed, s.config.vocab * c);
    for (uint32_t i = 0; i < layers; i++) {
        check_tensor(&s, "qkv", s.layout.layer[i].qkv, 3 * c * c);
        check_tensor(&s, "output", s.layout.layer[i].out, c * c);
        check_tensor(&s, "gate and up", s.layout.layer[i].gate_up, 2 * c * f);
        check_tensor(&s, "down", s.layout.layer[i].down, f * c);
    }
    close_subject(&s);
}

static void test_gradients(void **state)
{
    (void)state;
    check_model(8, 4, 2, false, false);
    check_model(12, 4, 1, false, false);
    check_model(16, 8, 3, false, true);
    check_model(24, 12, 2, true, false);
    check_model(32, 16, 2, true, true);
    check_model(40, 8, 2, false, false);
}

/* Gradients add up: a second call doubles them. */
static void test_gradients_accumulate(void **state)
{
    (void)state;
    ons_ladder l = ladder_of(16, 8, 2, false);
    subject s;
    open_subject(&s, &l, false);
    float *once = floats(s.layout.n_params);
    for (int i = 0; i < 2; i++) {
        (void)loss_of(&s);
        (void)ons_decoder_backward(&s.config, ons_kernels_best(), s.params, &s.batch.batch,
                                   s.batch.target, NULL, s.acts, s.grad);
        if (i == 0) memcpy(once, s.grad, s.layout.n_params * sizeof *once);
    }
    for (size_t i = 0; i < s.layout.n_params; i++) tst_close(s.grad[i], 2 * once[i], 1e-4, 1e-4);
    free(once);
    close_subject(&s);
}

/* A document alone has the very logits that it has among others, bit for bit. */
static void test_logits_do_not_depend_on_the_batch(void **state)
{
    (void)state;
    ons_ladder l = ladder_of(24, 8, 2, false);
    subject s;
    open_subject(&s, &l, false);
    const ons_batch *b = &s.batch.batch;
    size_t vocab = s.config.vocab, row = 0;
    float *whole = floats(b->n_rows * vocab);
    memcpy(whole, ons_decoder_forward(&s.config, ons_kernels_best(), s.params, b, s.acts),
           b->n_rows * vocab * sizeof *whole);
    for (size_t d = 0; d < b->n_docs; d++) {
        uint32_t start = 0, rows[256], n = 0;
        for (; row + n < b->n_rows && b->row[row + n] < b->start[d] + b->length[d]; n++)
            rows[n] = b->row[row + n] - b->start[d];
        const ons_batch one = {.token = b->token + b->start[d],
                               .start = &start,
                               .length = &b->length[d],
                               .row = rows,
                               .n_docs = 1,
                               .n_tokens = b->length[d],
                               .n_rows = n};
        const float *z = ons_decoder_forward(&s.config, ons_kernels_best(), s.params, &one, s.acts);
        for (size_t i = 0; i < n * vocab; i++) assert_true(z[i] == whole[row * vocab + i]);
        row += n;
    }
    assert_int_equal(row, b->n_rows);
    free(whole);
    close_subject(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients),
        cmocka_unit_test(test_gradients_accumulate),
        cmocka_unit_test(test_logits_do_not_depend_on_the_batch),
    };
    return cmocka_run_group_tests_name("train, backward", tests, NULL, NULL);
}
