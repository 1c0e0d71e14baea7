/* trainer.state: what is written reads back, and not one flipped bit goes unnoticed. */
#include "train/state.h"

#include <string.h>

#include "tst_num.h"

#define N_PARAMS  7
#define N_MOMENTS 5

static float params[N_PARAMS], moments[N_MOMENTS];

static ons_train_state example(void)
{
    for (int i = 0; i < N_PARAMS; i++) params[i] = (float)i * 1.5f;
    for (int i = 0; i < N_MOMENTS; i++) moments[i] = -(float)i;
    ons_train_state s = {.step = 12,
                         .rng = UINT64_MAX - 3,
                         .loss_nats = 0.1,
                         .params = params,
                         .n_params = N_PARAMS,
                         .moments = moments,
                         .n_moments = N_MOMENTS};
    s.recipe.byte[0] = 9;
    return s;
}

static ons_buf example_file(void)
{
    const ons_train_state s = example();
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    ons_train_state_write(&s, &b);
    assert_int_equal(b.len, ons_train_state_bytes(N_PARAMS, N_MOMENTS));
    return b;
}

typedef struct target {
    ons_train_state s;
    float params[N_PARAMS + 1], moments[N_MOMENTS + 1];
} target;

static void target_init(target *t)
{
    memset(t, 0, sizeof *t);
    t->s.recipe.byte[0] = 9;
    t->s.params = t->params;
    t->s.moments = t->moments;
    t->s.n_params = N_PARAMS;
    t->s.n_moments = N_MOMENTS;
}

static void test_round_trip(void **state)
{
    (void)state;
    ons_buf b = example_file();
    target t;
    target_init(&t);
    assert_int_equal(ons_train_state_read(ons_buf_bytes(&b), &t.s, NULL), ONS_OK);
    assert_int_equal(t.s.step, 12);
    assert_true(t.s.rng == UINT64_MAX - 3 && t.s.loss_nats == 0.1);
    assert_memory_equal(t.params, params, sizeof params);
    assert_memory_equal(t.moments, moments, sizeof moments);
    ons_buf_release(&b);
}

static void test_damage(void **state)
{
    (void)state;
    ons_buf b = example_file();
    target t, untouched;
    target_init(&t);
    target_init(&untouched);
    for (size_t n = 0; n < b.len; n++)
        assert_int_equal(ons_train_state_read((ons_bytes){(uint8_t *)b.ptr, n}, &t.s, NULL),
                         ONS_FORMAT);
    for (size_t i = 0; i < 8 * b.len; i++) {
        b.ptr[i / 8] = (char)((unsigned char)b.ptr[i / 8] ^ 1u << (i % 8));
        assert_int_equal(ons_train_state_read(ons_buf_bytes(&b), &t.s, NULL), ONS_FORMAT);
        b.ptr[i / 8] = (char)((unsigned char)b.ptr[i / 8] ^ 1u << (i % 8));
    }
    ons_buf_char(&b, 0);
    assert_int_equal(ons_train_state_read(ons_buf_bytes(&b), &t.s, NULL), ONS_FORMAT);
    assert_memory_equal(t.params, untouched.params, sizeof t.params);
    assert_int_equal(t.s.step, 0);
    ons_buf_release(&b);
}

static void test_others(void **state)
{
    (void)state;
    ons_buf b = example_file();
    target t;
    ons_err err = ONS_ERR_INIT;
    target_init(&t);
    t.s.recipe.byte[15] = 1;
    assert_int_equal(ons_train_state_read(ons_buf_bytes(&b), &t.s, &err), ONS_MISMATCH);
    target_init(&t);
    t.s.n_params++;
    assert_int_equal(ons_train_state_read(ons_buf_bytes(&b), &t.s, &err), ONS_MISMATCH);
    assert_non_null(strstr(err.what, "7 parameters"));
    /* another version, with a hash that fits */
    b.ptr[8] = 2;
    const ons_id hash = ons_hash((ons_bytes){(uint8_t *)b.ptr, b.len - 16});
    memcpy(b.ptr + b.len - 16, hash.byte, 16);
    target_init(&t);
    assert_int_equal(ons_train_state_read(ons_buf_bytes(&b), &t.s, &err), ONS_UNSUPPORTED);
    ons_buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
