/* Every table of kernels against the reference, bit for bit, on random sizes with
 * all edges; and the reference against what mathematics demands of it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "base/rng.h"
#include "kernel/kernel.h"

enum { ROUNDS = 300 };

static const ons_kernels *tested; /* every table that this processor runs, one after another */

/* Random floats, some zeros among them, from -2 to 2. */
static float *random_floats(ons_rng *r, size_t n)
{
    float *x = aligned_alloc(64, (n * sizeof *x + 127) & ~(size_t)63);
    assert_non_null(x);
    for (size_t i = 0; i < n; i++)
        x[i] = ons_rng_below(r, 16) ? (float)(4 * ons_rng_f64(r) - 2) : 0.0f;
    return x;
}

static float *copy_floats(const float *x, size_t n)
{
    float *y = aligned_alloc(64, (n * sizeof *y + 127) & ~(size_t)63);
    assert_non_null(y);
    memcpy(y, x, n * sizeof *x);
    return y;
}

static size_t upto(ons_rng *r, size_t n) { return 1 + ons_rng_below(r, (uint32_t)n); }

static void same(const char *what, const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): bits are what is compared */
        if (memcmp(a + i, b + i, sizeof *a) != 0)
            fail_msg("%s: element %zu of %zu is %.9g, reference %.9g", what, i, n, (double)b[i],
                     (double)a[i]);
}

/* One product of random shape, strides and options. */
static void one_gemm(ons_rng *r, int round, float *work)
{
    size_t m = upto(r, 70), n = upto(r, round % 5 ? 70 : 200), k = upto(r, round % 10 ? 70 : 600);
    bool symmetric = ons_rng_below(r, 4) == 0, init = !symmetric && ons_rng_below(r, 2);
    if (symmetric) n = m;
    size_t pad = ons_rng_below(r, 5);
    bool a_turned = ons_rng_below(r, 2), b_turned = ons_rng_below(r, 2);
    size_t lda = (a_turned ? m : k) + pad, ldb = (b_turned ? k : n) + pad, ldc = n + pad;
    float *a = random_floats(r, (a_turned ? k : m) * lda);
    float *b = random_floats(r, (b_turned ? n : k) * ldb);
    float *c = random_floats(r, m * ldc), *d = copy_floats(c, m * ldc);
    ons_gemm g = {
        .m = m, .n = n, .k = k, .a = a, .b = b, .ldi = ldc, .ldc = ldc, .symmetric = symmetric};
    g.work = work;
    g.rsa = a_turned ? 1 : lda;
    g.csa = a_turned ? lda : 1;
    g.rsb = b_turned ? 1 : ldb;
    g.csb = b_turned ? ldb : 1;
    g.c = c;
    g.init = init ? c : NULL;
    ons_kernels_reference()->gemm(&g);
    g.c = d;
    g.init = init ? d : NULL;
    tested->gemm(&g);
    same("gemm", c, d, m * ldc);
    free(a);
    free(b);
    free(c);
    free(d);
}

static void test_gemm_is_the_reference_bit_for_bit(void **state)
{
    (void)state;
    ons_rng r = ons_rng_make(11, 0);
    float *work = random_floats(&r, ons_gemm_work_floats(400));
    for (int round = 0; round < ROUNDS; round++) one_gemm(&r, round, work);
    free(work);
}

/* A product times a random vector, in double: O(n^2) and independent of the loops. */
static void test_gemm_identity(void **state)
{
    (void)state;
    ons_rng r = ons_rng_make(12, 0);
    size_t m = 37, n = 53, k = 300;
    float *a = random_floats(&r, m * k), *b = random_floats(&r, k * n),
          *c = random_floats(&r, m * n);
    float *x = random_floats(&r, n), *work = random_floats(&r, ons_gemm_work_floats(n));
    tested->gemm(&(ons_gemm){.m = m,
                             .n = n,
                             .k = k,
                             .a = a,
                             .rsa = k,
                             .csa = 1,
                             .b = b,
                             .rsb = n,
                             .csb = 1,
                             .c = c,
                             .ldc = n,
                             .work = work});
    double bx[300];
    for (size_t i = 0; i < k; i++) {
        bx[i] = 0;
        for (size_t j = 0; j < n; j++) bx[i] += (double)b[i * n + j] * (double)x[j];
    }
    for (size_t i = 0; i < m; i++) {
        double left = 0, right = 0;
        for (size_t j = 0; j < n; j++) left += (double)c[i * n + j] * (double)x[j];
        for (size_t j = 0; j < k; j++) right += (double)a[i * k + j] * bx[j];
        tst_close(left, right, 1e-5, 1e-3);
    }
    free(a);
    free(b);
    free(c);
    free(x);
    free(work);
}

