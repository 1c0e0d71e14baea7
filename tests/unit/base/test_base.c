/* Unit tests of base/: buffers, numbers, names, ids, random numbers, arenas, errors. */
#include <string.h>

#include "tst_num.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/parse.h"
#include "base/rng.h"
#include "base/status.h"

static void test_buf_grows_to_its_limit_and_says_so(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 8);
    assert_string_equal(ons_buf_cstr(&b), "");
    ons_buf_printf(&b, "%s-%d", "ab", 12);
    assert_string_equal(ons_buf_cstr(&b), "ab-12");
    ons_buf_text(&b, "xyz");
    assert_int_equal(ons_buf_status(&b, NULL), ONS_OK);
    ons_buf_char(&b, '!');
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_buf_status(&b, &err), ONS_LIMIT);
    assert_non_null(strstr(err.what, "more than 8 bytes"));
    assert_string_equal(ons_buf_cstr(&b), "ab-12xyz");
    ons_buf_reset(&b);
    assert_int_equal(ons_buf_status(&b, NULL), ONS_OK);
    ons_buf_release(&b);
}

static void test_numbers_are_whole_strings(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        double v;
    } c[] = {
        {"0", true, 0},
        {"-1.5e3", true, -1500},
        {".5", true, .5},
        {"5.", true, 5},
        {"1e400", false, 0},
        {"0x10", false, 0},
        {"inf", false, 0},
        {"nan", false, 0},
        {"", false, 0},
        {".", false, 0},
        {"1e", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"1,5", false, 0},
        {"--1", false, 0},
        {"+2", true, 2},
        {"1.7976931348623157e308", true, 1.7976931348623157e308},
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        double v = -99;
        assert_int_equal(ons_parse_f64(ons_str_of(c[i].text), &v), c[i].ok);
        if (c[i].ok) tst_close(v, c[i].v, 0, 0);
    }
    double v;
    assert_true(ons_parse_count(ONS_S("1.5B"), &v));
    tst_close(v, 1.5e9, 0, 0);
    assert_false(ons_parse_count(ONS_S("k"), &v));
    int64_t n;
    assert_true(ons_parse_i64(ONS_S("-9223372036854775808"), &n));
    assert_true(n == INT64_MIN);
    assert_false(ons_parse_i64(ONS_S("9223372036854775808"), &n));
    assert_false(ons_parse_i64(ONS_S("-"), &n));
}

static void test_shortest_decimal_reads_back(void **state)
{
    (void)state;
    char buf[32];
    assert_string_equal(ons_f64_text(0.1, buf, sizeof buf), "0.1");
    assert_string_equal(ons_f64_text(1e22, buf, sizeof buf), "1e+22");
    ons_rng r = ons_rng_make(1, 1);
    for (int i = 0; i < 1000; i++) {
        double x = ons_rng_f64(&r) * 1e6, y;
        ons_f64_text(x, buf, sizeof buf);
        assert_true(ons_parse_f64(ons_str_of(buf), &y));
        tst_close(y, x, 0, 0);
    }
}

static void test_results_have_whole_numbers_plain(void **state)
{
    (void)state;
    static const struct {
        double v;
        const char *text;
    } c[] = {{50, "50"},
             {0, "0"},
             {-200, "-200"},
             {3e5, "300000"},
             {1e14, "100000000000000"},
             {999999999999999, "999999999999999"},
             {1e15, "1e+15"},
             {2.5e21, "2.5e+21"},
             {0.05, "0.05"},
             {1e-7, "1e-07"},
             {1234.5, "1234.5"}};
    char buf[32];
    for (size_t i = 0; i < sizeof c / sizeof *c; i++)
        assert_string_equal(ons_number_text(c[i].v, buf, sizeof buf), c[i].text);
}

static void test_nearest_name(void **state)
{
    (void)state;
    static const char *const name[] = {"tokens", "layers", "seeds"};
    assert_string_equal(ons_str_nearest(ONS_S("tokesn"), name, 3), "tokens");
    assert_string_equal(ons_str_nearest(ONS_S("seed"), name, 3), "seeds");
    assert_null(ons_str_nearest(ONS_S("optimizer"), name, 3));
    assert_int_equal(ons_str_distance(ONS_S("ab"), ONS_S("ba"), 5), 1);
    assert_int_equal(ons_str_distance(ONS_S("kitten"), ONS_S("sitting"), 5), 3);
    assert_int_equal(ons_str_distance(ONS_S(""), ONS_S("abc"), 5), 3);
}

