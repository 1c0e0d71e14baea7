/* Descriptions beside the verdict: against values computed with SciPy 1.16 (beta-binomial
 * likelihood maximised by differential evolution and a simplex; d' by adaptive quadrature). */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "analysis/describe.h"
#include "stats/minimise.h"

enum { K = 8 };
static const double hits[K] = {52, 48, 55, 60, 90, 140, 170, 181}; /* of 200, four choices */

static ons_series rise(ons_point *p)
{
    for (size_t i = 0; i < K; i++)
        p[i] = (ons_point){.x = 19 + .5 * (double)i, .y = hits[i] / 200, .n = 200, .se = NAN};
    return (ons_series){.point = p, .n_points = K, .chance = .25, .ceiling = 1, .w0 = 1.5};
}

static void maxima_are_those_of_scipy(void **state)
{
    (void)state;
    static const struct {
        ons_form form;
        size_t q;
        double ll, loo;
    } want[] = {
        {ONS_FORM_CHANCE, 0, -363.23848086101776, -363.23848086101776},
        {ONS_FORM_CONSTANT, 1, -206.14267957654198, -259.7551},
        {ONS_FORM_LINEAR, 2, -47.06707002694867, -80.2901},
        {ONS_FORM_LOGIT_LINEAR, 2, -25.214375626874755, -29.1971},
        {ONS_FORM_GOMPERTZ, 2, -23.601294233658166, -24.8824},
        {ONS_FORM_LOGISTIC, 3, -22.883110910727794, -23.0684},
        {ONS_FORM_FOUR, 4, -22.87921903942157, NAN},
        {ONS_FORM_HINGE, 2, -28.284242303745316, -62.4862},
        {ONS_FORM_STEP, 2, -48.9449214413267, NAN},
        {ONS_FORM_QUADRATIC, 3, -22.951407949712177, NAN},
    };
    ons_point p[K];
    ons_series s = rise(p);
    ons_forms f;
    assert_int_equal(ons_series_fit_forms(&s, &f, NULL), ONS_OK);
    tst_close(f.scatter, 0.001624943439107161, 1e-9, 0);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const ons_form_fit *g = &f.form[want[i].form];
        double q = (double)want[i].q, l2 = -2 * want[i].ll;
        assert_true(g->fitted);
        assert_int_equal(g->n_parameters, want[i].q);
        tst_close(g->log_likelihood, want[i].ll, 0, 1e-6);
        tst_close(g->aicc, l2 + 2 * q + 2 * q * (q + 1) / (K - q - 1), 0, 1e-5);
        tst_close(g->bic, l2 + q * log(K), 0, 1e-5);
        if (!isnan(want[i].loo)) tst_close(g->loo, want[i].loo, 0, 2e-3);
    }
    assert_false(f.form[ONS_FORM_BROKEN].fitted); /* six parameters ask for ten scales */
    /* Seven levels in eight scales: fitted, but no AICc. */
    assert_int_equal(f.form[ONS_FORM_ISOTONIC].n_parameters, 7);
    assert_true(isnan(f.form[ONS_FORM_ISOTONIC].aicc));
    assert_true(f.form[ONS_FORM_ISOTONIC].log_likelihood > f.form[ONS_FORM_FOUR].log_likelihood);
}

/* A step that is left out on either side of the cut is judged by the middle of the gap. */
static void a_step_fits_a_step(void **state)
{
    (void)state;
    ons_point p[K];
    ons_series s = rise(p);
    for (size_t i = 0; i < K; i++) p[i].y = i < 4 ? .25 : .8;
    ons_forms f;
    assert_int_equal(ons_series_fit_forms(&s, &f, NULL), ONS_OK);
    for (int i = 0; i < ONS_FORM_COUNT; i++)
        if (f.form[i].fitted && i != ONS_FORM_ISOTONIC && i != ONS_FORM_STEP)
            assert_true(f.form[ONS_FORM_STEP].aicc < f.form[i].aicc);
    assert_int_equal(f.form[ONS_FORM_ISOTONIC].n_parameters, 2);
    tst_close(f.form[ONS_FORM_STEP].log_likelihood, f.form[ONS_FORM_ISOTONIC].log_likelihood, 0,
              1e-3); /* the levels of isotonic are weighted means */
}

