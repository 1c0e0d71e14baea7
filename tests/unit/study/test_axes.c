/* W0 and place of every axis (method 2.1). */
#include <math.h>
#include <string.h>

#include "tst_num.h"
#include "tst_score.h"

#include "base/parse.h"
#include "study/series.h"

#define SIZES ((size_t)6)

/* Six sizes half a decade apart from 10^8 parameters on, 300 B tokens each. */
static void fill(ons_score *r)
{
    for (size_t i = 0; i < SIZES; i++) {
        r[i] = tst_score("acc");
        r[i].params = pow(10, 8 + .5 * (double)i);
        r[i].tokens = 300e9;
        r[i].loss = 3 - .2 * (double)i;
        r[i].n_items = 500;
        r[i].score = i < 3 ? .25 : .9;
        r[i].random_baseline = .25;
        r[i].flops = 6 * r[i].params * r[i].tokens;
    }
}

static ons_study_series series(const ons_score *r, size_t n, ons_series_options o)
{
    ons_arena a;
    ons_series_set set;
    ons_score *copy; /* building changes it */
    ons_arena_init(&a, 0);
    assert_int_equal(ONS_NEW(&a, n, &copy, NULL), ONS_OK);
    memcpy(copy, r, n * sizeof *copy);
    assert_int_equal(ons_series_set_build(copy, n, &o, &a, &set, NULL), ONS_OK);
    assert_int_equal(ons_series_set_decide(&set, 1, 0, NULL, NULL), ONS_OK);
    assert_int_equal(set.n, 1);
    const ons_study_series s = set.series[0];
    ons_arena_clear(&a);
    return s;
}

static double w0_of(const ons_score *r, size_t n, ons_axis axis, bool pool)
{
    const ons_series_options o = {.axes = 1u << axis, .w0 = (double)NAN, .pool = pool};
    const ons_study_series s = series(r, n, o);
    assert_int_equal(s.axis, axis);
    return s.series.w0;
}

static void compute_tokens_and_loss(void **state)
{
    (void)state;
    ons_score r[SIZES];
    fill(r);
    for (size_t i = 0; i < SIZES; i++) r[i].tokens = 20 * r[i].params; /* of no matter here */
    tst_close(w0_of(r, SIZES, ONS_AXIS_FLOPS, false), 1.5, 0, 0);
    tst_close(w0_of(r, SIZES, ONS_AXIS_TOKENS, false), 1.5, 0, 0);
    tst_close(w0_of(r, SIZES, ONS_AXIS_LOSS, false), .35, 0, 0);
}

/* 1.5 / (1 + s), tokens growing as the s-th power of the parameters. */
static void parameters_by_how_tokens_grow(void **state)
{
    (void)state;
    static const struct {
        double power, w0;
    } rule[] = {{0, 1.5}, {.5, 1}, {1, .75}, {-.5, 1.5} /* fewer tokens: never above 1.5 */};
    ons_score r[SIZES];
    fill(r);
    for (size_t k = 0; k < sizeof rule / sizeof *rule; k++) {
        for (size_t i = 0; i < SIZES; i++) r[i].tokens = 1e6 * pow(r[i].params, rule[k].power);
        tst_close(w0_of(r, SIZES, ONS_AXIS_PARAMS, false), rule[k].w0, 1e-9, 0);
    }
    for (size_t i = 0; i < SIZES; i++) r[i].tokens = i == 2 ? (double)NAN : 20 * r[i].params;
    tst_close(w0_of(r, SIZES, ONS_AXIS_PARAMS, false), 1.5, 0, 0); /* not known of every model */
    for (size_t i = 0; i < SIZES; i++) r[i].tokens = 20 * r[i].params * (i % 2 ? 1.4 : 1 / 1.4);
    tst_close(w0_of(r, SIZES, ONS_AXIS_PARAMS, false), .75, 0, .05); /* round figures of a paper */
}

/* One family at 20 tokens a parameter, another at 2000: between them they seem to fall. */
static void families_together_grow_as_each_does(void **state)
{
    (void)state;
    ons_score r[2 * SIZES];
    fill(r);
    fill(r + SIZES);
    for (size_t i = 0; i < 2 * SIZES; i++) {
        r[i].family = i % 2 ? ONS_S("F") : ONS_S("G");
        r[i].params *= i % 2 ? 10 : 1;
        r[i].tokens = (i % 2 ? 20 : 2000) * r[i].params;
    }
    tst_close(w0_of(r, 2 * SIZES, ONS_AXIS_PARAMS, true), .75, 1e-9, 0);
}

static void an_option_overrules_every_axis(void **state)
{
    (void)state;
    ons_score r[SIZES];
    fill(r);
    for (unsigned axis = ONS_AXIS_FLOPS; axis <= ONS_AXIS_LOSS; axis++) {
        const ons_series_options o = {.axes = 1u << axis, .w0 = .6};
        for (size_t i = 0; i < SIZES; i++) r[i].tokens = 20 * r[i].params;
        tst_close(series(r, SIZES, o).series.w0, .6, 0, 0);
    }
}

/* Lower loss is further on, and a threshold stands between the losses that it stands between. */
static void loss_runs_backwards(void **state)
{
    (void)state;
    ons_score r[SIZES];
    fill(r);
    const ons_series_options o = {.axes = 1u << ONS_AXIS_LOSS, .w0 = (double)NAN};
    const ons_verdict v = series(r, SIZES, o).verdict;
    assert_true(v.midpoint.x > -2.6 && v.midpoint.x < -2.4); /* after 2.6, before 2.4 nats */
    assert_true(v.n_scales == SIZES && !(v.flags & ONS_FLAG_INSUFFICIENT)); /* one nat is enough */
}

/* Several families: no replicates where sizes meet, whatever their seeds. */
static void families_of_one_size_are_no_replicates(void **state)
{
    (void)state;
    ons_score r[3 * SIZES];
    static const char *const family[] = {"F", "G", "H"};
    for (size_t f = 0; f < 3; f++) {
        fill(r + f * SIZES);
        for (size_t i = 0; i < SIZES; i++) {
            ons_score *s = &r[f * SIZES + i];
            s->family = ons_str_of(family[f]);
            s->score = i >= 2 + f ? .9 : .25;
        }
    }
    ons_series_options o = {.axes = 1u << ONS_AXIS_PARAMS, .w0 = (double)NAN, .pool = true};
    ons_study_series s = series(r, 3 * SIZES, o);
    assert_true(s.series.pooled);
    assert_int_equal(s.verdict.flags & ONS_FLAG_BIMODAL_SEEDS, 0);
    for (size_t i = 0; i < 3 * SIZES; i++) {
        r[i].seed = r[i].family; /* the same numbers from three seeds of one family */
        r[i].family = ONS_S("F");
    }
    o.pool = false;
    s = series(r, 3 * SIZES, o);
    assert_false(s.series.pooled);
    assert_true(s.verdict.flags & ONS_FLAG_BIMODAL_SEEDS);
    o.pool = true;
    assert_false(series(r, 3 * SIZES, o).series.pooled); /* one family is no pool */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compute_tokens_and_loss),
        cmocka_unit_test(parameters_by_how_tokens_grow),
        cmocka_unit_test(families_together_grow_as_each_does),
        cmocka_unit_test(an_option_overrules_every_axis),
        cmocka_unit_test(loss_runs_backwards),
        cmocka_unit_test(families_of_one_size_are_no_replicates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
