/* Decisions that a store keeps: every field comes back, another input is another key, and what was
 * damaged is not believed. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tst_num.h"

#include "study/decided.h"

typedef struct place {
    char dir[64], db[96];
} place;

static int make_place(void **state)
{
    place *p = calloc(1, sizeof *p);
    *state = p;
    if (!p) return 1;
    (void)snprintf(p->dir, sizeof p->dir, "/tmp/ons-decided-XXXXXX");
    if (!mkdtemp(p->dir)) return 1;
    (void)snprintf(p->db, sizeof p->db, "%s/a.db", p->dir);
    return 0;
}

static int drop_place(void **state)
{
    place *p = *state;
    (void)unlink(p->db);
    (void)rmdir(p->dir);
    free(p);
    return 0;
}

static ons_id id_of(const char *text)
{
    return ons_hash((ons_bytes){(const uint8_t *)text, strlen(text)});
}

/* Every eight bytes of a struct another number. */
static void fill(void *p, size_t size, double from)
{
    for (size_t i = 0; i + sizeof(double) <= size; i += sizeof(double)) {
        const double v = from + (double)i;
        memcpy((char *)p + i, &v, sizeof v);
    }
}

/* Words and the padding beside them are not eight bytes of their own. */
static void expect_same(const void *a, const void *b, size_t size, const size_t *word, size_t n)
{
    for (size_t i = 0; i < size; i += sizeof(double)) {
        bool skip = false;
        for (size_t k = 0; k < n; k++) skip = skip || word[k] == i;
        if (!skip) assert_memory_equal((const char *)a + i, (const char *)b + i, sizeof(double));
    }
}

static ons_verdict odd_verdict(void)
{
    ons_verdict v;
    fill(&v, sizeof v, 1000);
    v.verdict = ONS_VERDICT_NON_MONOTONE;
    v.flags = ONS_FLAG_BIMODAL_SEEDS | ONS_FLAG_N_ASSUMED;
    v.sharp.shape = -1;
    v.smooth.shape = 6;
    v.forecast.made = true;
    return v;
}

static ons_metric_result odd_check(void)
{
    ons_metric_result r;
    fill(&r, sizeof r, 5000);
    r.check = ONS_CHECK_MIXED;
    r.sharp.shape = 0;
    r.smooth.shape = -1;
    return r;
}

static void keep_both(const place *p, ons_store_access access)
{
    ons_store *s;
    ons_decided *d;
    const ons_verdict v = odd_verdict();
    const ons_metric_result r = odd_check();
    assert_int_equal(ons_store_open(p->db, access, &s, NULL), ONS_OK);
    assert_int_equal(ons_decided_load(s, &d, NULL), ONS_OK);
    assert_int_equal(ons_decided_add_verdict(d, id_of("v"), &v, NULL), ONS_OK);
    assert_int_equal(ons_decided_add_check(d, id_of("c"), &r, NULL), ONS_OK);
    assert_int_equal(ons_decided_keep(d, s, NULL), ONS_OK);
    ons_decided_free(d);
    ons_store_close(s);
}

static void expect_both(const place *p)
{
    static const size_t of_verdict[] = {offsetof(ons_verdict, sharp.shape),
                                        offsetof(ons_verdict, smooth.shape),
                                        offsetof(ons_verdict, forecast.made)};
    static const size_t of_check[] = {offsetof(ons_metric_result, check),
                                      offsetof(ons_metric_result, sharp.shape),
                                      offsetof(ons_metric_result, smooth.shape)};
    ons_store *s;
    ons_decided *d;
    ons_verdict v;
    ons_metric_result r;
    const ons_verdict was_v = odd_verdict();
    const ons_metric_result was_r = odd_check();
    assert_int_equal(ons_store_open(p->db, ONS_STORE_READ, &s, NULL), ONS_OK);
    assert_int_equal(ons_decided_load(s, &d, NULL), ONS_OK);
    assert_true(ons_decided_find_verdict(d, id_of("v"), &v));
    expect_same(&was_v, &v, sizeof v, of_verdict, 3);
    assert_int_equal(v.sharp.shape, -1);
    assert_int_equal(v.smooth.shape, 6);
    assert_true(v.forecast.made);
    assert_true(ons_decided_find_check(d, id_of("c"), &r));
    expect_same(&was_r, &r, sizeof r, of_check, 3);
    assert_int_equal(r.check, ONS_CHECK_MIXED);
    assert_false(ons_decided_find_verdict(d, id_of("c"), &v)); /* of the other kind */
    assert_false(ons_decided_find_verdict(d, id_of("w"), &v));
    ons_decided_free(d);
    ons_store_close(s);
}

