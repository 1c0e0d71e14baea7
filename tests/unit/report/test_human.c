/* Numbers for people. */
#include <math.h>

#include "tst_num.h"

#include "report/human.h"

static char buf[ONS_HUMAN_MAX];

static void test_counts(void **state)
{
    (void)state;
    static const struct {
        double v;
        int digits;
        const char *want;
    } c[] = {{0, 2, "0"},           {7, 2, "7"},          {640, 2, "640"},
             {2432, 2, "2.4 k"},    {28160, 2, "28 k"},   {106496, 2, "106 k"},
             {106496, 3, "106 k"},  {999999, 2, "1.0 M"}, {1.3e9, 2, "1.3 B"},
             {1.75e11, 3, "175 B"}, {2e12, 2, "2.0 T"},   {1.3e22, 2, "1.3×10²²"},
             {28160, 3, "28.2 k"},  {-2432, 2, "−2.4 k"}};
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        assert_string_equal(ons_human_count(c[i].v, c[i].digits, buf), c[i].want);
    assert_string_equal(ons_human_count((double)NAN, 2, buf), "–");
    assert_string_equal(ons_human_count(-(double)INFINITY, 2, buf), "−∞");
    assert_string_equal(ons_human_count_tight(2432, buf), "2k");
    assert_string_equal(ons_human_count_tight(106496, buf), "106k");
}

static void test_exact_and_powers(void **state)
{
    (void)state;
    assert_string_equal(ons_human_exact(28160, buf), "28,160");
    assert_string_equal(ons_human_exact(999, buf), "999");
    assert_string_equal(ons_human_exact(1234567.6, buf), "1,234,568");
    assert_string_equal(ons_human_exact(-1000, buf), "−1,000");
    assert_string_equal(ons_human_exact(2e15, buf), "2.00×10¹⁵");
    assert_string_equal(ons_human_power(1.3e22, 2, buf), "1.3×10²²");
    assert_string_equal(ons_human_power(1e9, 1, buf), "10⁹");
    assert_string_equal(ons_human_power(9.96e8, 2, buf), "10⁹");
    assert_string_equal(ons_human_power(4.2e-7, 2, buf), "4.2×10⁻⁷");
    assert_string_equal(ons_human_power(5e-324, 1, buf), "5×10⁻³²⁴");
    assert_string_equal(ons_human_fixed(-3.25, 1, buf), "-3.3");
    assert_string_equal(ons_human_fixed(-.01, 1, buf), "0.0");
    assert_string_equal(ons_human_fixed(1e300, 1, buf), "100000000000000.0");
    assert_string_equal(ons_human_number(-2.31, 2, buf), "−2.3");
    assert_string_equal(ons_human_number(.0314, 2, buf), "0.031");
    assert_string_equal(ons_human_number(1250, 2, buf), "1,250");
}

static void test_percent_and_p(void **state)
{
    (void)state;
    static const struct {
        double v;
        const char *want;
    } c[] = {{.953, "95 %"}, {.094, "9.4 %"},  {.09, "9 %"},     {0, "0 %"},
             {1, "100 %"},   {.996, "99.6 %"}, {.9999, "100 %"}, {.004, "0.4 %"}};
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        assert_string_equal(ons_human_percent(c[i].v, 2, buf), c[i].want);
    assert_string_equal(ons_human_percent(.9531, 3, buf), "95.3 %");
    assert_string_equal(ons_human_p(.0004, buf), ".0004");
    assert_string_equal(ons_human_p(.00003, buf), "< .0001");
    assert_string_equal(ons_human_p(.038, buf), ".038");
    assert_string_equal(ons_human_p(.21, buf), ".21");
    assert_string_equal(ons_human_p(.9999, buf), "1");
    assert_string_equal(ons_human_p_equals(0, buf), "p < .0001");
    assert_string_equal(ons_human_p_equals(.05, buf), "p = .050");
    assert_string_equal(ons_human_cardinal(0, buf), "no");
    assert_string_equal(ons_human_cardinal(12, buf), "twelve");
    assert_string_equal(ons_human_cardinal(1300, buf), "1,300");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_exact_and_powers),
        cmocka_unit_test(test_percent_and_p),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
