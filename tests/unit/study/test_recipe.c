/* What stands beside the scale: a recipe that changes at the threshold. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tst_num.h"
#include "tst_score.h"

#include "base/parse.h"
#include "study/series.h"

#define SIZES ((size_t)8)

/* A step behind the fourth of eight sizes. */
static void fill(ons_score *r)
{
    for (size_t i = 0; i < SIZES; i++) {
        r[i] = tst_score("exact_match");
        r[i].params = pow(10, 8 + .5 * (double)i);
        r[i].tokens = 300e9;
        r[i].n_items = 500;
        r[i].score = i < 4 ? .002 : .8;
        r[i].random_baseline = 0;
    }
}

static ons_verdict decide(const ons_score *r, size_t n, bool pool)
{
    ons_arena a;
    ons_series_set set;
    const ons_series_options o = {.w0 = (double)NAN, .pool = pool};
    ons_score *copy; /* building changes it */
    ons_arena_init(&a, 0);
    assert_int_equal(ONS_NEW(&a, n, &copy, NULL), ONS_OK);
    memcpy(copy, r, n * sizeof *copy);
    assert_int_equal(ons_series_set_build(copy, n, &o, &a, &set, NULL), ONS_OK);
    assert_int_equal(set.n, 1);
    assert_int_equal(ons_series_set_decide(&set, 1, 0, NULL, NULL), ONS_OK);
    ons_verdict v = set.series[0].verdict;
    ons_arena_clear(&a);
    /* A jump that hangs on one of several families is a candidate. */
    if (!pool || v.verdict != ONS_VERDICT_CANDIDATE)
        assert_int_equal(v.verdict, ONS_VERDICT_EMERGENT);
    return v;
}

static bool confounded(const ons_score *r, size_t n, bool pool)
{
    return (decide(r, n, pool).flags & ONS_FLAG_CONFOUNDED) != 0;
}

static void recipes(ons_score *r, const char *const *name)
{
    for (size_t i = 0; i < SIZES; i++) r[i].recipe = ons_str_of(name[i]);
}

static void a_part_of_the_recipe(void **state)
{
    (void)state;
    ons_score r[SIZES];
    fill(r);
    assert_false(confounded(r, SIZES, false));
    recipes(r, (const char *[]){"a", "a", "a", "a", "b", "b", "b", "b"});
    assert_true(confounded(r, SIZES, false)); /* none stands on both sides */
    recipes(r, (const char *[]){"a", "a", "a", "b", "b", "b", "b", "b"});
    assert_false(confounded(r, SIZES, false)); /* b itself has the threshold */
    recipes(r, (const char *[]){"a", "a", "a", "a", "b", "a", "b", "b"});
    assert_false(confounded(r, SIZES, false));
    recipes(r, (const char *[]){"a", "b", "c", "d", "e", "f", "g", "h"});
    assert_false(confounded(r, SIZES, false)); /* names, not recipes */
    recipes(r, (const char *[]){"a", "a", "", "", "", "b", "b", ""});
    assert_true(confounded(r, SIZES, false)); /* what is known says so */
    recipes(r, (const char *[]){"a", "a", "a", "a", "", "", "", ""});
    assert_false(confounded(r, SIZES, false));
    /* Parts are looked at by themselves: the tokenizer changes, the data do not. */
    recipes(r, (const char *[]){"a;x", "a;x", "a;x", "a;x", "a;y", "a;y", "a;y", "a;y"});
    assert_true(confounded(r, SIZES, false));
    recipes(r, (const char *[]){";x", ";x", ";x", ";x", "x", ";x", ";x", ";x"});
    assert_false(confounded(r, SIZES, false));
}

static void families_taken_together(void **state)
{
    (void)state;
    ons_score r[SIZES];
    fill(r);
    for (size_t i = 4; i < SIZES; i++) r[i].family = ONS_S("G");
    assert_true(confounded(r, SIZES, true));
    r[5].family = ONS_S("F");
    assert_false(confounded(r, SIZES, true));
    for (size_t i = 0; i < SIZES; i++) r[i].family = (ons_str){"ABCDEFGH" + i, 1};
    assert_true(confounded(r, SIZES, true)); /* a family a model */
}

/* Tokens that grow with size are no change of recipe; a jump off the common line is. */
static void training_tokens(void **state)
{
    (void)state;
    ons_score r[SIZES];
    fill(r);
    for (size_t i = 0; i < SIZES; i++) r[i].tokens = 20 * r[i].params;
    assert_false(confounded(r, SIZES, false));
    for (size_t i = 0; i < SIZES; i++) r[i].tokens = 3 * pow(r[i].params, 1.3);
    assert_false(confounded(r, SIZES, false));
    static const double uneven[SIZES] = {1e12, 1e12, 1e12, 1e12, 1.4e12, 1.4e12, 2e12, 2e12};
    for (size_t i = 0; i < SIZES; i++) r[i].tokens = uneven[i];
    assert_false(confounded(r, SIZES, false));
    for (size_t i = 0; i < SIZES; i++) r[i].tokens = i < 4 ? 300e9 : 2e12;
    assert_true(confounded(r, SIZES, false));
    for (size_t i = 0; i < SIZES; i++) r[i].tokens = (i < 4 ? 20 : 200) * r[i].params;
    assert_true(confounded(r, SIZES, false));
    for (size_t i = 0; i < SIZES; i++) r[i].tokens = (i % 2 ? 20 : 200) * r[i].params;
    assert_false(confounded(r, SIZES, false)); /* scattered, but not at the threshold */
    r[2].tokens = (double)NAN;
    assert_false(confounded(r, SIZES, false));
}

/* Without a threshold there is nothing that could be confounded. */
static void no_threshold(void **state)
{
    (void)state;
    ons_score r[SIZES];
    ons_arena a;
    ons_series_set set;
    fill(r);
    recipes(r, (const char *[]){"a", "a", "a", "a", "b", "b", "b", "b"});
    for (size_t i = 0; i < SIZES; i++) r[i].score = .1 * (double)i;
    ons_arena_init(&a, 0);
    assert_int_equal(
        ons_series_set_build(r, SIZES, &(ons_series_options){.w0 = (double)NAN}, &a, &set, NULL),
        ONS_OK);
    assert_int_equal(ons_series_set_decide(&set, 1, 0, NULL, NULL), ONS_OK);
    assert_int_equal(set.series[0].verdict.flags & ONS_FLAG_CONFOUNDED, 0);
    ons_arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_of_the_recipe),
        cmocka_unit_test(families_taken_together),
        cmocka_unit_test(training_tokens),
        cmocka_unit_test(no_threshold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
