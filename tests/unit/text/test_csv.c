/* Unit tests of text/csv. */
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "text/csv.h"

static void test_fields_lines_and_columns(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 1 << 20);
    ons_csv r;
    ons_csv_row row;
    bool more;
    ons_str text = ONS_S("\xEF\xBB\xBF"
                         "a,b\r\n\n\xC3\xA9,\"x \"\"y\"\"\nz\",3\r\n,\"\"");
    assert_int_equal(ons_csv_open(&r, text, &a, NULL), ONS_OK);
    assert_int_equal(ons_csv_next(&r, &row, &more, NULL), ONS_OK);
    assert_int_equal(row.n_fields, 2);
    assert_true(ons_str_eq(row.field[0].text, ONS_S("a")));
    assert_true(ons_str_eq(row.field[1].text, ONS_S("b")));
    assert_int_equal(ons_csv_next(&r, &row, &more, NULL), ONS_OK);
    assert_int_equal(row.line, 3);
    assert_int_equal(row.n_fields, 3);
    assert_true(ons_str_eq(row.field[1].text, ONS_S("x \"y\"\nz")));
    assert_int_equal(row.field[1].column, 3);
    assert_int_equal(row.field[2].line, 4);
    assert_int_equal(row.field[2].column, 4);
    assert_int_equal(ons_csv_next(&r, &row, &more, NULL), ONS_OK);
    assert_true(more);
    assert_int_equal(row.n_fields, 2);
    assert_false(row.field[0].quoted);
    assert_true(row.field[1].quoted);
    assert_int_equal(row.field[1].text.len, 0);
    assert_int_equal(ons_csv_next(&r, &row, &more, NULL), ONS_OK);
    assert_false(more);
    ons_arena_clear(&a);
}

static void test_bad_rows_are_named_and_passed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t line, column;
    } c[] = {
        {"a,b\n1,x\"y\nc,d\n", 2, 4},
        {"a,b\n1,\"x\"y\nc,d\n", 2, 6},
        {"a,b\n1,\"xy\nc,d\n", 2, 3},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ons_arena a;
        ons_arena_init(&a, 1 << 20);
        ons_csv r;
        ons_csv_row row;
        bool more;
        ons_err err = ONS_ERR_INIT;
        assert_int_equal(ons_csv_open(&r, ons_str_of(c[i].text), &a, NULL), ONS_OK);
        assert_int_equal(ons_csv_next(&r, &row, &more, NULL), ONS_OK);
        assert_int_equal(ons_csv_next(&r, &row, &more, &err), ONS_FORMAT);
        assert_int_equal(r.bad_line, c[i].line);
        assert_int_equal(r.bad_column, c[i].column);
        assert_non_null(strstr(err.where, "line 2, column"));
        assert_int_equal(ons_csv_next(&r, &row, &more, NULL), ONS_OK);
        assert_int_equal(row.line, 3);
        assert_true(ons_str_eq(row.field[0].text, ONS_S("c")));
        assert_int_equal(ons_csv_next(&r, &row, &more, NULL), ONS_OK);
        assert_false(more);
        ons_arena_clear(&a);
    }
}

static void test_other_encodings_and_sizes_are_refused(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 1 << 20);
    ons_csv r;
    ons_csv_row row;
    bool more;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_csv_open(&r,
                                  ONS_S("\xFF\xFE"
                                        "a\0"),
                                  &a, &err),
                     ONS_FORMAT);
    assert_non_null(strstr(err.what, "UTF-16"));
    assert_int_equal(ons_csv_open(&r, ONS_S("a\0b"), &a, NULL), ONS_OK);
    assert_int_equal(ons_csv_next(&r, &row, &more, &err), ONS_FORMAT);
    char commas[1200];
    memset(commas, ',', sizeof commas);
    assert_int_equal(ons_csv_open(&r, (ons_str){commas, sizeof commas}, &a, NULL), ONS_OK);
    assert_int_equal(ons_csv_next(&r, &row, &more, &err), ONS_LIMIT);
    assert_int_equal(r.bad_column, 1025);
    assert_int_equal(ons_csv_next(&r, &row, &more, &err), ONS_OK);
    assert_false(more);
    ons_arena_clear(&a);
}

static void test_put_reads_back(void **state)
{
    (void)state;
    static const char *const text[] = {"plain", "a,b", "\"", "x\ny", " lead", ""};
    ons_buf b;
    ons_buf_init(&b, 1000);
    for (size_t i = 0; i < 6; i++) {
        if (i) ons_buf_char(&b, ',');
        ons_csv_put(&b, ons_str_of(text[i]));
    }
    ons_arena a;
    ons_arena_init(&a, 1 << 20);
    ons_csv r;
    ons_csv_row row;
    bool more;
    assert_int_equal(ons_csv_open(&r, ons_buf_str(&b), &a, NULL), ONS_OK);
    assert_int_equal(ons_csv_next(&r, &row, &more, NULL), ONS_OK);
    assert_int_equal(row.n_fields, 6);
    for (size_t i = 0; i < 6; i++) assert_true(ons_str_eq(row.field[i].text, ons_str_of(text[i])));
    ons_arena_clear(&a);
    ons_buf_release(&b);
}

static void test_what_separates_is_seen_in_the_first_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t line;
    } c[] = {
        {"a,b;\n1,2\n", 1},      {"a;b\n1;2,5\n", 1},      {"a\tb\n1\t2\n", 1},
        {"\"x,y\";b\n1;2\n", 1}, {"sep=;\na;b\n1;2\n", 2}, {"\xEF\xBB\xBFsep=;\r\na;b\r\n", 2},
        {"a b;\tc\n", 1},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ons_arena a;
        ons_csv r;
        ons_csv_row row;
        bool more;
        ons_arena_init(&a, 0);
        assert_int_equal(ons_csv_open(&r, ons_str_of(c[i].text), &a, NULL), ONS_OK);
        assert_int_equal(ons_csv_next(&r, &row, &more, NULL), ONS_OK);
        assert_int_equal(row.n_fields, 2);
        assert_int_equal(row.line, c[i].line);
        ons_arena_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_separates_is_seen_in_the_first_line),
        cmocka_unit_test(test_fields_lines_and_columns),
        cmocka_unit_test(test_bad_rows_are_named_and_passed),
        cmocka_unit_test(test_other_encodings_and_sizes_are_refused),
        cmocka_unit_test(test_put_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
