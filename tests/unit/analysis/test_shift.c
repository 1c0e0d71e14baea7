/* Shifts of a threshold: known pairs, one-sided ones, and the rates of simulated ones.
 *
 * ONS_SHIFT_TRIALS=40 test_analysis_shift prints the table of docs/method.md. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "analysis/curve_priv.h"
#include "analysis/shift.h"
#include "base/parse.h"
#include "base/rng.h"
#include "stats/draw.h"

enum { K_MAX = 16 };

/* A logistic of this onset and width, without noise. */
static ons_series make(ons_point *p, size_t n, double onset, double width, double high)
{
    double f[K_MAX], x[K_MAX];
    for (size_t i = 0; i < n; i++) x[i] = 18 + 4.0 * (double)i / (double)(n - 1);
    ons_shape_fill(0, onset + .5 * width, width, n, x, f);
    for (size_t i = 0; i < n; i++)
        p[i] = (ons_point){.x = x[i], .y = high * f[i], .n = 1000, .se = (double)NAN};
    return (ons_series){.point = p, .n_points = n, .chance = 0, .ceiling = 1, .w0 = 1.5};
}

static ons_shift shift_of(const ons_series *a, const ons_series *b, bool onset)
{
    ons_places pa, pb;
    assert_int_equal(ons_places_make(a, false, onset, &pa, NULL), ONS_OK);
    assert_int_equal(ons_places_make(b, false, onset, &pb, NULL), ONS_OK);
    return ons_shift_make(&pa, &pb);
}

static void a_shift_is_found_and_turns_round(void **state)
{
    (void)state;
    ons_point p[K_MAX], q[K_MAX];
    ons_series a = make(p, 12, 19, .8, .9), b = make(q, 12, 20, .8, .7);
    ons_shift s = shift_of(&a, &b, true), back = shift_of(&b, &a, true);
    tst_close(s.by.x, 1, 0, .1);
    assert_true(s.by.lo > .5 && s.by.hi < 1.5 && s.p < 1e-4);
    assert_true(s.base.lo < 19 && 19 < s.base.hi && s.other.lo < 20 && 20 < s.other.hi);
    tst_close(back.by.x, -s.by.x, 0, .04);
    tst_close(back.by.lo, -s.by.hi, 0, .04);
    tst_close(back.p, s.p, 0, 1e-9);
    for (size_t i = 0; i < 12; i++) q[i].x += .007 * (double)i; /* grids of other steps */
    s = shift_of(&a, &b, true);
    assert_true(isfinite(s.by.x) && s.by.lo < s.by.x && s.by.x < s.by.hi);
    s = shift_of(&a, &b, false);
    tst_close(s.by.x, 1, 0, .1); /* the same of the midpoint */
    s = shift_of(&a, &a, true);
    tst_close(s.p, 1, 0, 1e-12);
    assert_true(s.by.lo < 0 && s.by.hi > 0 && fabs(s.by.x) < .05);
}

/* The scales of the two need not be the same. */
static void grids_may_differ(void **state)
{
    (void)state;
    ons_point p[K_MAX], q[K_MAX];
    ons_series a = make(p, 12, 19.5, .8, .9), b = make(q, 9, 19.5, .8, .9);
    for (size_t i = 0; i < 9; i++) q[i].x += 2;
    ons_shift s = shift_of(&a, &b, true);
    assert_true(s.by.lo < 2 && 2 < s.by.hi && s.p < .001);
}

static void what_has_no_threshold_gives_one_side(void **state)
{
    (void)state;
    ons_point p[K_MAX], q[K_MAX];
    ons_series rises = make(p, 10, 19.5, .5, .9), never = make(q, 10, 19.5, .5, 0);
    ons_shift s = shift_of(&rises, &never, true);
    assert_true(isinf(s.other.hi) && isnan(s.other.x) && s.other.lo > 21.5);
    assert_true(isinf(s.by.hi) && isnan(s.by.x));
    assert_true(s.by.lo > 1.5 && s.by.lo < 2.6 && s.p < 1e-4);
    s = shift_of(&never, &rises, true);
    assert_true(isinf(s.by.lo) && s.by.hi < -1.5 && s.p < 1e-4);
    s = shift_of(&never, &never, true); /* any shift is possible */
    assert_true(isinf(s.by.lo) && isinf(s.by.hi) && isnan(s.by.x));
    tst_close(s.p, 1, 0, 1e-12);
    for (size_t i = 0; i < 10; i++) q[i].y = .8; /* high from the first scale on */
    s = shift_of(&rises, &never, true);
    assert_true(isinf(s.other.lo) && isinf(s.by.lo) && s.by.hi < -.5 && s.p < 1e-4);
}

