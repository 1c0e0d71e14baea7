/* Several seeds a size (2.14): when agreeing seeds show a jump, when they do not, and how often
 * families whose runs learn or do not are called sharp. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "analysis/replicates_priv.h"
#include "analysis/simulate.h"
#include "analysis/tests_priv.h"

enum { SCALES = 6, SEEDS_MAX = 5, ITEMS = 256 };
#define CHANCE .1
#define GAP    .6 /* decades between two sizes */
#define ALPHA  .05

/* learned[s]: how many of n_seeds runs are at `high`; the others at chance. */
static size_t fill(ons_point *p, size_t n_seeds, const int learned[SCALES], double high)
{
    size_t n = 0;
    memset(p, 0, (size_t)SCALES * SEEDS_MAX * sizeof *p);
    for (size_t s = 0; s < SCALES; s++) {
        for (size_t i = 0; i < n_seeds; i++, n++) {
            double y = (int)i < learned[s] ? high : CHANCE;
            p[n].x = 9 + GAP * (double)s;
            /* Not all the same, as runs are not. */
            p[n].y = (round(y * ITEMS) + (double)(n % 3) - 1) / ITEMS;
            p[n].n = ITEMS;
            p[n].se = p[n].params = (double)NAN;
            p[n].seed[0] = (char)('a' + i);
        }
    }
    return n;
}

static ons_verdict decide(const ons_point *p, size_t n)
{
    const ons_series s = {.point = p, .n_points = n, .chance = CHANCE, .ceiling = 1, .w0 = 1.5};
    ons_verdict v;
    assert_int_equal(ons_series_decide(&s, 0, &v, NULL), ONS_OK);
    return v;
}

/* A gradual rise makes two seeds agree at every size often enough, and five hardly ever. */
static void few_seeds_that_agree_are_no_jump(void **state)
{
    (void)state;
    static const int two[SCALES] = {0, 0, 0, 2, 2, 2}, five[SCALES] = {0, 0, 0, 5, 5, 5};
    ons_point p[SCALES * SEEDS_MAX];
    ons_verdict v = decide(p, fill(p, 2, two, .9));
    assert_true(v.p_sharp > ALPHA && v.p_sharp < .5);
    assert_int_equal(v.verdict, ONS_VERDICT_CANDIDATE);
    v = decide(p, fill(p, 5, five, .9));
    assert_true(v.p_sharp < ALPHA);
    assert_int_equal(v.verdict, ONS_VERDICT_EMERGENT);
}

static void a_share_that_rises_gradually_is_not_sharp(void **state)
{
    (void)state;
    static const int learned[SCALES] = {0, 1, 2, 2, 4, 5};
    ons_point p[SCALES * SEEDS_MAX];
    ons_verdict v = decide(p, fill(p, 5, learned, .9));
    assert_true(v.flags & ONS_FLAG_BIMODAL_SEEDS);
    assert_true(v.p_sharp > .5);
}

/* Six runs that all failed show absence where the runs beyond learned; eleven are not needed. */
static void absence_is_shown_by_few_runs(void **state)
{
    (void)state;
    static const int learned[SCALES] = {0, 0, 0, 2, 1, 2};
    ons_point p[SCALES * SEEDS_MAX];
    ons_verdict v = decide(p, fill(p, 2, learned, .9));
    assert_true(v.flags & ONS_FLAG_BIMODAL_SEEDS);
    assert_int_equal(v.n_below, 3);
    assert_true(v.p_absent < ALPHA);
}

/* Seeds that agree half way up are no runs that learn or do not: that reading has no veto. */
static void graded_runs_are_judged_as_graded(void **state)
{
    (void)state;
    static const double y[SCALES] = {.1, .1, .1, .45, .9, .9};
    ons_point p[SCALES * SEEDS_MAX];
    static const int all[SCALES] = {2, 2, 2, 2, 2, 2};
    size_t n = fill(p, 2, all, .9);
    for (size_t i = 0; i < n; i++) p[i].y = (round(y[i / 2] * ITEMS) + (double)(i % 2)) / ITEMS;
    ons_verdict v = decide(p, n);
    assert_false(v.flags & ONS_FLAG_BIMODAL_SEEDS);
    assert_true(v.p_sharp < ALPHA);
}

