/* Unit tests of text/json, text/json_out, text/utf8. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "text/json.h"
#include "text/json_out.h"
#include "text/utf8.h"

static void test_getters_name_the_path(void **state)
{
    (void)state;
    ons_json *doc;
    ons_str text = ONS_S("{\"model\":{\"layers\":[1,8.0,{\"x\":\"a\\u0000b\"}],\"tied\":true},"
                         "\"none\":null,\"big\":9007199254740993,\"r\":0.1}");
    assert_int_equal(ons_json_parse(text, &doc, NULL), ONS_OK);
    ons_json_at root = ons_json_root(doc), model, layers, gone;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_json_member(&root, "model", &model, NULL), ONS_OK);
    assert_int_equal(ons_json_member(&model, "layers", &layers, NULL), ONS_OK);
    assert_int_equal(ons_json_len(&layers), 3);
    ons_json_at one = ons_json_item(&layers, 1), two = ons_json_item(&layers, 2);
    uint64_t u;
    assert_int_equal(ons_json_u64(&one, 0, 8, &u, NULL), ONS_OK);
    assert_int_equal(u, 8);
    assert_int_equal(ons_json_u64(&one, 0, 7, &u, &err), ONS_FORMAT);
    assert_string_equal(err.what, "$.model.layers[1] is 8, allowed are whole numbers from 0 to 7");
    ons_str s;
    assert_int_equal(ons_json_get_str(&two, "x", &s, NULL), ONS_OK);
    assert_int_equal(s.len, 3);
    assert_int_equal(ons_json_get_str(&two, "y", &s, &err), ONS_FORMAT);
    assert_string_equal(err.what, "$.model.layers[2].y is missing");
    assert_int_equal(ons_json_get_f64(&model, "tied", &(double){0}, &err), ONS_FORMAT);
    assert_string_equal(err.what, "$.model.tied is a boolean, expected a number");
    assert_int_equal(ons_json_member(&layers, "k", &gone, &err), ONS_FORMAT);
    assert_string_equal(err.what, "$.model.layers is an array, expected an object");
    assert_false(ons_json_find(&root, "none", &gone));
    assert_int_equal(ons_json_get_u64(&root, "big", 0, UINT64_MAX, &u, NULL), ONS_OK);
    assert_true(u == 9007199254740993u);
    bool b;
    assert_int_equal(ons_json_get_bool(&model, "tied", &b, NULL), ONS_OK);
    assert_true(b);
    assert_string_equal(ons_json_item(&root, 3).key, "r");
    ons_json_free(doc);
}

static void test_python_writes_more_than_json(void **state)
{
    (void)state;
    ons_json *doc;
    ons_str text = ONS_S("[NaN,Infinity,-Infinity,36893488147419103232,\"a\\ud83d!\",-1]");
    assert_int_equal(ons_json_parse(text, &doc, NULL), ONS_FORMAT);
    assert_int_equal(ons_json_parse_python(text, &doc, NULL), ONS_OK);
    ons_json_at root = ons_json_root(doc), at[6];
    for (size_t i = 0; i < 6; i++) at[i] = ons_json_item(&root, i);
    double v;
    assert_int_equal(ons_json_f64(&at[0], &v, NULL), ONS_OK);
    assert_true(isnan(v));
    assert_int_equal(ons_json_f64(&at[1], &v, NULL), ONS_OK);
    assert_true(isinf(v) && v > 0);
    assert_int_equal(ons_json_f64(&at[2], &v, NULL), ONS_OK);
    assert_true(isinf(v) && v < 0);
    assert_int_equal(ons_json_f64(&at[3], &v, NULL), ONS_OK);
    assert_true(v == 36893488147419103232.);
    ons_str s;
    assert_int_equal(ons_json_str(&at[4], &s, NULL), ONS_OK);
    assert_true(ons_str_eq(s, ONS_S("a\xEF\xBF\xBD!")));
    assert_int_equal(ons_json_f64(&at[5], &v, NULL), ONS_OK);
    assert_true(v == -1);
    ons_json_free(doc);
    static const char *const bad[] = {"Nan", "Infinit", "-Inf", "[NaN", "NaNs", "'a'", "[1,]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(ons_json_parse_python(ons_str_of(bad[i]), &doc, NULL), ONS_FORMAT);
}

static void test_bad_documents_name_the_byte(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ons_status code;
        uint64_t at;
    } c[] = {
        {"", ONS_FORMAT, 0},
        {"{\"a\":1,}", ONS_FORMAT, 7},
        {"[1,2", ONS_FORMAT, 4},
        {"[NaN]", ONS_FORMAT, 1},
        {"{\"a\":1,\"a\":2}", ONS_FORMAT, 7},
        {"[1] 2", ONS_FORMAT, 4},
        {"[1e999]", ONS_FORMAT, 1},
        {"\"\xff\"", ONS_FORMAT, 1},
        {"[99999999999999999999]", ONS_FORMAT, 1},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        ons_err err = ONS_ERR_INIT;
        ons_json *doc = NULL;
        assert_int_equal(ons_json_parse(ons_str_of(c[i].text), &doc, &err), c[i].code);
        assert_int_equal(err.code, c[i].code);
        if (err.offset != c[i].at) print_error("case %zu: %s\n", i, err.what);
        assert_int_equal(err.offset, c[i].at);
        assert_null(doc);
    }
}

static void test_nesting_is_limited(void **state)
{
    (void)state;
    char deep[2 * ONS_JSON_DEPTH_MAX + 2];
    memset(deep, '[', ONS_JSON_DEPTH_MAX + 1);
    memset(deep + ONS_JSON_DEPTH_MAX + 1, ']', ONS_JSON_DEPTH_MAX + 1);
    ons_json *doc;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_json_parse((ons_str){deep, sizeof deep}, &doc, &err), ONS_LIMIT);
    assert_int_equal(err.offset, ONS_JSON_DEPTH_MAX);
    assert_int_equal(ons_json_parse((ons_str){deep + 1, sizeof deep - 2}, &doc, NULL), ONS_OK);
    ons_json_free(doc);
    ons_str brackets = ONS_S("\"[[[[\\\"[[[[\"");
    assert_int_equal(ons_json_parse(brackets, &doc, NULL), ONS_OK);
    ons_json_free(doc);
}

static void test_every_prefix_fails_cleanly(void **state)
{
    (void)state;
    ons_str whole = ONS_S("{\"a\":[1,-2.5e3,true,null,\"\\u00e9\\\"\"],\"b\":{}}");
    for (size_t n = 0; n < whole.len; n++) {
        ons_json *doc;
        ons_err err = ONS_ERR_INIT;
        assert_int_equal(ons_json_parse((ons_str){whole.ptr, n}, &doc, &err), ONS_FORMAT);
        assert_true(err.offset <= n);
    }
}

static void test_writer_writes_what_it_reads(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    ons_json_out w = ons_json_out_make(&b);
    ons_json_open(&w, '{');
    ons_json_key(&w, "s");
    ons_json_put_str(&w, ONS_S("a\"\\\n\x01\x7f é \xff\xc3"));
    ons_json_key(&w, "n");
    ons_json_open(&w, '[');
    ons_json_put_f64(&w, 0.1);
    ons_json_put_f64(&w, NAN);
    ons_json_put_f64(&w, -INFINITY);
    ons_json_put_f64(&w, 1e300);
    ons_json_put_f64(&w, 50);
    w.shortest = true;
    ons_json_put_f64(&w, 50);
    w.shortest = false;
    ons_json_open(&w, '[');
    ons_json_close(&w);
    ons_json_close(&w);
    ons_json_key(&w, "o");
    ons_json_open(&w, '{');
    ons_json_close(&w);
    ons_json_key(&w, "u");
    ons_json_put_u64(&w, UINT64_MAX);
    ons_json_key(&w, "i");
    ons_json_put_i64(&w, -3);
    ons_json_key(&w, "t");
    ons_json_put_text(&w, NULL);
    ons_json_key(&w, "b");
    ons_json_put_bool(&w, true);
    ons_json_close(&w);
    assert_string_equal(ons_buf_cstr(&b),
                        "{\"s\":\"a\\\"\\\\\\n\\u0001\\u007f é \\ufffd\\ufffd\","
                        "\"n\":[0.1,null,null,1e+300,50,5e+01,[]],\"o\":{},"
                        "\"u\":18446744073709551615,\"i\":-3,\"t\":null,\"b\":true}");
    ons_buf_release(&b);
}

static void test_utf8_takes_only_well_formed_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        uint32_t cp;
    } c[] = {{"A", 1, 'A'},
             {"\xC2\x80", 2, 0x80},
             {"\xE0\xA0\x80", 3, 0x800},
             {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
             {"\xC1\xBF", 0, 0},
             {"\xE0\x9F\xBF", 0, 0},
             {"\xED\xA0\x80", 0, 0},
             {"\xF4\x90\x80\x80", 0, 0},
             {"\xF0\x8F\xBF\xBF", 0, 0},
             {"\x80", 0, 0},
             {"\xE2\x82", 0, 0},
             {"\xF8\x88\x80\x80\x80", 0, 0}};
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        uint32_t cp = 0;
        assert_int_equal(ons_utf8_at(ons_str_of(c[i].text), 0, &cp), c[i].n);
        assert_int_equal(cp, c[i].cp);
        assert_int_equal(ons_utf8_valid(ons_str_of(c[i].text)), c[i].n > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_getters_name_the_path),
        cmocka_unit_test(test_python_writes_more_than_json),
        cmocka_unit_test(test_bad_documents_name_the_byte),
        cmocka_unit_test(test_nesting_is_limited),
        cmocka_unit_test(test_every_prefix_fails_cleanly),
        cmocka_unit_test(test_writer_writes_what_it_reads),
        cmocka_unit_test(test_utf8_takes_only_well_formed_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