/* Steps between the same two scales can be anywhere in the gap. */
static void steps_give_the_whole_gap(void **state)
{
    (void)state;
    ons_point p[K_MAX], q[K_MAX];
    ons_series a = make(p, 5, 19.5, .02, .9), b = make(q, 5, 19.5, .02, .9);
    ons_shift s = shift_of(&a, &b, true);
    assert_true(s.by.lo < -.85 && s.by.hi > .85 && s.p > .9);
}

/* Seeds that learn or do not: the place is that of the share that learns. */
static void runs_that_learn_or_do_not(void **state)
{
    (void)state;
    ons_point p[24], q[24];
    for (size_t i = 0; i < 24; i++) {
        size_t s = i / 3, j = i % 3;
        p[i] = (ons_point){.x = 3 + .3 * (double)s, .n = 256, .se = (double)NAN};
        snprintf(p[i].seed, sizeof p[i].seed, "%zu", j);
        q[i] = p[i];
        p[i].y = s + j >= 4 ? .98 : .004; /* scales 2 and 3 are mixed */
        q[i].y = s + j >= 7 ? .98 : .004;
    }
    ons_series a = {.point = p, .n_points = 24, .chance = 0, .ceiling = 1, .w0 = .75}, b = a;
    b.point = q;
    ons_places pa, pb;
    assert_int_equal(ons_places_make(&a, true, true, &pa, NULL), ONS_OK);
    assert_int_equal(ons_places_make(&b, true, true, &pb, NULL), ONS_OK);
    ons_shift s = ons_shift_make(&pa, &pb);
    assert_true(s.by.lo < .9 && .9 < s.by.hi && s.p < .05);
}

static void what_cannot_be_placed_is_refused(void **state)
{
    (void)state;
    ons_point p[K_MAX];
    ons_places at;
    ons_series a = make(p, 8, 19, .5, .9);
    a.chance = (double)NAN;
    assert_int_equal(ons_places_make(&a, false, true, &at, NULL), ONS_USAGE);
    a.chance = 0;
    a.n_points = 1;
    assert_int_equal(ons_places_make(&a, false, true, &at, NULL), ONS_USAGE);
}

/* ---- rates ---- */

typedef struct cell {
    size_t n_scales;
    double n_items, chance, width, shift;
    bool same_scales;
} cell;

static double uniform(ons_rng *r, double lo, double hi) { return lo + (hi - lo) * ons_rng_f64(r); }

static void draw_scales(ons_rng *r, size_t n, double *x)
{
    double gap = 4.0 / (double)(n - 1);
    for (size_t i = 0; i < n; i++) {
        bool inner = i > 0 && i + 1 < n;
        x[i] = gap * ((double)i + (inner ? uniform(r, -.25, .25) : 0));
    }
}

static void draw_points(ons_rng *r, const cell *c, const double *x, double onset, double rho,
                        ons_point *p)
{
    int shape = (int)ons_rng_below(r, ONS_SHARP_SHAPES);
    double rise = uniform(r, .3, 1), x50 = onset - ons_shape_onset(shape) * c->width;
    for (size_t i = 0; i < c->n_scales; i++) {
        double f = ons_shape_at(shape, x50, c->width, x[i]);
        double mu = c->chance + rise * (1 - c->chance) * f;
        double k = ons_draw_beta_binomial(r, c->n_items, mu, rho);
        p[i] = (ons_point){.x = 18 + x[i], .y = k / c->n_items, .n = c->n_items};
        p[i].se = p[i].params = (double)NAN;
    }
}

typedef struct rates {
    size_t n, covered, rejected, bounded;
} rates;