static void levels_and_runs_are_found(void **state)
{
    (void)state;
    static const int learned[SCALES] = {0, 0, 1, 2, 3, 3};
    ons_point p[SCALES * SEEDS_MAX];
    const ons_series s = {.point = p,
                          .n_points = fill(p, 3, learned, .63),
                          .chance = CHANCE,
                          .ceiling = 1,
                          .w0 = 1.5};
    ons_rows r;
    ons_replicates b;
    assert_int_equal(ons_rows_make(&s, &r, NULL), ONS_OK);
    assert_true(ons_replicates_apply(&r));
    assert_int_equal(ons_replicates_fit(&r, &b, NULL), ONS_OK);
    tst_close(b.sharp.level.lower, CHANCE, 0, .005);
    tst_close(b.sharp.level.upper, .63, 0, .005);
    /* Rows of a scale are sorted by score. */
    for (size_t i = 0; i < r.n_rows; i++) {
        double want = (int)(i % 3) >= 3 - learned[i / 3];
        tst_close(b.learned[i], want, 0, .01);
    }
}

/* Either gradual reading can explain the runs: the less favourable one counts. */
static void both_readings_must_grant_it(void **state)
{
    (void)state;
    const ons_two graded = {.ll_sharp = -100, .ll_smooth = -110};
    ons_replicates b = {.ll_sharp = -100, .ll_smooth = -103, .log_bayes = 2};
    double both = ons_replicates_lr(&graded, &b);
    assert_true(both > 5 && both < 7);
    const ons_two gradual = {.ll_sharp = -100, .ll_smooth = -100};
    tst_close(ons_replicates_lr(&gradual, &b), 0, 0, 1e-12);
    b.log_bayes = -1;
    assert_true(ons_test_sharp(ons_replicates_lr(&graded, &b)) > .5);
    /* The all-or-none reading is out of the question. */
    b.ll_sharp = -130;
    tst_close(ons_replicates_lr(&graded, &b), 20, 1e-12, 0);
}

static size_t count_sharp(const char *name, size_t n)
{
    const ons_sim_class *c = ons_sim_classes;
    while (strcmp(c->name, name) != 0) c++;
    size_t sharp = 0;
    for (uint64_t t = 0; t < n; t++) {
        ons_sim s;
        ons_verdict v;
        ons_sim_draw(c, 2024, t, &s);
        assert_int_equal(ons_series_decide(&s.series, 0, &v, NULL), ONS_OK);
        sharp += v.p_sharp < ALPHA;
    }
    return sharp;
}

/* The full rates are those of onset selftest; here a change of the procedure shows at once. */
static void rates_stay(void **state)
{
    (void)state;
    assert_in_range(count_sharp("all-or-none-wide", 80), 0, 4);
    assert_in_range(count_sharp("all-or-none-boundary", 80), 0, 9);
    assert_in_range(count_sharp("all-or-none-sharp", 60), 28, 60);
}

/* Where runs learn or do not, the answers know the place too well; the runs do not. */
static void intervals_hold_the_threshold(void **state)
{
    (void)state;
    const ons_sim_class *c = ons_sim_classes;
    while (strcmp(c->name, "one-run-failed") != 0) c++;
    size_t placed = 0, missed = 0;
    for (uint64_t t = 0; t < 80; t++) {
        ons_sim s;
        ons_verdict v;
        ons_sim_draw(c, 2024, t, &s);
        assert_int_equal(ons_series_decide(&s.series, 0, &v, NULL), ONS_OK);
        if (isnan(v.onset.lo) || !(v.flags & ONS_FLAG_BIMODAL_SEEDS)) continue;
        placed++;
        missed += s.onset < v.onset.lo || s.onset > v.onset.hi || s.midpoint < v.midpoint.lo ||
                  s.midpoint > v.midpoint.hi;
    }
    assert_in_range(placed, 40, 80);
    assert_in_range(missed, 0, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_seeds_that_agree_are_no_jump),
        cmocka_unit_test(a_share_that_rises_gradually_is_not_sharp),
        cmocka_unit_test(absence_is_shown_by_few_runs),
        cmocka_unit_test(graded_runs_are_judged_as_graded),
        cmocka_unit_test(levels_and_runs_are_found),
        cmocka_unit_test(both_readings_must_grant_it),
        cmocka_unit_test(rates_stay),
        cmocka_unit_test(intervals_hold_the_threshold),
    };
    return cmocka_run_group_tests_name("replicates", tests, NULL, NULL);
}