/* Without a chance level only curves with a floor of their own are left; few scales leave few. */
static void what_does_not_apply_is_left_out(void **state)
{
    (void)state;
    ons_point p[K];
    ons_series s = rise(p);
    ons_forms f;
    s.chance = NAN;
    assert_int_equal(ons_series_fit_forms(&s, &f, NULL), ONS_OK);
    assert_false(f.form[ONS_FORM_CHANCE].fitted || f.form[ONS_FORM_GOMPERTZ].fitted);
    assert_int_equal(f.form[ONS_FORM_HINGE].n_parameters, 3);
    assert_int_equal(f.form[ONS_FORM_STEP].n_parameters, 3);
    assert_true(f.form[ONS_FORM_FOUR].fitted);
    s.n_points = 4;
    assert_int_equal(ons_series_fit_forms(&s, &f, NULL), ONS_OK);
    assert_true(f.form[ONS_FORM_LINEAR].fitted);
    assert_false(f.form[ONS_FORM_HINGE].fitted || f.form[ONS_FORM_FOUR].fitted);
    for (size_t n = 0; n < 3; n++) {
        s.n_points = n;
        assert_int_equal(ons_series_fit_forms(&s, &f, NULL), ONS_OK);
        for (int i = 0; i < ONS_FORM_COUNT; i++) assert_false(f.form[i].fitted);
    }
}

/* Scores without a range: Gaussian, and the straight line is textbook weighted least squares. */
static void continuous_scores_have_a_gaussian_table(void **state)
{
    (void)state;
    ons_point p[K];
    for (size_t i = 0; i < K; i++)
        p[i] = (ons_point){.x = (double)i, .y = -3 + .5 * (double)i + (i % 2 ? .1 : -.1), .se = .2};
    ons_series s = {
        .point = p, .n_points = K, .continuous = true, .chance = NAN, .ceiling = NAN, .w0 = 1.5};
    ons_forms f;
    assert_int_equal(ons_series_fit_forms(&s, &f, NULL), ONS_OK);
    double v = .04 + f.scatter * f.scatter, sxy = 0, sxx = 42, rss = 0;
    for (size_t i = 0; i < K; i++) sxy += ((double)i - 3.5) * p[i].y;
    for (size_t i = 0; i < K; i++) {
        double r = p[i].y - (-3 + .5 * 3.5) - sxy / sxx * ((double)i - 3.5);
        rss += r * r;
    }
    tst_close(f.form[ONS_FORM_LINEAR].log_likelihood,
              -.5 * rss / v - .5 * K * log(2 * 3.14159265358979323846 * v), 0, 1e-7);
    assert_false(f.form[ONS_FORM_CHANCE].fitted || f.form[ONS_FORM_QUADRATIC].fitted);
}

static void discriminability_is_that_of_quadrature(void **state)
{
    (void)state;
    tst_close(ons_d_prime_choice(.7, 4), 1.4932547261765226, 1e-9, 0);
    tst_close(ons_d_prime_choice(.9, 2), 1.8123876048736478, 1e-9, 0);
    tst_close(ons_d_prime_choice(.35, 10), 1.0283956863592973, 1e-9, 0);
    tst_close(ons_d_prime_choice(.1, 5), -0.5279969459659797, 1e-9, 0);
    tst_close(ons_d_prime_choice(.125, 8), 0, 0, 1e-9);
    assert_true(isnan(ons_d_prime_choice(1, 4)) && isnan(ons_d_prime_choice(.5, 1)));
    assert_true(ons_d_prime_choice(1 - 1e-12, 4) > 6);
}

