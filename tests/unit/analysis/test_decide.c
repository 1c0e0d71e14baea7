/* Series of our own with one right answer each; what must never change a verdict; and
 * input that must never break it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "analysis/curve_priv.h"
#include "analysis/like_priv.h"
#include "analysis/verdict.h"
#include "base/rng.h"

#define X8                                           \
    {                                                \
        8.9, 9.5, 10.0, 10.6, 11.1, 11.5, 11.8, 12.3 \
    }

typedef struct example {
    const char *name;
    double x[12], y[12];
    size_t n_points;
    double n, chance;
    ons_verdict_word verdict;
} example;

static const example examples[] = {
    {"step", X8, {0, 0, .004, 0, .9, .95, .97, .98}, 8, 256, 0, ONS_VERDICT_EMERGENT},
    {"step from chance", X8, {.1, .09, .11, .1, .97, 1, 1, 1}, 8, 256, .1, ONS_VERDICT_EMERGENT},
    {"flat", X8, {.1, .11, .09, .1, .1, .12, .09, .1}, 8, 256, .1, ONS_VERDICT_FLAT},
    {"all zero", X8, {0}, 8, 256, 0, ONS_VERDICT_FLAT},
    {"constant", X8, {.52, .5, .55, .5, .53, .5, .52, .54}, 8, 256, .1, ONS_VERDICT_CONSTANT},
    {"saturated", X8, {1, 1, 1, 1, 1, 1, 1, 1}, 8, 256, .1, ONS_VERDICT_SATURATED},
    {"inverse", X8, {.8, .75, .7, .62, .55, .5, .42, .35}, 8, 1000, 0, ONS_VERDICT_INVERSE},
    {"U", X8, {.7, .55, .4, .3, .3, .42, .55, .75}, 8, 1000, 0, ONS_VERDICT_U_SHAPED},
    {"cap", X8, {.2, .4, .6, .7, .7, .55, .4, .2}, 8, 1000, 0, ONS_VERDICT_INVERTED_U},
    {"zigzag", X8, {.2, .7, .2, .7, .2, .7, .2, .7}, 8, 1000, 0, ONS_VERDICT_NON_MONOTONE},
    {"line", X8, {.1, .2, .3, .4, .5, .6, .7, .8}, 8, 1000, 0, ONS_VERDICT_SMOOTH},
    {"ripples far below chance",
     X8,
     {.04, .034, .04, .028, .074, .004, .054, .042},
     8,
     500,
     .25,
     ONS_VERDICT_FLAT},
    /* absent below, there above, not foreseen: and yet shown to be gradual */
    {"late and gradual",
     {18.52, 19.50, 19.95, 20.14, 20.61, 20.96, 21.24, 21.47, 21.83, 22.36, 23.74},
     {.003, .014, .05, .167, .333, .375, .493, .513, .568, .549, .654},
     11,
     1000,
     0,
     ONS_VERDICT_DELAYED},
    /* The best sharp curve begins below the second scale; the best with two scales below, a little
     * worse, shows the jump too. */
    {"one size on its way up",
     X8,
     {0, .09, .83, .91, .88, .9, .9, .86},
     8,
     100,
     0,
     ONS_VERDICT_EMERGENT},
    {"few sizes",
     {16.917, 17.925, 18.631, 19.476, 20.384, 21.148},
     {0, 0, .0005, .0155, .3065, .583},
     6,
     2000,
     0,
     ONS_VERDICT_EMERGENT},
    {"few sizes, a slope",
     {17, 18, 19, 20, 21},
     {0, .02, .3, .7, .9},
     5,
     2000,
     0,
     ONS_VERDICT_DELAYED},
    {"three scales", {9, 10, 11}, {0, 0, .9}, 3, 256, 0, ONS_VERDICT_UNDETERMINED},
    {"half a decade",
     {9, 9.1, 9.2, 9.3, 9.5},
     {0, 0, 0, 1, 1},
     5,
     256,
     0,
     ONS_VERDICT_UNDETERMINED},
};

static size_t fill(const example *e, ons_point *p)
{
    memset(p, 0, ONS_POINTS_MAX * sizeof *p);
    for (size_t i = 0; i < e->n_points; i++) {
        p[i].x = e->x[i];
        p[i].y = e->y[i];
        p[i].n = e->n;
        p[i].se = p[i].params = (double)NAN;
    }
    return e->n_points;
}

static ons_series series_of(const ons_point *p, size_t n, double chance)
{
    return (ons_series){.point = p, .n_points = n, .chance = chance, .ceiling = 1, .w0 = 1.5};
}

