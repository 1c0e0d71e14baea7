/* Unit tests of text/expr. */
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "text/expr.h"

static const ons_expr_var params = {"params", 100};

static void test_values(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double v;
    } c[] = {
        {"28 * params", 2800},
        {"2M", 2e6},
        {"1.5e3k", 1.5e6},
        {"2.0M * sqrt(params / 25)", 4e6},
        {"1+2*3^2", 19},
        {"-2^2", -4},
        {"2^-1", .5},
        {"2^3^2", 512},
        {"(1+2)*3", 9},
        {"7-2-1", 4},
        {"8/4/2", 1},
        {"--3", 3},
        {".5", .5},
        {"\tparams ", 100},
        {"1B/1T", 1e-3},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        double v = NAN;
        assert_int_equal(ons_expr_eval(ons_str_of(c[i].text), &params, 1, &v, NULL), ONS_OK);
        tst_close(v, c[i].v, 1e-15, 0);
    }
}

static void test_errors_name_the_byte(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t at;
        const char *what;
    } c[] = {
        {"", 0, "ends where"},
        {"1 +", 3, "ends where"},
        {"2 * param", 4, "'param' is unknown"},
        {"3x", 0, "'3x' is no number"},
        {"(1", 0, "without its ')'"},
        {"sqrt 4", 5, "without its '('"},
        {"1/0", 1, "division by zero"},
        {"2 3", 2, "operator"},
        {"sqrt(0-1)", 0, "square root"},
        {"10^400", 2, "finite"},
        {"1e308*10", 5, "finite"},
        {"1..2", 0, "no number"},
        {"2*%", 2, "'%'"},
        {"1)", 1, "operator"},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ons_err err = ONS_ERR_INIT;
        double v;
        assert_int_equal(ons_expr_eval(ons_str_of(c[i].text), &params, 1, &v, &err), ONS_FORMAT);
        if (err.offset != c[i].at) print_error("case %zu: %s\n", i, err.what);
        assert_int_equal(err.offset, c[i].at);
        assert_non_null(strstr(err.what, c[i].what));
    }
}

static void test_nesting_and_length_are_limited(void **state)
{
    (void)state;
    char deep[201];
    memset(deep, '(', 100);
    deep[100] = '1';
    memset(deep + 101, ')', 100);
    double v;
    assert_int_equal(ons_expr_eval((ons_str){deep, 201}, NULL, 0, &v, NULL), ONS_LIMIT);
    char power[200];
    for (size_t i = 0; i < sizeof power; i++) power[i] = "1^"[i % 2];
    assert_int_equal(ons_expr_eval((ons_str){power, 199}, NULL, 0, &v, NULL), ONS_LIMIT);
    char length[ONS_EXPR_BYTES_MAX + 1];
    memset(length, '1', sizeof length);
    assert_int_equal(ons_expr_eval((ons_str){length, sizeof length}, NULL, 0, &v, NULL), ONS_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_errors_name_the_byte),
        cmocka_unit_test(test_nesting_and_length_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