static void check_attention(ons_rng *r, size_t head_dim, size_t n, bool some)
{
    const ons_kernels *table[2] = {ons_kernels_reference(), tested};
    uint32_t pos[64];
    size_t queries = 0;
    for (uint32_t i = 0; i < n; i++)
        if (!some || ons_rng_below(r, 2) || (queries == 0 && i + 1 == n)) pos[queries++] = i;
    size_t ld = 3 * head_dim, ldp = ons_attention_ldp(queries);
    float *qkv = random_floats(r, n * ld), *d_o = random_floats(r, queries * head_dim);
    float *out[2], *p[2], *grad[2], *work[2];
    for (int t = 0; t < 2; t++) {
        out[t] = calloc(queries * head_dim, sizeof(float));
        grad[t] = calloc(n * ld, sizeof(float));
        p[t] = calloc(n * ldp, sizeof(float));
        work[t] = calloc(n * ldp, sizeof(float));
        assert_true(out[t] && grad[t] && p[t] && work[t]);
        for (size_t i = 0; i < n * ldp; i++) p[t][i] = work[t][i] = NAN; /* stale memory */
        ons_attention a = {.n_keys = n,
                           .n_queries = queries,
                           .head_dim = head_dim,
                           .pos = some ? pos : NULL,
                           .scale = 1.0f / sqrtf((float)head_dim),
                           .q = qkv,
                           .ldq = ld,
                           .k = qkv + head_dim,
                           .v = qkv + 2 * head_dim,
                           .ldkv = ld,
                           .p = p[t],
                           .ldp = ldp,
                           .o = out[t],
                           .ldo = head_dim};
        table[t]->attention(&a);
        table[t]->attention_back(&(ons_attention_back){.fwd = &a,
                                                       .d_o = d_o,
                                                       .ld_do = head_dim,
                                                       .dq = grad[t],
                                                       .lddq = ld,
                                                       .dk = grad[t] + head_dim,
                                                       .dv = grad[t] + 2 * head_dim,
                                                       .lddkv = ld,
                                                       .work = work[t]});
    }
    same("attention", out[0], out[1], queries * head_dim);
    same("attention_back", grad[0], grad[1], n * ld);
    for (size_t i = 0; i < queries; i++) {
        double sum = 0;
        for (size_t j = 0; j <= pos[i]; j++) sum += (double)p[1][j * ldp + i];
        tst_close(sum, 1, 1e-6, 0);
    }
    for (int t = 0; t < 2; t++) {
        free(out[t]);
        free(grad[t]);
        free(p[t]);
        free(work[t]);
    }
    free(qkv);
    free(d_o);
}

static void test_attention_is_the_reference_bit_for_bit(void **state)
{
    (void)state;
    static const size_t dim[] = {4, 8, 12, 16, 32, 64};
    ons_rng r = ons_rng_make(13, 0);
    for (size_t d = 0; d < sizeof dim / sizeof *dim; d++)
        for (size_t n = 1; n <= 40; n++) {
            check_attention(&r, dim[d], n, false);
            check_attention(&r, dim[d], n, true);
        }
}

static void check_rows(ons_rng *r, size_t n, size_t width)
{
    const ons_kernels *table[2] = {ons_kernels_reference(), tested};
    float *x = random_floats(r, n * width), *dy = random_floats(r, n * width);
    float *base = random_floats(r, 2 * n * width);
    float *y[2], *s[2], *z[2];
    int32_t target[64];
    uint32_t index[64];
    double loss[2], lse[2], squares[2];
    for (size_t i = 0; i < n; i++) {
        target[i] = (int32_t)ons_rng_below(r, (uint32_t)width);
        index[i] = ons_rng_below(r, (uint32_t)n);
    }
    for (int t = 0; t < 2; t++) {
        const ons_kernels *k = table[t];
        y[t] = calloc(2 * n * width, sizeof(float));
        s[t] = calloc(n * width, sizeof(float));
        z[t] = copy_floats(base, 2 * n * width);
        k->rmsnorm(n, width, 1e-6f, x, y[t], s[t]);
        k->rmsnorm_back(n, width, y[t], s[t], dy, z[t]);
        k->scatter_add_rows(n, width, index, dy, z[t]);
        k->swiglu(n, width, base, s[t], y[t]);
        k->swiglu_back(n, width, base, s[t], dy, y[t]);
        float *logits = copy_floats(x, n * width);
        lse[t] = k->log_sum_exp(width, logits);
        loss[t] = k->cross_entropy(n, width, target, n > 3 ? dy : NULL, logits);
        squares[t] = k->sum_squares(n * width, x);
        k->axpby(n * width, 0.3f, logits, 0.7f, z[t]);
        k->scale(n * width, 1.7f, z[t], z[t]);
        free(logits);
    }
    same("rows: swiglu", y[0], y[1], 2 * n * width);
    same("rows: sigmoid", s[0], s[1], n * width);
    same("rows: norms, softmax", z[0], z[1], 2 * n * width);
    assert_true(loss[0] == loss[1] && lse[0] == lse[1] && squares[0] == squares[1]);
    for (int t = 0; t < 2; t++) {
        free(y[t]);
        free(s[t]);
        free(z[t]);
    }
    free(x);
    free(dy);
    free(base);
}