static void try_pair(const cell *c, uint64_t seed, uint64_t trial, rates *t)
{
    static const double rho[] = {0, 1e-3, 4e-3};
    ons_rng r = ons_rng_make(seed, trial);
    double x[2][K_MAX], scatter = rho[ons_rng_below(&r, 3)];
    double first = uniform(&r, fmax(.3, .3 - c->shift), fmin(3.5, 3.5 - c->shift));
    ons_point p[2][K_MAX];
    draw_scales(&r, c->n_scales, x[0]);
    memcpy(x[1], x[0], sizeof x[0]);
    if (!c->same_scales) draw_scales(&r, c->n_scales, x[1]);
    draw_points(&r, c, x[0], first, scatter, p[0]);
    draw_points(&r, c, x[1], first + c->shift, scatter, p[1]);
    ons_series a = {.point = p[0], .n_points = c->n_scales, .chance = c->chance, .w0 = 1.5};
    a.ceiling = 1;
    ons_series b = a;
    b.point = p[1];
    ons_shift s = shift_of(&a, &b, true);
    t->n++;
    t->covered += s.by.lo <= c->shift && c->shift <= s.by.hi;
    t->rejected += s.p < .05;
    t->bounded += isfinite(s.by.x);
}

/* Scales, items and chance levels go round. */
static rates simulate(double width, double shift, size_t n_scales, bool same, size_t trials)
{
    static const double items[] = {50, 200, 1000}, chance[] = {0, .25};
    rates t = {0};
    for (size_t i = 0; i < 6; i++) {
        cell c = {n_scales, items[i % 3], chance[i / 3], width, shift, same};
        uint64_t seed = (uint64_t)(1000 * width + 10 * (shift + 5)) * 64 + n_scales * 2 + same;
        for (size_t j = 0; j < trials; j++) try_pair(&c, seed * 6 + i, j, &t);
    }
    return t;
}

static size_t trials_wanted(size_t otherwise)
{
    const char *text = getenv("ONS_SHIFT_TRIALS");
    uint64_t v;
    return text && ons_parse_u64(ons_str_of(text), &v) ? (size_t)v : otherwise;
}

static void intervals_hold_and_nothing_is_found_where_nothing_is(void **state)
{
    (void)state;
    static const double width[] = {.05, .4, 1, 2}, shift[] = {0, .5, -1};
    static const size_t scales[] = {6, 8, 12};
    size_t trials = trials_wanted(2);
    rates null = {0}, all = {0};
    for (size_t i = 0; i < 36; i++) {
        double w = width[i / 9], d = shift[i % 3];
        size_t k = scales[i / 3 % 3];
        rates t = simulate(w, d, k, i % 2, trials);
        rates *sums[] = {&all, d == 0 ? &null : NULL};
        if (trials > 9)
            print_message("width %-4g shift %-4g scales %-2zu: %zu pairs, covered %.3f, p < .05 "
                          "%.3f, bounded %.2f\n",
                          w, d, k, t.n, (double)t.covered / (double)t.n,
                          (double)t.rejected / (double)t.n, (double)t.bounded / (double)t.n);
        for (size_t j = 0; j < 2 && sums[j]; j++) {
            sums[j]->n += t.n;
            sums[j]->covered += t.covered;
            sums[j]->rejected += t.rejected;
            sums[j]->bounded += t.bounded;
        }
    }
    double n = (double)all.n;
    assert_true((double)all.covered > .96 * n);
    assert_true((double)all.bounded > .8 * n);
    assert_true((double)null.rejected < .05 * (double)null.n);
    assert_true((double)(all.rejected - null.rejected) > .4 * (n - (double)null.n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shift_is_found_and_turns_round),
        cmocka_unit_test(grids_may_differ),
        cmocka_unit_test(what_has_no_threshold_gives_one_side),
        cmocka_unit_test(steps_give_the_whole_gap),
        cmocka_unit_test(runs_that_learn_or_do_not),
        cmocka_unit_test(what_cannot_be_placed_is_refused),
        cmocka_unit_test(intervals_hold_and_nothing_is_found_where_nothing_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
