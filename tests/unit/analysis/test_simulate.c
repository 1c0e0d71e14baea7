/* Simulated series: the same seed gives the same series, the truth that is told is the truth
 * of the draws, and all of them can be decided. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "analysis/simulate.h"

static const ons_sim_class *find(const char *name)
{
    const ons_sim_class *c = ons_sim_classes;
    while (strcmp(c->name, name) != 0) c++;
    return c;
}

static void the_same_seed_gives_the_same_series(void **state)
{
    (void)state;
    for (size_t i = 0; i < ons_sim_n_classes; i++) {
        const ons_sim_class *c = &ons_sim_classes[i];
        if (c->group == ONS_SIM_DISCOVERY) continue;
        ons_sim a, b, other;
        ons_sim_draw(c, 5, 7, &a);
        ons_sim_draw(c, 5, 7, &b);
        ons_sim_draw(c, 6, 7, &other);
        assert_memory_equal(a.point, b.point, a.series.n_points * sizeof *a.point);
        bool same = a.series.n_points == other.series.n_points;
        for (size_t j = 0; same && j < a.series.n_points; j++)
            same = a.point[j].x == other.point[j].x && a.point[j].y == other.point[j].y;
        /* A grid without jitter at chance may coincide; two inner scales never do. */
        assert_false(same);
    }
}

static void series_are_fit_to_be_decided(void **state)
{
    (void)state;
    for (size_t i = 0; i < ons_sim_n_classes; i++) {
        const ons_sim_class *c = &ons_sim_classes[i];
        for (uint64_t t = 0; t < 25; t++) {
            ons_sim s;
            if (c->group == ONS_SIM_DISCOVERY)
                ons_sim_draw_battery(3, t, t % ONS_SIM_BATTERY, &s);
            else
                ons_sim_draw(c, 3, t, &s);
            assert_in_range(s.series.n_points, 5, ONS_SIM_POINTS);
            for (size_t j = 0; j < s.series.n_points; j++) {
                const ons_point *p = &s.point[j];
                assert_true(p->y >= 0 && p->y <= 1 && p->n >= 50 && isfinite(p->x));
                assert_true(j == 0 || p->x >= s.point[j - 1].x);
            }
            if (s.jump) assert_true(s.onset < s.midpoint);
            if (c->group == ONS_SIM_METRIC)
                assert_int_equal(s.continuous.n_points, s.series.n_points);
        }
    }
}

/* Mean score just beyond and far before the midpoint of a step of .8 of the headroom. */
static void a_jump_is_where_it_is_said_to_be(void **state)
{
    (void)state;
    double before = 0, beyond = 0, n_before = 0, n_beyond = 0;
    const ons_sim_class *c = find("jump-.05-.8-chance");
    for (uint64_t t = 0; t < 200; t++) {
        ons_sim s;
        ons_sim_draw(c, 9, t, &s);
        for (size_t j = 0; j < s.series.n_points; j++) {
            const ons_point *p = &s.point[j];
            if (fabs(p->x - s.midpoint) < .1) continue;
            *(p->x < s.midpoint ? &before : &beyond) += p->y;
            *(p->x < s.midpoint ? &n_before : &n_beyond) += 1;
        }
    }
    tst_close(before / n_before, .25, 0, .01);
    tst_close(beyond / n_beyond, .85, 0, .01);
}

/* Widths of curves that are given as 10-90 widths: the score where F is .1 and .9. */
static void held_out_curves_have_their_width(void **state)
{
    (void)state;
    static const char *const names[] = {"jump-probit", "jump-arctan", "jump-smoothstep"};
    for (size_t i = 0; i < 3; i++) {
        for (uint64_t t = 0; t < 50; t++) {
            ons_sim s;
            ons_sim_draw(find(names[i]), 4, t, &s);
            double half = s.midpoint - s.onset; /* symmetric curves: half of the width */
            assert_true(fabs(half - .05) < 1e-6 || fabs(half - .2) < 1e-6 ||
                        fabs(half - .35) < 1e-6);
        }
    }
}

static void a_design_is_what_was_asked_for(void **state)
{
    (void)state;
    const ons_sim_design d = {.n_scales = 7,
                              .n_seeds = 3,
                              .span = 3,
                              .n_items = 400,
                              .chance = .25,
                              .rise = .6,
                              .width = .1,
                              .w0 = 1.2};
    ons_sim s;
    ons_sim_draw_design(&d, 1, 2, &s);
    assert_int_equal(s.series.n_points, 21);
    tst_close(s.point[20].x - s.point[0].x, 3, 1e-12, 0);
    tst_close(s.point[3].x - s.point[0].x, .5, 1e-12, 0);
    tst_close(s.series.w0, 1.2, 0, 0);
    assert_true(s.jump && s.midpoint > s.point[3].x && s.midpoint < s.point[18].x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_series),
        cmocka_unit_test(series_are_fit_to_be_decided),
        cmocka_unit_test(a_jump_is_where_it_is_said_to_be),
        cmocka_unit_test(held_out_curves_have_their_width),
        cmocka_unit_test(a_design_is_what_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
