/* Items that hang together count as fewer. */
#include <math.h>

#include "tst_num.h"
#include "tst_score.h"

#include "base/parse.h"
#include "study/series.h"

#define SIZES ((size_t)6)

static void fill(ons_score *r)
{
    for (size_t i = 0; i < SIZES; i++) {
        r[i] = tst_score("acc");
        r[i].params = pow(10, 8 + .5 * (double)i);
        r[i].n_items = 1000;
        r[i].score = .3 + .1 * (double)i;
        r[i].random_baseline = .25;
    }
}

/* Standard errors of as many independent items, times `factor`. */
static void errors(ons_score *r, double factor)
{
    for (size_t i = 0; i < SIZES; i++)
        r[i].std_err = factor * sqrt(r[i].score * (1 - r[i].score) / (r[i].n_items - 1));
}

static void counted(ons_score *r, double *ret_n)
{
    ons_arena a;
    ons_series_set set;
    ons_arena_init(&a, 0);
    assert_int_equal(
        ons_series_set_build(r, SIZES, &(ons_series_options){.w0 = (double)NAN}, &a, &set, NULL),
        ONS_OK);
    assert_false(set.series[0].series.continuous);
    for (size_t i = 0; i < SIZES; i++) ret_n[i] = set.series[0].series.point[i].n;
    ons_arena_clear(&a);
}

static void a_given_design_effect(void **state)
{
    (void)state;
    ons_score r[SIZES];
    double n[SIZES];
    fill(r);
    counted(r, n);
    tst_close(n[0], 1000, 0, 0);
    r[2].deff = 4;
    errors(r, 3); /* what the row says comes first */
    counted(r, n);
    tst_close(n[2], 250, 0, 1e-9);
    tst_close(n[0], 1000 / 9.0, 0, 1e-6);
}

static void a_clustered_standard_error(void **state)
{
    (void)state;
    ons_score r[SIZES];
    double n[SIZES];
    fill(r);
    errors(r, 1.2); /* not clearly above binomial, but declared */
    for (size_t i = 0; i < SIZES; i++) r[i].n_clusters = 50;
    r[3].score = 1;
    r[3].std_err = 0; /* tells nothing: the middle of the others */
    counted(r, n);
    for (size_t i = 0; i < SIZES; i++) tst_close(n[i], 1000 / 1.44, 1e-9, 0);
    errors(r, .5);
    r[3].std_err = 0;
    counted(r, n);
    tst_close(n[0], 1000, 0, 0); /* never more items than there are */
    for (size_t i = 0; i < SIZES; i++) r[i].std_err = (double)NAN;
    counted(r, n);
    tst_close(n[0], 1000, 0, 0); /* clusters alone say nothing of how alike their items are */
}

/* People are told, and advised, in items to ask. */
static void advice_is_in_items_to_ask(void **state)
{
    (void)state;
    const double y[SIZES] = {.25, .25, .25, .45, .6, .6};
    double items[2], instead[2];
    for (size_t clustered = 0; clustered < 2; clustered++) {
        ons_score r[SIZES];
        ons_arena a;
        ons_series_set set;
        fill(r);
        for (size_t i = 0; i < SIZES; i++) {
            r[i].score = y[i];
            r[i].n_items = clustered ? 800 : 200;
            if (clustered) r[i].deff = 4;
        }
        ons_arena_init(&a, 0);
        const ons_series_options o = {.w0 = (double)NAN};
        assert_int_equal(ons_series_set_build(r, SIZES, &o, &a, &set, NULL), ONS_OK);
        assert_int_equal(ons_series_set_decide(&set, 1, 0, NULL, NULL), ONS_OK);
        assert_int_equal(set.series[0].known.kind, ONS_KNOWN_RISE_BETWEEN);
        items[clustered] = set.series[0].known.needs.items;
        instead[clustered] = set.series[0].known.needs.items_instead;
        ons_arena_clear(&a);
    }
    tst_close(items[1], 4 * items[0], 0, 0);
    assert_true(isnan(instead[0]) ? isnan(instead[1]) : instead[1] == 4 * instead[0]);
}

static void errors_that_are_not_declared(void **state)
{
    (void)state;
    ons_score r[SIZES];
    double n[SIZES];
    fill(r);
    static const double binomial[] = {1, .7, 1.1, 1.2}; /* and below, and nearly */
    for (size_t f = 0; f < 4; f++) {
        errors(r, binomial[f]);
        counted(r, n);
        for (size_t i = 0; i < SIZES; i++) tst_close(n[i], 1000, 0, 0);
    }
    errors(r, 2); /* clearly above */
    counted(r, n);
    for (size_t i = 0; i < SIZES; i++) tst_close(n[i], 250, 1e-6, 0);
    r[0].std_err *= 10; /* one odd row is outvoted */
    counted(r, n);
    tst_close(n[0], 250, 1e-6, 0);
    errors(r, 100); /* percent, or something else altogether */
    counted(r, n);
    tst_close(n[0], 1000, 0, 0);
    for (size_t i = 0; i < SIZES; i++) r[i].n_items = (double)NAN;
    errors(r, 1);
    for (size_t i = 0; i < SIZES; i++) r[i].std_err = .02; /* the number comes from the error */
    counted(r, n);
    tst_close(n[0], round(.21 / 4e-4 + 1), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_given_design_effect),
        cmocka_unit_test(a_clustered_standard_error),
        cmocka_unit_test(advice_is_in_items_to_ask),
        cmocka_unit_test(errors_that_are_not_declared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