static void test_rows_are_the_reference_bit_for_bit(void **state)
{
    (void)state;
    ons_rng r = ons_rng_make(14, 0);
    for (size_t width = 1; width <= 100; width++) check_rows(&r, upto(&r, 8), width);
}

static void test_updates_and_rope_are_the_reference_bit_for_bit(void **state)
{
    (void)state;
    const ons_kernels *table[2] = {ons_kernels_reference(), tested};
    ons_rng r = ons_rng_make(15, 0);
    for (size_t n = 1; n < 60; n++) {
        float *g = random_floats(&r, n), *w = random_floats(&r, n);
        float *turned = random_floats(&r, (size_t)5 * 64),
              *angle = random_floats(&r, (size_t)9 * 16);
        uint32_t pos[5] = {0, 3, 8, 2, 7};
        float *out[2], *m[2], *v[2], *u[2], *x[2];
        for (int t = 0; t < 2; t++) {
            out[t] = copy_floats(w, n);
            m[t] = calloc(n, sizeof(float));
            v[t] = calloc(n, sizeof(float));
            u[t] = calloc(n, sizeof(float));
            x[t] = copy_floats(turned, (size_t)5 * 64);
            ons_adam p = {.beta1 = .9f,
                          .beta2 = .98f,
                          .rate = .01f,
                          .correction1 = 10,
                          .correction2 = 50,
                          .eps = 1e-8f,
                          .decay = .1f,
                          .grad_scale = .5f};
            for (int step = 0; step < 3; step++) {
                table[t]->adam(n, &p, g, m[t], v[t], out[t]);
                table[t]->nesterov(n, .3f, .95f, g, v[t], u[t]);
            }
            size_t head_dim = 4 * (1 + n % 4);
            table[t]->rope(5, 64 / head_dim, head_dim, pos, angle, n % 2 ? 1.0f : -1.0f, x[t], 64);
        }
        same("adam", out[0], out[1], n);
        same("nesterov", u[0], u[1], n);
        same("rope", x[0], x[1], (size_t)5 * 64);
        for (int t = 0; t < 2; t++) {
            free(out[t]);
            free(m[t]);
            free(v[t]);
            free(u[t]);
            free(x[t]);
        }
        free(g);
        free(w);
        free(turned);
        free(angle);
    }
}

/* Against the C library in double: the claim of kernel/exp.h. */
static void test_exp_is_within_two_ulp(void **state)
{
    (void)state;
    ons_rng r = ons_rng_make(16, 0);
    double worst = 0;
    for (int i = 0; i < 200000; i++) {
        float x = (float)(175 * ons_rng_f64(&r) - 87), y, z;
        tested->exp(1, &x, &y);
        ons_kernels_reference()->exp(1, &x, &z);
        assert_true(y == z);
        double want = exp((double)x);
        double ulp = ldexp(1, ilogb(want) - 23);
        worst = fmax(worst, fabs((double)y - want) / ulp);
    }
    assert_true(worst <= 2.0);
    float odd[8] = {-INFINITY, INFINITY, NAN, -88, 89, 0, -0.0f, 1}, got[8];
    tested->exp(8, odd, got);
    assert_true(got[0] == 0 && isinf(got[1]) && isnan(got[2]) && got[3] == 0 && isinf(got[4]));
    assert_true(got[5] == 1 && got[6] == 1);
}

static void test_tables_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(ons_kernels_find(ONS_S("reference")), ons_kernels_reference());
    assert_null(ons_kernels_find(ONS_S("cuda9")));
    const ons_kernels *best = ons_kernels_best();
    assert_ptr_equal(ons_kernels_find((ons_str){best->name, strlen(best->name)}), best);
}

int main(void)
{
    static const char *const name[] = {"reference", "avx2", "avx512"};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gemm_is_the_reference_bit_for_bit),
        cmocka_unit_test(test_gemm_identity),
        cmocka_unit_test(test_attention_is_the_reference_bit_for_bit),
        cmocka_unit_test(test_rows_are_the_reference_bit_for_bit),
        cmocka_unit_test(test_updates_and_rope_are_the_reference_bit_for_bit),
        cmocka_unit_test(test_exp_is_within_two_ulp),
    };
    const struct CMUnitTest names[] = {cmocka_unit_test(test_tables_by_name)};
    int failed = cmocka_run_group_tests_name("kernel", names, NULL, NULL);
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        tested = ons_kernels_find((ons_str){name[i], strlen(name[i])});
        if (tested == NULL) continue;
        failed += cmocka_run_group_tests_name(name[i], tests, NULL, NULL);
    }
    return failed;
}
