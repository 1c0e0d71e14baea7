/* What a planned study could show: more items and more models show more, a design that the
 * selftest measured gives what it measured, the search ends at the smallest design. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "study/power.h"

static ons_power power_of(ons_sim_design d, size_t threads)
{
    const ons_power_options o = {.design = d, .n_studies = 60, .n_threads = threads, .seed = 4};
    ons_power p;
    assert_int_equal(ons_power_of(&o, NULL, &p, NULL), ONS_OK);
    size_t sum = 0;
    for (int v = 0; v < ONS_VERDICT_COUNT; v++) sum += p.verdict[v];
    assert_int_equal(sum, 60);
    tst_close(p.se, sqrt(p.power * (1 - p.power) / 60), 1e-12, 0);
    return p;
}

static const ons_sim_design step = {.n_scales = 8,
                                    .n_seeds = 1,
                                    .span = 4,
                                    .n_items = 500,
                                    .rise = .8,
                                    .width = .05,
                                    .w0 = 1.5,
                                    .scatter = .001};

static void a_clear_jump_is_seen_and_chance_is_not_a_jump(void **state)
{
    (void)state;
    ons_power clear = power_of(step, 1);
    assert_true(clear.power >= .9);
    assert_true(clear.placed >= 54 && clear.median_decades > .1 && clear.median_decades < 1.2);
    ons_sim_design gradual = step;
    gradual.width = 3;
    assert_true(power_of(gradual, 1).power <= .05);
}

static void more_items_show_more(void **state)
{
    (void)state;
    ons_sim_design few = step, many = step;
    few.chance = many.chance = .25;
    few.rise = many.rise = .4;
    few.n_items = 50;
    assert_true(power_of(few, 1).power + .2 < power_of(many, 1).power);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    ons_power a = power_of(step, 1), b = power_of(step, 2);
    assert_memory_equal(a.verdict, b.verdict, sizeof a.verdict);
    tst_close(a.median_decades, b.median_decades, 0, 0);
}

static void the_search_ends_at_the_smallest(void **state)
{
    (void)state;
    const ons_power_options o = {.design = step, .n_studies = 20, .n_threads = 2, .seed = 1};
    ons_power_need need[ONS_POWER_STEPS];
    assert_int_equal(ons_power_search(&o, NULL, need, NULL), ONS_OK);
    for (size_t i = 0; i < ONS_POWER_STEPS; i++) {
        assert_true(i == 0 || need[i].n_scales > need[i - 1].n_scales);
        if (isnan(need[i].n_items)) continue;
        assert_true(need[i].power >= ONS_POWER_WANTED);
        ons_power_options below = o;
        ons_power p;
        below.design.n_scales = need[i].n_scales;
        below.design.n_items = need[i].n_items / 2;
        assert_int_equal(ons_power_of(&below, NULL, &p, NULL), ONS_OK);
        assert_true(p.power < ONS_POWER_WANTED || need[i].n_items <= 25);
    }
    assert_true(isfinite(need[3].n_items)); /* eight scales see a step */
}

static void too_many_models_are_refused(void **state)
{
    (void)state;
    ons_power_options o = {.design = step, .n_studies = 10, .n_threads = 1};
    o.design.n_seeds = 20;
    ons_power p;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_power_of(&o, NULL, &p, &err), ONS_LIMIT);
    assert_non_null(strstr(err.what, "160"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clear_jump_is_seen_and_chance_is_not_a_jump),
        cmocka_unit_test(more_items_show_more),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(the_search_ends_at_the_smallest),
        cmocka_unit_test(too_many_models_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
