/* Predictions of larger models: where the answer is known in closed form, where it must be
 * right on average, and where nothing can be said. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "analysis/predict.h"
#include "analysis/predict_priv.h"
#include "base/rng.h"
#include "stats/draw.h"

static ons_series series_of(ons_point *p, const double *y, size_t n, double items)
{
    memset(p, 0, n * sizeof *p);
    for (size_t i = 0; i < n; i++)
        p[i] = (ons_point){.x = 9 + .5 * (double)i, .y = y[i], .n = items, .se = (double)NAN};
    return (ons_series){.point = p, .n_points = n, .chance = 0, .ceiling = 1, .w0 = 1.5};
}

static ons_prediction predict_last(const double *y, size_t n, double items)
{
    ons_point p[ONS_POINTS_MAX];
    ons_prediction q;
    size_t m;
    ons_series s = series_of(p, y, n, items);
    assert_int_equal(ons_predict_make(&s, 1, &q, &m, NULL), ONS_OK);
    assert_int_equal(m, 1);
    return q;
}

/* Four points on a line and a little beside it: textbook least squares, computed by hand.
 * x 0, .5, 1, 1.5; y .1, .22, .28, .4: slope .192, intercept .106; residuals -.006, .018, -.018,
 * .006, s^2 = 3.6e-4; at x = 2: .49, spread 1 + 1/4 + (1.25)^2 / 1.25 = 2.5. */
static void the_line_is_the_textbook_s(void **state)
{
    (void)state;
    const double y[] = {.1, .22, .28, .4, .5};
    ons_prediction q = predict_last(y, 5, 1e9);
    const ons_predictive *l = &q.by[ONS_PREDICT_LINEAR];
    tst_close(l->median, .49, 1e-6, 0);
    double sd = sqrt(3.6e-4 * 2.5), t975 = 4.302652729911275; /* 2 degrees of freedom */
    tst_close(l->hi - l->median, t975 * sd, 1e-6, 0);
    /* t with 2 degrees of freedom: density (2 + z^2)^(-3/2), distribution 1/2 + z / 2 sqrt(2 + z^2);
     * what lies outside 0..1 is cut off. */
    double z = .01 / sd, hi = .51 / sd, lo = -.49 / sd;
    double inside = .5 * hi / sqrt(2 + hi * hi) - .5 * lo / sqrt(2 + lo * lo);
    tst_close(l->log_score, -1.5 * log(2 + z * z) - log(sd) - log(inside), 1e-5, 0);
    tst_close(q.by[ONS_PREDICT_LAST].median, .4, 1e-9, 0);
    tst_close(q.observed, .5, 1e-9, 0);
}

/* A logistic curve without noise is told exactly. */
static void the_logistic_is_told(void **state)
{
    (void)state;
    double y[6];
    for (size_t i = 0; i < 6; i++) y[i] = 1 / (1 + exp(2 - .8 * (double)i));
    ons_prediction q = predict_last(y, 6, 1e9);
    tst_close(q.by[ONS_PREDICT_LOGISTIC].median, y[5], 1e-6, 0);
}

static void intervals_are_ordered_and_within_the_range(void **state)
{
    (void)state;
    ons_rng r = ons_rng_make(5, 1);
    for (int t = 0; t < 200; t++) {
        double y[8];
        size_t n = 4 + ons_rng_below(&r, 5);
        for (size_t i = 0; i < n; i++) y[i] = t % 3 ? ons_rng_f64(&r) : (double)(t % 2);
        ons_prediction q = predict_last(y, n, 50);
        for (int m = 0; m < ONS_PREDICT_COUNT; m++) {
            const ons_predictive *p = &q.by[m];
            assert_true(0 <= p->lo && p->lo <= p->median && p->median <= p->hi && p->hi <= 1);
            assert_true(isfinite(p->log_score));
        }
    }
}