static void test_examples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        ons_point p[ONS_POINTS_MAX];
        size_t n = fill(&examples[i], p);
        ons_series s = series_of(p, n, examples[i].chance);
        ons_verdict v;
        assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
        if (v.verdict != examples[i].verdict)
            fail_msg("%s: %s, expected %s", examples[i].name, ons_verdict_text(v.verdict),
                     ons_verdict_text(examples[i].verdict));
        assert_true(isfinite(v.p_sharp) && isfinite(v.p_emergent));
    }
}

static void test_threshold_lies_in_the_gap(void **state)
{
    (void)state;
    ons_point p[ONS_POINTS_MAX];
    ons_series s = series_of(p, fill(&examples[0], p), 0);
    ons_verdict v;
    assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
    assert_true(v.onset.x > 10.3 && v.midpoint.x < 11.2);
    assert_true(v.onset.lo <= v.onset.x && v.onset.x <= v.onset.hi);
    assert_true(v.midpoint.lo <= 10.8 && v.midpoint.hi >= 11.0);
    assert_int_equal(v.n_below, 4);
    assert_int_equal(v.n_above, 4);
    assert_true(v.forecast.made && v.forecast.hi < .5 && v.forecast.observed > .8);
}

/* Three seeds a scale; some fail at the scale of the threshold. */
static size_t fill_seeds(ons_point *p, const double learned[8][3])
{
    static const double x[] = X8;
    memset(p, 0, ONS_POINTS_MAX * sizeof *p);
    for (size_t i = 0; i < 24; i++) {
        p[i].x = x[i / 3];
        p[i].y = round(learned[i / 3][i % 3] * 256) / 256;
        p[i].n = 256;
        p[i].se = p[i].params = (double)NAN;
        p[i].seed[0] = (char)('1' + i % 3);
    }
    return 24;
}

static const double clean_seeds[8][3] = {{.09, .1, .11}, {.1, .09, .1}, {.1, .11, .1},
                                         {.1, .15, .12}, {1, .98, 1},   {1, 1, 1},
                                         {1, 1, 1},      {1, 1, 1}};
static const double mixed_seeds[8][3] = {{.09, .1, .11}, {.1, .09, .1}, {.1, .11, .1},
                                         {.1, .1, .12},  {1, .1, 1},    {1, 1, 1},
                                         {1, 1, 1},      {1, 1, 1}};

static void test_seeds_that_learn_or_do_not(void **state)
{
    (void)state;
    ons_point p[ONS_POINTS_MAX];
    ons_verdict v;
    ons_series s = series_of(p, fill_seeds(p, clean_seeds), .1);
    assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
    assert_int_equal(v.verdict, ONS_VERDICT_EMERGENT);
    assert_int_equal(v.n_scales, 8);
    assert_int_equal(v.n_models, 24);
    s = series_of(p, fill_seeds(p, mixed_seeds), .1);
    assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
    assert_int_equal(v.verdict, ONS_VERDICT_EMERGENT);
    assert_true(v.flags & ONS_FLAG_BIMODAL_SEEDS);
    tst_close(v.learned_share, 11.0 / 12, .02, 0);
}

static void test_order_of_rows_changes_no_byte(void **state)
{
    (void)state;
    ons_point p[ONS_POINTS_MAX], q[ONS_POINTS_MAX];
    size_t n = fill_seeds(p, mixed_seeds);
    ons_series s = series_of(p, n, .1);
    ons_verdict want, got;
    assert_int_equal(ons_series_decide(&s, 7, &want, NULL), ONS_OK);
    ons_rng r = ons_rng_make(5, 5);
    for (int round = 0; round < 5; round++) {
        memcpy(q, p, sizeof q);
        for (size_t i = n - 1; i > 0; i--) {
            size_t j = ons_rng_below(&r, (uint32_t)i + 1);
            ons_point t = q[i];
            q[i] = q[j];
            q[j] = t;
        }
        s.point = q;
        assert_int_equal(ons_series_decide(&s, 7, &got, NULL), ONS_OK);
        assert_memory_equal(&want, &got, sizeof want);
    }
}

static void fill_continuous(ons_point *p, size_t n, const double *x, const double *y)
{
    memset(p, 0, ONS_POINTS_MAX * sizeof *p);
    for (size_t i = 0; i < n; i++) {
        p[i].x = x[i];
        p[i].y = y[i];
        p[i].se = .03;
        p[i].params = (double)NAN;
    }
}

