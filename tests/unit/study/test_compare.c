/* Which series are compared, with what, and what is said of them. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "study/compare.h"
#include "text/json.h"

#define SIZES ((size_t)8)
enum { ROWS_MAX = 256 };

typedef struct table {
    ons_score row[ROWS_MAX];
    size_t n;
    ons_arena arena;
    ons_series_set set;
    ons_comparisons c;
} table;

static ons_score named(const char *family, const char *task, const char *prompt, double shots,
                       const char *group)
{
    const double no = (double)NAN;
    const ons_str none = ONS_S("");
    return (ons_score){.family = ons_str_of(family),
                       .task = ons_str_of(task),
                       .metric = ONS_S("exact_match"),
                       .prompt = ons_str_of(prompt),
                       .group = ons_str_of(group),
                       .model = none,
                       .seed = none,
                       .note = none,
                       .tokens = no,
                       .flops = no,
                       .loss = no,
                       .shots = shots,
                       .n_items = 500,
                       .std_err = no,
                       .random_baseline = 0,
                       .high_score = no,
                       .higher_is_better = ONS_UNKNOWN,
                       .primary = ONS_UNKNOWN};
}

/* A step behind the k-th of eight sizes, half a decade apart; SIZES: none. */
static void add(table *t, ons_score s, size_t k)
{
    for (size_t i = 0; i < SIZES; i++) {
        s.params = pow(10, 7 + .5 * (double)i);
        s.score = i >= k ? .8 : .002;
        t->row[t->n++] = s;
    }
}

static ons_status compare(table *t, const char *column, const char *base)
{
    const ons_series_options o = {.w0 = (double)NAN};
    ons_compare_options c = {.column = ons_str_of(column)};
    if (base) c.base = ons_str_of(base);
    ons_arena_init(&t->arena, 0);
    assert_int_equal(ons_series_set_build(t->row, t->n, &o, &t->arena, &t->set, NULL), ONS_OK);
    assert_int_equal(ons_series_set_decide(&t->set, 1, 0, NULL, NULL), ONS_OK);
    return ons_compare_make(&t->set, &c, 2, &t->arena, &t->c, NULL);
}

static void assert_pair(const table *t, size_t i, const char *ability, const char *base,
                        const char *other, ons_compared result)
{
    const ons_comparison *c = &t->c.pair[i];
    assert_true(i < t->c.n);
    assert_true(ons_str_eq(c->ability, ons_str_of(ability)));
    assert_true(ons_str_eq(c->base_name, ons_str_of(base)));
    assert_true(ons_str_eq(c->other_name, ons_str_of(other)));
    assert_int_equal(c->result, result);
}

static void families_against_the_first(void **state)
{
    (void)state;
    table t = {0};
    add(&t, named("noisy", "sort", "", 0, ""), 5);
    add(&t, named("clean", "sort", "", 0, ""), 3);
    add(&t, named("repeated", "sort", "", 0, ""), SIZES);
    add(&t, named("clean", "alone", "", 0, ""), 3);
    assert_int_equal(compare(&t, "family", NULL), ONS_OK);
    assert_int_equal(t.c.n, 2);
    assert_int_equal(t.c.n_alone, 1);
    assert_pair(&t, 0, "sort", "clean", "noisy", ONS_COMPARED_LATER);
    assert_pair(&t, 1, "sort", "clean", "repeated", ONS_COMPARED_LATER);
    tst_close(t.c.pair[0].onset.by.x, 1, 0, .15);
    assert_true(isinf(t.c.pair[1].onset.by.hi)); /* not before the last size */
    assert_true(t.c.pair[0].p_adjusted >= t.c.pair[0].onset.p && t.c.pair[0].p_adjusted < .05);
    ons_arena_clear(&t.arena);
    assert_int_equal(compare(&t, "family", "noisy"), ONS_OK);
    assert_pair(&t, 0, "sort", "noisy", "clean", ONS_COMPARED_EARLIER);
    ons_arena_clear(&t.arena);
    assert_int_equal(compare(&t, "family", "nobody"), ONS_USAGE);
    ons_arena_clear(&t.arena);
}

/* Numbers by value; the word of a prompt stands for shots that were never printed. */
static void shots_and_their_words(void **state)
{
    (void)state;
    table t = {0};
    add(&t, named("F", "add", "", 16, ""), 3);
    add(&t, named("F", "add", "", 2, ""), 5);
    add(&t, named("F", "add", "few", (double)NAN, ""), 5);
    add(&t, named("F", "add", "steps", 2, ""), 3); /* another prompt: nobody to compare with */
    assert_int_equal(compare(&t, "shots", NULL), ONS_OK);
    assert_int_equal(t.c.n, 2);
    assert_pair(&t, 0, "add", "2", "16", ONS_COMPARED_EARLIER);
    assert_pair(&t, 1, "add", "2", "few", ONS_COMPARED_NOT_SHOWN);
    ons_arena_clear(&t.arena);
}

