/* Unit tests of text/yaml. */
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "text/yaml.h"

static ons_status parse(const char *text, ons_arena *a, const ons_yaml_node **ret, ons_err *err)
{
    ons_arena_init(a, 8 << 20);
    return ons_yaml_parse(ons_str_of(text), "f.yaml", a, ret, err);
}

static void test_tree_keeps_order_and_place(void **state)
{
    (void)state;
    ons_arena a;
    const ons_yaml_node *root;
    assert_int_equal(parse("b: [1, 2.5k]\na: {x: 'true', y: ~}\n", &a, &root, NULL), ONS_OK);
    assert_int_equal(root->kind, ONS_YAML_MAPPING);
    assert_int_equal(root->n_entries, 2);
    assert_true(ons_str_eq(root->first->key->text, ONS_S("b")));
    const ons_yaml_node *b = ons_yaml_get(root, "b");
    const ons_yaml_node *second = b->first->next->value;
    assert_int_equal(second->line, 1);
    assert_int_equal(second->column, 8);
    double v;
    assert_int_equal(ons_yaml_f64(second, 0, 3000, &v, NULL), ONS_OK);
    tst_close(v, 2500, 0, 0);
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_yaml_f64(second, 0, 3, &v, &err), ONS_FORMAT);
    assert_string_equal(err.where, "f.yaml:1:8");
    assert_string_equal(err.what, "2.5k is out of range, allowed is 0 to 3");
    uint64_t u;
    assert_int_equal(ons_yaml_u64(second, 1, 2500, &u, NULL), ONS_OK);
    assert_int_equal(u, 2500);
    const ons_yaml_node *x = ons_yaml_get(ons_yaml_get(root, "a"), "x");
    assert_true(x->quoted);
    assert_true(ons_yaml_is_null(ons_yaml_get(ons_yaml_get(root, "a"), "y")));
    assert_null(ons_yaml_get(root, "c"));
    ons_arena_clear(&a);
}

static void test_unknown_key_names_the_nearest(void **state)
{
    (void)state;
    static const char *const name[] = {"batch", "tokens"};
    ons_arena a;
    const ons_yaml_node *root;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(parse("batch: 1\n\n  \ntoekns: 2\n", &a, &root, NULL), ONS_OK);
    assert_int_equal(ons_yaml_expect_keys(root, name, 2, &err), ONS_FORMAT);
    assert_string_equal(err.what, "there is no key 'toekns'; the nearest is 'tokens'");
    assert_string_equal(err.where, "f.yaml:4:1");
    assert_string_equal(err.hint, "one of batch, tokens");
    ons_arena_clear(&a);
}

static void test_bad_files_name_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where, *what;
        ons_status code;
    } c[] = {
        {"", "f.yaml", "empty", ONS_FORMAT},
        {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1", "'a' stands twice, first on line 1", ONS_FORMAT},
        {"a: [1, 2\n", "f.yaml:2:1", "no YAML", ONS_FORMAT},
        {"a: *x\n", "f.yaml:1:4", "'*x' has no anchor", ONS_FORMAT},
        {"a: &x [*x]\n", "f.yaml:1:8", "'*x' has no anchor", ONS_FORMAT},
        {"{[1]: 2}", "f.yaml:1:2", "a key must be", ONS_FORMAT},
        {"a: 1\n---\nb: 2\n", "f.yaml:2:1", "a second document", ONS_FORMAT},
        {"a:\t- b: 1\n\t- c", "f.yaml:1:4", "no YAML", ONS_FORMAT},
        {"a: \"\xff\"\n", "f.yaml", "no YAML", ONS_FORMAT},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "f.yaml:1:33",
         "nested deeper than 32", ONS_LIMIT},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ons_arena a;
        const ons_yaml_node *root;
        ons_err err = ONS_ERR_INIT;
        assert_int_equal(parse(c[i].text, &a, &root, &err), c[i].code);
        if (strcmp(err.where, c[i].where) != 0) print_error("case %zu: %s\n", i, err.what);
        assert_string_equal(err.where, c[i].where);
        assert_non_null(strstr(err.what, c[i].what));
        ons_arena_clear(&a);
    }
}

static void test_alias_is_the_node_and_laughs_are_bounded(void **state)
{
    (void)state;
    ons_arena a;
    const ons_yaml_node *root;
    assert_int_equal(parse("a: &x {k: 1}\nb: *x\n", &a, &root, NULL), ONS_OK);
    assert_ptr_equal(ons_yaml_get(root, "a"), ons_yaml_get(root, "b"));
    ons_arena_clear(&a);
    ons_err err = ONS_ERR_INIT;
    ons_status s = parse("a: &a [1,1,1,1,1,1,1,1,1,1]\n"
                         "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                         "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                         "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                         "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
                         "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
                         &a, &root, &err);
    assert_int_equal(s, ONS_LIMIT);
    assert_non_null(strstr(err.what, "aliases written out"));
    ons_arena_clear(&a);
}

static void test_values_say_what_is_allowed(void **state)
{
    (void)state;
    static const char *const word[] = {"muon", "adamw"};
    ons_arena a;
    const ons_yaml_node *root;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(parse("w: sgd\nn: 1.5\nt: !f 3\nl: []\nq: '7'\n", &a, &root, NULL), ONS_OK);
    size_t i;
    uint64_t u;
    double v;
    assert_int_equal(ons_yaml_word(ons_yaml_get(root, "w"), word, 2, &i, &err), ONS_FORMAT);
    assert_string_equal(err.what, "'sgd', allowed are muon, adamw");
    assert_int_equal(ons_yaml_u64(ons_yaml_get(root, "n"), 1, 9, &u, &err), ONS_FORMAT);
    assert_string_equal(err.what, "'1.5', allowed is a whole number from 1 to 9");
    assert_int_equal(ons_yaml_f64(ons_yaml_get(root, "t"), 0, 9, &v, &err), ONS_UNSUPPORTED);
    assert_int_equal(ons_yaml_f64(ons_yaml_get(root, "l"), 0, 9, &v, &err), ONS_FORMAT);
    assert_string_equal(err.what, "a list where a single value must stand");
    assert_int_equal(ons_yaml_f64(ons_yaml_get(root, "q"), 0, 9, &v, &err), ONS_FORMAT);
    ons_arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree_keeps_order_and_place),
        cmocka_unit_test(test_unknown_key_names_the_nearest),
        cmocka_unit_test(test_bad_files_name_the_place),
        cmocka_unit_test(test_alias_is_the_node_and_laughs_are_bounded),
        cmocka_unit_test(test_values_say_what_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