static void test_metric_check(void **state)
{
    (void)state;
    static const double x[] = X8;
    static const double jump[] = {-2.31, -2.3, -2.3, -2.29, -.1, -.06, -.03, -.01};
    static const double steady[] = {-5, -4.4, -3.8, -3.2, -2.6, -2, -1.4, -.8};
    ons_point p[ONS_POINTS_MAX], c[ONS_POINTS_MAX];
    ons_series s = series_of(p, fill(&examples[0], p), 0);
    ons_verdict v;
    assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
    ons_series partner = {.point = c,
                          .n_points = 8,
                          .continuous = true,
                          .chance = (double)NAN,
                          .ceiling = 0,
                          .w0 = 1.5};
    ons_metric_result m;
    fill_continuous(c, 8, x, jump);
    assert_int_equal(ons_metric_check_decide(&partner, &v, &m, NULL), ONS_OK);
    assert_int_equal(m.check, ONS_CHECK_ROBUST);
    fill_continuous(c, 8, x, steady);
    assert_int_equal(ons_metric_check_decide(&partner, &v, &m, NULL), ONS_OK);
    assert_int_equal(m.check, ONS_CHECK_METRIC_INDUCED);
    assert_true(m.share_before > .3);
}

static size_t count_word(double (*y)[8], double se, ons_verdict_word word)
{
    size_t hits = 0;
    for (size_t i = 0; i < 40; i++) {
        ons_point p[8];
        for (size_t k = 0; k < 8; k++)
            p[k] = (ons_point){.x = 8 + .5 * (double)k, .y = y[i][k], .se = se};
        ons_series s = {.point = p,
                        .n_points = 8,
                        .continuous = true,
                        .chance = NAN,
                        .ceiling = NAN,
                        .w0 = 1.5};
        ons_verdict v;
        assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
        hits += v.verdict == word;
    }
    return hits;
}

/* Scores without errors: scatter alone is no shape, and a shape well above it still is one. */
static void test_scatter_of_scores_without_errors(void **state)
{
    (void)state;
    static const double cup[8] = {.7, .5, .35, .27, .25, .33, .48, .7};
    ons_rng rng = ons_rng_make(11, 0);
    double noise[40][8], line[40][8], u[40][8];
    for (size_t i = 0; i < 40; i++) {
        for (size_t k = 0; k < 8; k++) {
            double e = ons_rng_f64(&rng) - .5;
            noise[i][k] = .4 + .2 * e;
            line[i][k] = -3 + .2 * (double)k + .05 * e;
            u[i][k] = cup[k] + .05 * e;
        }
    }
    assert_in_range(count_word(noise, (double)NAN, ONS_VERDICT_NON_MONOTONE), 0, 4);
    assert_in_range(count_word(noise, (double)NAN, ONS_VERDICT_CONSTANT), 20, 40);
    assert_in_range(count_word(noise, .005, ONS_VERDICT_NON_MONOTONE), 36, 40); /* errors given */
    assert_in_range(count_word(line, (double)NAN, ONS_VERDICT_SMOOTH), 38, 40);
    assert_in_range(count_word(u, (double)NAN, ONS_VERDICT_U_SHAPED), 36, 40);
}

/* Many families together: their recipes scatter more than the grid of scatters knows. */
static void test_scatter_of_recipes_is_no_shape(void **state)
{
    (void)state;
    ons_rng rng = ons_rng_make(12, 0);
    size_t irregular = 0;
    for (size_t i = 0; i < 20; i++) {
        ons_point p[40];
        for (size_t k = 0; k < 40; k++) {
            double x = 20 + .1 * (double)k, mu = 1 / (1 + exp(-3 * (x - 22.5)));
            double y = ons_rng_f64(&rng) < .4 ? .15 * mu : mu;
            p[k] = (ons_point){.x = x, .y = round(y * 1000) / 1000, .n = 1000};
        }
        ons_series s = series_of(p, 40, 0);
        ons_verdict v;
        assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
        irregular += v.verdict == ONS_VERDICT_NON_MONOTONE;
    }
    assert_in_range(irregular, 0, 2);
}

