/* Columns of a terminal that characters take. */
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "report/columns.h"

static void test_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } c[] = {
        {"", 0},
        {"abc", 3},
        {"e\xcc\x81", 1}, /* e and its accent */
        {"日本", 4},
        {"한글", 4},
        {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2}, /* Hangul in parts */
        {"عَرَبِيّ", 4},
        {"שָׁלוֹם", 4},
        {"हि", 2}, /* a vowel that takes room */
        {"ＡＢ", 4},
        {"ｱｲ", 2},
        {"😀", 2},
        {"👩‍🔬", 4}, /* a joiner is nothing; terminals differ about what it joins */
        {"10²¹ ×−–…", 9},
        {"░█▁●◐◆▲■▼○◎", 11},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        if (ons_text_columns(ons_str_of(c[i].text)) != c[i].columns)
            fail_msg("'%s': %zu columns, expected %zu", c[i].text,
                     ons_text_columns(ons_str_of(c[i].text)), c[i].columns);
    assert_int_equal(ons_text_columns((ons_str){"\x00\xff\x1b", 3}), 3); /* signs stand for them */
}

static void test_fit(void **state)
{
    (void)state;
    assert_int_equal(ons_text_fit(ONS_S("abc"), 2).len, 2);
    assert_int_equal(ons_text_fit(ONS_S("abc"), 3).len, 3);
    assert_int_equal(ons_text_fit(ONS_S("abc"), 0).len, 0);
    assert_int_equal(ons_text_fit(ONS_S("日本"), 3).len, 3);       /* half a letter is none */
    assert_int_equal(ons_text_fit(ONS_S("e\xcc\x81x"), 1).len, 3); /* the accent stays */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
