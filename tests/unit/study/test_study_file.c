/* What a recipe in a store says of the decisions, and what a file gives. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tst_num.h"

#include "base/parse.h"
#include "os/file.h"
#include "study/study_file.h"

#define LADDER \
    "ladder: tiny\nsizes: [{width: 8, head_dim: 4}]\ntokens: 3k\nskills: {copy: 1, sort: 2}\n"

typedef struct expected {
    const char *recipe;
    unsigned axes;
    double w0;
    uint64_t seed;
} expected;

static void test_a_recipe_decides(void **state)
{
    (void)state;
    const double any = (double)NAN;
    const expected table[] = {
        {"", 0, any, 0},
        {LADDER, 0, any, 0},
        {LADDER "axis: params\nw0: 2\n", 1u << ONS_AXIS_PARAMS, 2, 0},
        {"study: s\naxis: loss\nseed: 12\n", 1u << ONS_AXIS_LOSS, any, 12},
        /* the ladder's word holds where the study has none */
        {"study: s\ntrain: t\nw0: 1\n--- # the ladder that it trains\n" LADDER
         "axis: params\nw0: 2\n",
         1u << ONS_AXIS_PARAMS, 1, 0},
        {"study: s\naxis: auto\nw0: auto\n--- # the ladder that it trains\n" LADDER
         "axis: params\nw0: 2\n",
         0, any, 0},
        /* of another version, or damaged: says nothing */
        {"study: s\naxis: furlongs\nseed: 3\n", 1u << ONS_AXIS_TOKENS, 9, 4},
        {"study: [", 1u << ONS_AXIS_TOKENS, 9, 4},
        /* keys of another version do not matter to the ones that are known */
        {"a: b\n", 0, any, 0},
        {LADDER "shape: round\naxis: loss\n", 1u << ONS_AXIS_LOSS, any, 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        ons_study_decisions d = {1u << ONS_AXIS_TOKENS, 9, 4};
        assert_int_equal(ons_study_recipe_decisions(ons_str_of(table[i].recipe), &d, NULL), ONS_OK);
        if (i == 0) continue; /* no recipe: left as it was */
        assert_int_equal(d.axes, table[i].axes);
        assert_true(isnan(table[i].w0) ? isnan(d.w0) : d.w0 == table[i].w0);
        assert_int_equal(d.seed, table[i].seed);
    }
}

static void write_file(const char *dir, const char *name, const char *text, char *ret_path)
{
    (void)snprintf(ret_path, 128, "%s/%s", dir, name);
    assert_int_equal(
        ons_file_write(ret_path, (ons_bytes){(const uint8_t *)text, strlen(text)}, NULL), ONS_OK);
}

static void test_a_study_of_a_ladder(void **state)
{
    (void)state;
    char dir[] = "/tmp/ons-file-XXXXXX", ladder[128], file[128];
    ons_arena a;
    ons_study s;
    ons_err err = ONS_ERR_INIT;
    assert_non_null(mkdtemp(dir));
    ons_arena_init(&a, 0);
    write_file(dir, "l.yaml", LADDER "axis: params\n", ladder);
    write_file(dir, "s.yaml", "study: s\ntrain: l.yaml\ntasks: [sort, mod]\nlimit: 1k", file);
    assert_int_equal(ons_study_read(ladder, &a, &s, &err), ONS_OK);
    assert_true(ons_str_eq(s.name, ONS_S("tiny")));
    assert_true(ons_str_eq(s.recipe, ONS_S(LADDER "axis: params\n")));
    assert_int_equal(s.n_skills + s.n_models + s.n_items, 0);
    if (ons_study_read(file, &a, &s, &err) != ONS_OK) fail_msg("%s", err.what);
    assert_true(ons_str_eq(s.name, ONS_S("s")));
    assert_int_equal(s.n_skills, 2);
    assert_string_equal(s.skill[1]->name, "mod");
    assert_int_equal(s.n_items, 1000);
    assert_int_equal(s.ladder->ladder[0].n_skills, 2);
    ons_study_decisions d = {.axes = 0};
    assert_int_equal(ons_study_recipe_decisions(s.recipe, &d, NULL), ONS_OK);
    assert_int_equal(d.axes, 1u << ONS_AXIS_PARAMS);
    ons_arena_clear(&a);
    (void)unlink(ladder);
    (void)unlink(file);
    (void)rmdir(dir);
}

/* Every file of examples/ is one that this version reads, and says what it shows. */
static void test_examples(void **state)
{
    (void)state;
    const char *root = getenv("ONS_SOURCE_DIR");
    char dir[ONS_PATH_MAX], path[ONS_PATH_MAX];
    ons_dir_list list;
    size_t n = 0;
    assert_non_null(root); /* ctest sets it */
    (void)snprintf(dir, sizeof dir, "%s/examples", root);
    assert_int_equal(ons_dir_list_read(dir, &list, NULL), ONS_OK);
    for (size_t i = 0; i < list.n_names; i++) {
        const char *end = strrchr(list.name[i], '.');
        ons_arena a;
        ons_study study;
        ons_err err = ONS_ERR_INIT;
        if (!end || strcmp(end, ".yaml") != 0) continue;
        ons_arena_init(&a, 0);
        assert_int_equal(ons_path_format(path, sizeof path, NULL, "%s/%s", dir, list.name[i]),
                         ONS_OK);
        if (ons_study_read(path, &a, &study, &err) != ONS_OK)
            fail_msg("%s: %s (%s)", list.name[i], err.what, err.where);
        if (!ons_str_starts(study.recipe, ONS_S("# "))) fail_msg("%s says nothing", list.name[i]);
        ons_arena_clear(&a);
        n++;
    }
    assert_true(n >= 7);
    ons_dir_list_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_recipe_decides),
                                       cmocka_unit_test(test_a_study_of_a_ladder),
                                       cmocka_unit_test(test_examples)};
    return cmocka_run_group_tests_name("study file", tests, NULL, NULL);
}