static void test_odd_input_never_breaks(void **state)
{
    (void)state;
    ons_rng r = ons_rng_make(9, 9);
    for (int round = 0; round < 60; round++) {
        ons_point p[ONS_POINTS_MAX] = {0};
        size_t n = round == 0 ? ONS_POINTS_MAX : ons_rng_below(&r, 14);
        bool continuous = ons_rng_below(&r, 3) == 0, same_x = ons_rng_below(&r, 8) == 0;
        for (size_t i = 0; i < n; i++) {
            static const double odd[] = {0, 1, .5, -1, 1e300};
            p[i].x = same_x ? 10 : 20 * ons_rng_f64(&r);
            p[i].y = ons_rng_below(&r, 6) ? ons_rng_f64(&r) : odd[ons_rng_below(&r, 5)];
            p[i].n = ons_rng_below(&r, 4) ? 1 + ons_rng_below(&r, 2000) : 1;
            p[i].se = ons_rng_below(&r, 3) ? .1 * ons_rng_f64(&r) : 0;
            if (ons_rng_below(&r, 9) == 0) p[i].y = (double)NAN;
            if (ons_rng_below(&r, 9) == 0) p[i].x = (double)NAN;
        }
        ons_series s = series_of(p, n, ons_rng_below(&r, 3) ? .25 : (double)NAN);
        s.continuous = continuous;
        ons_verdict v;
        assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
        assert_true((unsigned)v.verdict < ONS_VERDICT_COUNT);
    }
    ons_point one[ONS_POINTS_MAX] = {0};
    ons_series s = series_of(one, ONS_POINTS_MAX + 1, 0);
    ons_verdict v;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_series_decide(&s, 0, &v, &err), ONS_LIMIT);
    s = series_of(one, 1, 1.5);
    assert_int_equal(ons_series_decide(&s, 0, &v, &err), ONS_USAGE);
    assert_non_null(strstr(err.what, "chance is 1.5"));
}

/* The worked example of Benjamini & Hochberg (1995), table 1: adjusted values by hand. */
static void test_the_long_tailed_shape_has_its_width(void **state)
{
    (void)state;
    tst_close(ons_shape_at(ONS_LONG_TAILED, 5, 2, 5), .5, 1e-12, 0);
    tst_close(ons_shape_at(ONS_LONG_TAILED, 5, 2, 4), .1, 1e-12, 0);
    tst_close(ons_shape_at(ONS_LONG_TAILED, 5, 2, 6), .9, 1e-12, 0);
    tst_close(ons_shape_onset(ONS_LONG_TAILED), -.5, 0, 0);
}

/* Vectors of four, of two and single numbers: the same bits, so that verdicts do not depend on
 * the processor or on how many rows there are. */
static void test_lanes_change_no_bit(void **state)
{
    (void)state;
    enum { N = 23 };
    double k[N], n[N], mu[N], all[N], x[N], f[N];
    ons_rng r = ons_rng_make(3, 1);
    for (size_t i = 0; i < N; i++) {
        n[i] = 1 + floor(500 * ons_rng_f64(&r));
        k[i] = floor((n[i] + 1) * ons_rng_f64(&r));
        mu[i] = i % 5 ? ons_rng_f64(&r) : (double)(i % 2);
        x[i] = 10 * ons_rng_f64(&r);
    }
    ons_beta_binomial_fill(N, k, n, mu, 332, all);
    for (size_t i = 0; i < N; i++) {
        double one;
        ons_beta_binomial_fill(1, &k[i], &n[i], &mu[i], 332, &one);
        assert_memory_equal(&one, &all[i], sizeof one);
    }
    for (int shape = 0; shape < ONS_ALL_SHAPES; shape++) {
        ons_shape_fill(shape, 5, 1.3, N, x, f);
        for (size_t i = 0; i < N; i++) {
            double one = ons_shape_at(shape, 5, 1.3, x[i]);
            assert_memory_equal(&one, &f[i], sizeof one);
        }
    }
}

static void test_bh(void **state)
{
    (void)state;
    double p[] = {.04, .01, .03, (double)NAN, .5};
    double work[10];
    ons_adjust_bh(p, 5, work);
    tst_close(p[1], .04, 1e-12, 0);
    tst_close(p[2], .04 * 4 / 3, 1e-12, 0);
    tst_close(p[0], .04 * 4 / 3, 1e-12, 0);
    tst_close(p[4], .5, 1e-12, 0);
    assert_true(isnan(p[3]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_threshold_lies_in_the_gap),
        cmocka_unit_test(test_seeds_that_learn_or_do_not),
        cmocka_unit_test(test_order_of_rows_changes_no_byte),
        cmocka_unit_test(test_metric_check),
        cmocka_unit_test(test_scatter_of_scores_without_errors),
        cmocka_unit_test(test_scatter_of_recipes_is_no_shape),
        cmocka_unit_test(test_odd_input_never_breaks),
        cmocka_unit_test(test_the_long_tailed_shape_has_its_width),
        cmocka_unit_test(test_lanes_change_no_bit),
        cmocka_unit_test(test_bh),
    };
    return cmocka_run_group_tests_name("analysis", tests, NULL, NULL);
}