static void test_cut_and_trim(void **state)
{
    (void)state;
    ons_str s = ONS_S("a=b=c"), head;
    assert_true(ons_str_cut(&s, '=', &head));
    assert_true(ons_str_eq(head, ONS_S("a")) && ons_str_eq(s, ONS_S("b=c")));
    s = ONS_S("abc");
    assert_false(ons_str_cut(&s, '=', &head));
    assert_true(ons_str_eq(head, ONS_S("abc")) && s.len == 0);
    assert_true(ons_str_eq(ons_str_trim(ONS_S(" \t x y\r\n")), ONS_S("x y")));
}

/* The published XXH3-128 of the empty input; field boundaries matter. */
static void test_ids(void **state)
{
    (void)state;
    assert_string_equal(ons_id_hex(ons_hash((ons_bytes){NULL, 0})).hex,
                        "99aa06d3014798d86001c324468d497f");
    ons_hasher a, b;
    ons_hasher_init(&a);
    ons_hasher_init(&b);
    ons_hasher_str(&a, ONS_S("ab"));
    ons_hasher_str(&a, ONS_S("c"));
    ons_hasher_str(&b, ONS_S("a"));
    ons_hasher_str(&b, ONS_S("bc"));
    assert_false(ons_id_eq(ons_hasher_end(&a), ons_hasher_end(&b)));
    ons_id back;
    ons_id_text text = ons_id_hex(ons_hasher_end(&a));
    assert_true(ons_id_parse(ons_str_of(text.hex), &back));
    assert_true(ons_id_eq(back, ons_hasher_end(&a)));
    assert_false(ons_id_parse(ONS_S("12"), &back));
}

/* First values of splitmix64 with seed 1234567, as published with the generator. */
static void test_rng_reference_values(void **state)
{
    (void)state;
    ons_rng r = {1234567};
    static const uint64_t want[] = {6457827717110365317u, 3203168211198807973u,
                                    9817491932198370423u, 4593380528125082431u,
                                    16408922859458223821u};
    for (size_t i = 0; i < 5; i++) assert_true(ons_rng_u64(&r) == want[i]);
    size_t count[7] = {0};
    for (int i = 0; i < 70000; i++) count[ons_rng_below(&r, 7)]++;
    for (int i = 0; i < 7; i++) tst_close(count[i], 10000, .05, 0);
}

static void test_arena_limits(void **state)
{
    (void)state;
    ons_arena a;
    ons_arena_init(&a, 1000);
    double *p;
    assert_int_equal(ONS_NEW(&a, 100, &p, NULL), ONS_OK);
    assert_int_equal((uintptr_t)p % _Alignof(double), 0);
    tst_close(p[99], 0, 0, 0);
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ONS_NEW(&a, 100, &p, &err), ONS_LIMIT);
    assert_int_equal(ONS_NEW(&a, SIZE_MAX / 4, &p, &err), ONS_LIMIT);
    ons_arena_clear(&a);
    ons_arena_clear(NULL);
}

static void test_message_for_people(void **state)
{
    (void)state;
    ons_err err = ONS_ERR_INIT;
    ons_status s = ONS_FAIL_AT(&err, ONS_FORMAT, 12, "n is 9, allowed 1 to 4");
    s = ons_err_where(&err, s, "tensor 'w'");
    s = ons_err_where(&err, s, "a.safetensors");
    (void)ons_err_hint(&err, s, "onset inspect a.safetensors");
    char line[1024];
    ons_err_format(&err, line, sizeof line);
    assert_string_equal(line, "error: n is 9, allowed 1 to 4 (a.safetensors: tensor 'w', byte 12); "
                              "try: onset inspect a.safetensors");
    assert_int_equal(ons_status_exit_code(ONS_INTERRUPTED), 130);
    assert_int_equal(ons_status_exit_code(s), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf_grows_to_its_limit_and_says_so),
        cmocka_unit_test(test_numbers_are_whole_strings),
        cmocka_unit_test(test_shortest_decimal_reads_back),
        cmocka_unit_test(test_results_have_whole_numbers_plain),
        cmocka_unit_test(test_nearest_name),
        cmocka_unit_test(test_cut_and_trim),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_rng_reference_values),
        cmocka_unit_test(test_arena_limits),
        cmocka_unit_test(test_message_for_people),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
