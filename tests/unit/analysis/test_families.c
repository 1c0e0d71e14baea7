/* Families taken together: offsets between them are no jump, a common jump is one. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "analysis/curve_priv.h"
#include "analysis/verdict.h"
#include "base/rng.h"
#include "stats/draw.h"

enum { POINTS = 30 };

static ons_series make(ons_point *p, size_t n)
{
    return (ons_series){
        .point = p, .n_points = n, .chance = 0, .ceiling = 1, .w0 = 1.5, .pooled = true};
}

static ons_verdict decide(const ons_series *s)
{
    ons_verdict v;
    assert_int_equal(ons_series_decide(s, 0, &v, NULL), ONS_OK);
    return v;
}

/* k sizes of each family over four decades; jump[f]: where family f steps up. */
static size_t steps(ons_point *p, size_t k, size_t n_families, const double *jump)
{
    size_t n = 0;
    for (unsigned f = 0; f < n_families; f++) {
        for (size_t i = 0; i < k; i++) {
            double x = 18 + 4 * ((double)i + .3 * f) / (double)k;
            p[n++] = (ons_point){.x = x,
                                 .y = x < jump[f] ? .004 : .9,
                                 .n = 500,
                                 .se = (double)NAN,
                                 .params = (double)NAN,
                                 .family = f};
        }
    }
    return n;
}

static void a_jump_of_all_is_one(void **state)
{
    (void)state;
    ons_point p[POINTS], q[POINTS];
    size_t n = steps(p, 6, 3, (const double[]){20, 20, 20});
    ons_series s = make(p, n);
    ons_verdict v = decide(&s), w;
    assert_int_equal(v.verdict, ONS_VERDICT_EMERGENT);
    for (size_t i = 0; i < n; i++) q[i] = p[n - 1 - i];
    s.point = q;
    w = decide(&s); /* whatever the order */
    assert_memory_equal(&v, &w, sizeof v);
}

/* One family has the small models, the other the large ones. */
static void a_jump_between_families_is_none(void **state)
{
    (void)state;
    ons_point p[POINTS];
    size_t n = steps(p, 8, 1, (const double[]){20});
    for (size_t i = 0; i < n; i++) p[i].family = p[i].x >= 20;
    ons_series s = make(p, n);
    ons_verdict v = decide(&s);
    assert_int_equal(v.verdict, ONS_VERDICT_CANDIDATE);
    assert_true(v.p_sharp >= .05 && v.p_emergent >= .05);
    for (size_t i = 0; i < n; i++) p[i].family = 0;
    assert_int_equal(decide(&s).verdict, ONS_VERDICT_EMERGENT); /* nobody said which is which */
}

/* Three or five families of four or six models each, a common curve, offsets of SD `apart`. */
static size_t draw(uint64_t seed, uint64_t trial, double width, double apart, ons_point *p)
{
    ons_rng r = ons_rng_make(seed, trial);
    const size_t n_families = trial % 2 ? 5 : 3, k = trial / 2 % 2 ? 6 : 4;
    const double middle = .8 + 2.7 * ons_rng_f64(&r), rise = .3 + .7 * ons_rng_f64(&r);
    const int shape = (int)ons_rng_below(&r, ONS_SHARP_SHAPES);
    size_t n = 0;
    for (unsigned f = 0; f < n_families; f++) {
        const double offset = apart * ons_draw_normal(&r);
        for (size_t i = 0; i < k; i++) {
            double x = 4 * ons_rng_f64(&r);
            double mu = rise * ons_shape_at(shape, middle + offset, width, x);
            double y = ons_draw_beta_binomial(&r, 500, mu, .002) / 500;
            p[n++] = (ons_point){.x = 18 + x, .y = y, .n = 500, .family = f};
            p[n - 1].se = p[n - 1].params = (double)NAN;
        }
    }
    return n;
}

static size_t count_emergent(double width, double apart, size_t trials, bool told)
{
    size_t n = 0;
    for (uint64_t t = 0; t < trials; t++) {
        ons_point p[POINTS];
        ons_series s = make(p, draw(5, t, width, apart, p));
        for (size_t i = 0; !told && i < s.n_points; i++) p[i].family = 0;
        n += decide(&s).verdict == ONS_VERDICT_EMERGENT;
    }
    return n;
}

static void offsets_do_not_pass_for_jumps(void **state)
{
    (void)state;
    size_t before = count_emergent(1.5, .5, 60, false), after = count_emergent(1.5, .5, 60, true);
    assert_true(before >= 4 && after <= 2);
    assert_true(count_emergent(2, .3, 40, true) <= 1);
    assert_true(count_emergent(.1, .2, 40, true) >= 18); /* and jumps still do */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jump_of_all_is_one),
        cmocka_unit_test(a_jump_between_families_is_none),
        cmocka_unit_test(offsets_do_not_pass_for_jumps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