/* The density that is scored is one: it integrates to 1 over the range. */
static void the_density_integrates_to_one(void **state)
{
    (void)state;
    enum { CELLS = 2000 };
    double y[] = {.1, .3, .2, .5, 0};
    for (int m = 0; m < ONS_PREDICT_COUNT; m++) {
        double sum = 0;
        for (int i = 0; i < CELLS; i++) {
            y[4] = (i + .5) / CELLS;
            sum += exp(predict_last(y, 5, 1e7).by[m].log_score) / CELLS;
        }
        tst_close(sum, 1, 0, .01);
    }
}

/* Random walks with drift, the kind of curve that the forecast is made for. */
static void intervals_hold_what_they_promise(void **state)
{
    (void)state;
    ons_rng r = ons_rng_make(8, 2);
    double held = 0, better = 0;
    enum { TRIES = 400 };
    for (int t = 0; t < TRIES; t++) {
        double y[8], level = .2 + .3 * ons_rng_f64(&r), slope = .1 * ons_rng_f64(&r);
        double speed = .02 + .1 * ons_rng_f64(&r);
        for (size_t i = 0; i < 8; i++) {
            level = fmin(fmax(level + .5 * slope + speed * sqrt(.5) * ons_draw_normal(&r), 0), 1);
            y[i] = ons_draw_binomial(&r, 300, level) / 300;
        }
        ons_prediction q = predict_last(y, 8, 300);
        const ons_predictive *f = &q.by[ONS_PREDICT_TREND];
        held += f->lo <= q.observed && q.observed <= f->hi;
        better += f->log_score - q.by[ONS_PREDICT_LINEAR].log_score;
    }
    assert_true(held / TRIES > .92 && held / TRIES < .995);
    assert_true(better > 0);
}

static void the_horizon_of_a_line_is_long_and_of_a_step_none(void **state)
{
    (void)state;
    ons_point p[ONS_POINTS_MAX];
    double h, line[] = {.1, .15, .2, .25, .3, .35, .4, .45}, step[] = {0, 0, 0, 0, 0, 0, 0, .9};
    ons_series s = series_of(p, line, 8, 1000);
    assert_int_equal(ons_predict_horizon(&s, &h, NULL), ONS_OK);
    assert_true(h >= 1.5);
    s = series_of(p, step, 8, 1000);
    assert_int_equal(ons_predict_horizon(&s, &h, NULL), ONS_OK);
    tst_close(h, 0, 0, 0);
    s = series_of(p, line, 3, 1000);
    assert_int_equal(ons_predict_horizon(&s, &h, NULL), ONS_OK);
    assert_true(isnan(h));
}

static void too_few_scales_are_no_error(void **state)
{
    (void)state;
    ons_point p[ONS_POINTS_MAX];
    ons_prediction q[4];
    const double y[] = {.1, .2, .3, .4};
    size_t n = 9;
    ons_series s = series_of(p, y, 4, 100);
    assert_int_equal(ons_predict_make(&s, 2, q, &n, NULL), ONS_OK);
    assert_int_equal(n, 0);
    s.n_points = 0;
    assert_int_equal(ons_predict_make(&s, 1, q, &n, NULL), ONS_OK);
    assert_int_equal(n, 0);
}

/* The largest scale from ever more of the smaller ones: what is foreseen is no surprise. */
static void the_history_ends_in_the_horizon(void **state)
{
    (void)state;
    enum { N = 8 };
    ons_point p[N];
    const double line[N] = {.1, .2, .3, .4, .5, .6, .7, .8}, jump[N] = {0, 0, 0, 0, 0, 0, 0, .9};
    ons_foresight f[N];
    size_t n;
    double horizon;
    ons_series s = series_of(p, line, N, 1000);
    assert_int_equal(ons_predict_history(&s, f, &n, &horizon, NULL), ONS_OK);
    assert_int_equal(n, N - ONS_PREDICT_TRAIN_LEAST);
    assert_int_equal(f[0].n_known, ONS_PREDICT_TRAIN_LEAST);
    tst_close(f[n - 1].x, p[N - 2].x, 1e-12, 0);
    assert_true(horizon >= .5);
    assert_true(fabs(f[n - 1].forecast.z) < 1.5 && f[n - 1].forecast.nats < 4);
    s = series_of(p, jump, N, 1000);
    assert_int_equal(ons_predict_history(&s, f, &n, &horizon, NULL), ONS_OK);
    tst_close(horizon, 0, 0, 0);
    assert_true(f[n - 1].forecast.z > 1.9 && f[n - 1].forecast.nats > 6);
    s.n_points = 3;
    assert_int_equal(ons_predict_history(&s, f, &n, &horizon, NULL), ONS_OK);
    assert_int_equal(n, 0);
    assert_true(isnan(horizon));
}