static void a_rise_is_described(void **state)
{
    (void)state;
    ons_point p[K];
    ons_series s = rise(p);
    ons_verdict v;
    ons_description d;
    assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
    assert_int_equal(ons_series_describe(&s, &v, &d, NULL), ONS_OK);
    tst_close(d.gap_share, 50. / 133, 1e-12, 0);
    tst_close(d.width, v.width.x, 1e-12, 0);
    tst_close(d.x10, v.onset.x, 1e-12, 0);
    tst_close(d.odds_ratio, exp(4.394449154672439 / d.width), 1e-12, 0);
    assert_int_equal(d.steepness, ONS_STEEPNESS_SHARP);
    assert_int_equal(d.n_choices, 4);
    tst_close(d.low, 215. / 800, 1e-12, 0); /* four at or below the onset, three past the middle */
    tst_close(d.high, 491. / 600, 1e-12, 0);
    tst_close(d.d_prime, ons_d_prime_choice(491.5 / 601, 4) - ons_d_prime_choice(215.5 / 801, 4),
              1e-12, 0);
    tst_close(d.d_prime_per_unit, d.d_prime / 2.25, 1e-9, 0); /* from 19.75 to 22 */
    double sum = 0;
    for (size_t i = 0; i < K; i++) sum += p[i].y * (1 - p[i].y) / 200 / K;
    tst_close(d.sampling_sd, sqrt(sum), 1e-12, 0);
}

static void where_nothing_rises_little_is_said(void **state)
{
    (void)state;
    ons_point p[K];
    ons_series s = rise(p);
    ons_verdict v;
    ons_description d;
    for (size_t i = 0; i < K; i++) p[i].y = .25;
    assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
    assert_int_equal(ons_series_describe(&s, &v, &d, NULL), ONS_OK);
    assert_true(isnan(d.gap_share) && isnan(d.width) && isnan(d.odds_ratio));
    assert_int_equal(d.steepness, ONS_STEEPNESS_NONE);
    tst_close(d.d_prime, 0, 0, 1e-9);
    s.n_points = 0;
    assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
    assert_int_equal(ons_series_describe(&s, &v, &d, NULL), ONS_OK);
    assert_true(isnan(d.sampling_sd) && isnan(d.d_prime));
}

static double rosenbrock(void *ctx, const double *x)
{
    int *calls = ctx;
    ++*calls;
    double a = 1 - x[0], b = x[1] - x[0] * x[0];
    return a * a + 100 * b * b;
}

static double bowl(void *ctx, const double *x)
{
    (void)ctx;
    double sum = 0;
    for (size_t i = 0; i < ONS_MINIMISE_MAX; i++)
        sum += (double)(i + 1) * (x[i] - (double)i) * (x[i] - (double)i);
    return sum;
}

static void the_simplex_finds_minima(void **state)
{
    (void)state;
    int calls = 0;
    double x[ONS_MINIMISE_MAX] = {-1.2, 1}, step[ONS_MINIMISE_MAX] = {.5, .5};
    assert_true(ons_minimise(rosenbrock, &calls, 2, step, 1e-14, 1000, x) < 1e-10);
    tst_close(x[0], 1, 0, 1e-4);
    tst_close(x[1], 1, 0, 1e-4);
    assert_true(calls < 300);
    for (size_t i = 0; i < ONS_MINIMISE_MAX; i++) {
        x[i] = 9;
        step[i] = -1;
    }
    for (int i = 0; i < 3; i++)
        (void)ons_minimise(bowl, NULL, ONS_MINIMISE_MAX, step, 1e-14, 2000, x);
    for (size_t i = 0; i < ONS_MINIMISE_MAX; i++) tst_close(x[i], (double)i, 0, 1e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maxima_are_those_of_scipy),
        cmocka_unit_test(a_step_fits_a_step),
        cmocka_unit_test(what_does_not_apply_is_left_out),
        cmocka_unit_test(continuous_scores_have_a_gaussian_table),
        cmocka_unit_test(discriminability_is_that_of_quadrature),
        cmocka_unit_test(a_rise_is_described),
        cmocka_unit_test(where_nothing_rises_little_is_said),
        cmocka_unit_test(the_simplex_finds_minima),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