static void test_every_field_comes_back(void **state)
{
    keep_both(*state, ONS_STORE_WRITE);
    expect_both(*state);
}

static void test_a_reader_keeps_them_too(void **state)
{
    const place *p = *state;
    char log[128];
    ons_store *s;
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    ons_store_close(s);
    keep_both(p, ONS_STORE_READ);
    expect_both(p);
    (void)snprintf(log, sizeof log, "%s-wal", p->db);
    assert_int_not_equal(access(log, F_OK), 0); /* one file again */
}

static ons_status damage(void *ctx, const ons_store_decision *d, ons_err *err)
{
    (void)err;
    ons_store_decision *to = ctx;
    static uint8_t byte[2048];
    to->key = d->key;
    memcpy(byte, d->value.ptr, d->value.len);
    byte[12] ^= 1;
    to->value = (ons_bytes){byte, d->value.len};
    return ONS_OK;
}

static void test_what_is_damaged_is_not_believed(void **state)
{
    const place *p = *state;
    ons_store *s;
    ons_decided *d;
    ons_verdict v;
    ons_metric_result r;
    ons_store_decision bad = {.value = {NULL, 0}};
    ons_id procedure = {{0}};
    extern const char ons_procedure_id[];
    assert_true(ons_id_parse((ons_str){ons_procedure_id, 32}, &procedure));
    keep_both(p, ONS_STORE_WRITE);
    assert_int_equal(ons_store_open(p->db, ONS_STORE_WRITE, &s, NULL), ONS_OK);
    assert_int_equal(ons_store_each_decision(s, procedure, damage, &bad, NULL), ONS_OK);
    for (size_t len = bad.value.len; len > bad.value.len - 24; len--) {
        const ons_store_decision cut = {bad.key, {bad.value.ptr, len}};
        assert_int_equal(ons_store_put_decisions(s, procedure, &cut, 1, NULL), ONS_OK);
        assert_int_equal(ons_decided_load(s, &d, NULL), ONS_OK);
        assert_false(ons_decided_find_verdict(d, bad.key, &v));
        assert_false(ons_decided_find_check(d, bad.key, &r));
        ons_decided_free(d);
    }
    /* another procedure's are dropped when ours are kept */
    assert_int_equal(ons_store_put_decisions(s, id_of("other"), &bad, 1, NULL), ONS_OK);
    assert_int_equal(ons_decided_load(s, &d, NULL), ONS_OK);
    assert_false(ons_decided_find_verdict(d, id_of("v"), &v));
    ons_decided_free(d);
    ons_store_close(s);
}

static void test_another_input_is_another_key(void **state)
{
    (void)state;
    ons_point point[2] = {{.x = 1, .y = .5, .n = 9, .se = (double)NAN, .params = 10, .seed = "1"},
                          {.x = 2, .y = .6, .n = 9, .se = (double)NAN, .params = 20, .seed = "1"}};
    ons_series s = {.point = point, .n_points = 2, .chance = .25, .ceiling = 1, .w0 = 1.5};
    const ons_id key = ons_decided_verdict_key(&s, 0);
    assert_true(ons_id_eq(key, ons_decided_verdict_key(&s, 0)));
    assert_false(ons_id_eq(key, ons_decided_verdict_key(&s, 1)));
    double *const number[] = {&point[1].x,      &point[1].y, &point[1].n, &point[1].se,
                              &point[1].params, &s.chance,   &s.ceiling,  &s.w0};
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        const double was = *number[i];
        *number[i] = 7;
        assert_false(ons_id_eq(key, ons_decided_verdict_key(&s, 0)));
        *number[i] = was;
    }
    bool *const word[] = {&s.continuous, &s.n_assumed, &s.pooled};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++) {
        *word[i] = true;
        assert_false(ons_id_eq(key, ons_decided_verdict_key(&s, 0)));
        *word[i] = false;
    }
    point[1].family = 1;
    assert_false(ons_id_eq(key, ons_decided_verdict_key(&s, 0)));
    point[1].family = 0;
    point[0].seed[0] = '2';
    assert_false(ons_id_eq(key, ons_decided_verdict_key(&s, 0)));
    point[0].seed[0] = '1';
    s.n_points = 1;
    assert_false(ons_id_eq(key, ons_decided_verdict_key(&s, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_field_comes_back, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_a_reader_keeps_them_too, make_place, drop_place),
        cmocka_unit_test_setup_teardown(test_what_is_damaged_is_not_believed, make_place,
                                        drop_place),
        cmocka_unit_test(test_another_input_is_another_key),
    };
    return cmocka_run_group_tests_name("kept decisions", tests, NULL, NULL);
}