/* A metric that is a line over scale, and a score that is a logistic function of it: what the score
 * alone does not show yet, the metric does. */
static void two_stages_see_what_the_metric_shows(void **state)
{
    (void)state;
    enum { N = 8 };
    ons_point p[N], m[N];
    double y[N];
    for (size_t i = 0; i < N; i++) y[i] = 1 / (1 + exp(8 - 1.6 * (double)i));
    ons_series s = series_of(p, y, N, 2000);
    memcpy(m, p, sizeof m);
    for (size_t i = 0; i < N; i++) {
        m[i].y = -4 + .5 * (double)i + (i % 2 ? .02 : -.02);
        m[i].se = .05;
    }
    ons_series metric = s;
    metric.point = m;
    metric.continuous = true;
    metric.chance = metric.ceiling = (double)NAN;
    ons_predictive q[3];
    ons_prediction alone[3];
    size_t n;
    assert_int_equal(ons_predict_two_stage(&s, &metric, 3, q, &n, NULL), ONS_OK);
    assert_int_equal(n, 3);
    assert_int_equal(ons_predict_make(&s, 3, alone, &n, NULL), ONS_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_true(q[i].lo <= y[5 + i] && y[5 + i] <= q[i].hi);
        assert_true(0 <= q[i].lo && q[i].lo <= q[i].median && q[i].median <= q[i].hi &&
                    q[i].hi <= 1);
        assert_true(q[i].log_score > alone[i].by[ONS_PREDICT_TREND].log_score);
    }
    tst_close(q[2].median, y[7], 0, .15);
    /* The metric of what is held back is not looked at; nor is it needed. */
    ons_predictive r[3];
    metric.n_points = 5;
    assert_int_equal(ons_predict_two_stage(&s, &metric, 3, r, &n, NULL), ONS_OK);
    assert_int_equal(n, 3);
    tst_close(r[2].median, q[2].median, 0, 0);
}

static void two_stages_need_the_same_models(void **state)
{
    (void)state;
    enum { N = 6 };
    ons_point p[N], m[N];
    const double y[N] = {.1, .12, .2, .4, .6, .7};
    ons_series s = series_of(p, y, N, 100), metric = s;
    memcpy(m, p, sizeof m);
    metric.point = m;
    metric.continuous = true;
    metric.chance = metric.ceiling = (double)NAN;
    ons_predictive q[2];
    size_t n;
    m[1].x += .1; /* another model */
    assert_int_equal(ons_predict_two_stage(&s, &metric, 1, q, &n, NULL), ONS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(ons_predict_two_stage(&metric, &s, 1, q, &n, NULL), ONS_OK); /* no fraction */
    assert_int_equal(n, 0);
    m[1].x -= .1;
    for (size_t i = 0; i < N; i++) m[i].y = 3; /* nothing to learn from */
    assert_int_equal(ons_predict_two_stage(&s, &metric, 1, q, &n, NULL), ONS_OK);
    assert_int_equal(n, 0);
    s.n_points = 3;
    assert_int_equal(ons_predict_two_stage(&s, &metric, 1, q, &n, NULL), ONS_OK);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_is_the_textbook_s),
        cmocka_unit_test(the_logistic_is_told),
        cmocka_unit_test(intervals_are_ordered_and_within_the_range),
        cmocka_unit_test(the_density_integrates_to_one),
        cmocka_unit_test(intervals_hold_what_they_promise),
        cmocka_unit_test(the_horizon_of_a_line_is_long_and_of_a_step_none),
        cmocka_unit_test(too_few_scales_are_no_error),
        cmocka_unit_test(the_history_ends_in_the_horizon),
        cmocka_unit_test(two_stages_see_what_the_metric_shows),
        cmocka_unit_test(two_stages_need_the_same_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