/* A study's prompts have shots of their own; a prompt with several is compared at each. */
static void prompts_whatever_their_shots(void **state)
{
    (void)state;
    table t = {0};
    add(&t, named("F", "add", "", 0, ""), 5);
    add(&t, named("F", "add", "steps", 8, ""), 3);
    add(&t, named("F", "sub", "direct", 0, ""), 5);
    add(&t, named("F", "sub", "direct", 8, ""), 5);
    add(&t, named("F", "sub", "steps", 8, ""), 3);
    assert_int_equal(compare(&t, "prompt", NULL), ONS_OK);
    assert_int_equal(t.c.n, 2);
    assert_pair(&t, 0, "add", "default", "steps", ONS_COMPARED_EARLIER);
    assert_pair(&t, 1, "sub", "direct", "steps", ONS_COMPARED_EARLIER);
    tst_close(t.c.pair[1].base->shots, 8, 0, 0);
    ons_arena_clear(&t.arena);
}

static void tasks_by_what_stands_behind_the_slash(void **state)
{
    (void)state;
    table t = {0};
    add(&t, named("F", "gsm8k/cot", "", 8, ""), 3);
    add(&t, named("F", "gsm8k/standard", "", 8, ""), 5);
    add(&t, named("F", "plain", "", 8, ""), 5);
    assert_int_equal(compare(&t, "task", "standard"), ONS_OK);
    assert_int_equal(t.c.n, 1);
    assert_pair(&t, 0, "gsm8k", "standard", "cot", ONS_COMPARED_EARLIER);
    ons_arena_clear(&t.arena);
}

/* A column of the user's own splits what would be one series. */
static void a_column_of_ones_own(void **state)
{
    (void)state;
    table t = {0};
    add(&t, named("F", "add", "", 0, "web"), 5);
    add(&t, named("F", "add", "", 0, "books"), 3);
    add(&t, named("F", "add", "", 0, ""), 3); /* not known: left alone */
    assert_int_equal(compare(&t, "data", NULL), ONS_OK);
    assert_int_equal(t.set.n, 3);
    assert_int_equal(t.c.n, 1);
    assert_pair(&t, 0, "add", "books", "web", ONS_COMPARED_LATER);
    ons_arena_clear(&t.arena);
    for (size_t i = 0; i < t.n; i++) t.row[i].group = ONS_S("");
    assert_int_equal(compare(&t, "data", NULL), ONS_USAGE);
    ons_arena_clear(&t.arena);
    assert_int_equal(ons_compare_check(ONS_S("params"), NULL), ONS_USAGE);
    assert_int_equal(ons_compare_check(ONS_S(""), NULL), ONS_USAGE);
}

static void what_cannot_be_compared_says_why(void **state)
{
    (void)state;
    table t = {0};
    add(&t, named("A", "add", "", 0, ""), 3);
    add(&t, named("B", "add", "", 0, ""), 4);
    add(&t, named("C", "add", "", 0, ""), 3);
    for (size_t i = 0; i < SIZES; i++) {
        t.row[SIZES + i].random_baseline = .25; /* B */
        t.row[SIZES + i].score = fmax(t.row[SIZES + i].score, .25);
        t.row[2 * SIZES + i].score = .9 - .1 * (double)i; /* C falls */
    }
    assert_int_equal(compare(&t, "family", NULL), ONS_OK);
    assert_int_equal(t.c.n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(t.c.pair[i].result, ONS_COMPARED_NOT_COMPARABLE);
        assert_true(isnan(t.c.pair[i].onset.p) && isnan(t.c.pair[i].p_adjusted));
    }
    assert_string_equal(t.c.pair[0].why_not, "their chance levels differ");
    assert_string_equal(t.c.pair[1].why_not, "one of them does not rise with scale");
    ons_arena_clear(&t.arena);
}

static void json_has_null_where_there_is_no_bound(void **state)
{
    (void)state;
    table t = {0};
    ons_buf b;
    ons_json *doc;
    add(&t, named("clean", "sort", "", 0, ""), 3);
    add(&t, named("repeated", "sort", "", 0, ""), SIZES);
    assert_int_equal(compare(&t, "family", NULL), ONS_OK);
    ons_buf_init(&b, 1 << 16);
    ons_compare_json(&t.c.pair[0], ONS_S("family"), &b);
    ons_str s = ons_buf_str(&b);
    assert_int_equal(ons_json_parse(s, &doc, NULL), ONS_OK);
    assert_true(
        ons_str_contains(s, ONS_S("\"compare\":\"family\",\"family\":null,\"task\":\"sort\"")));
    assert_true(ons_str_contains(s, ONS_S("\"result\":\"later\",\"shift\":{\"x\":null,\"lo\":")));
    assert_true(ons_str_contains(s, ONS_S("repeated does not rise before")));
    assert_true(ons_str_contains(s, ONS_S("decades later, p ")));
    ons_json_free(doc);
    ons_buf_release(&b);
    ons_arena_clear(&t.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(families_against_the_first),
        cmocka_unit_test(shots_and_their_words),
        cmocka_unit_test(prompts_whatever_their_shots),
        cmocka_unit_test(tasks_by_what_stands_behind_the_slash),
        cmocka_unit_test(a_column_of_ones_own),
        cmocka_unit_test(what_cannot_be_compared_says_why),
        cmocka_unit_test(json_has_null_where_there_is_no_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
