/* The file format: what is written reads back, and every lie of a header is found. */
#include "model/format/safetensors.h"

#include <string.h>

#include "tst_num.h"

static ons_status read_bytes(const void *p, size_t n, ons_arena *a, ons_safetensors *st,
                             ons_err *err)
{
    return ons_safetensors_read((ons_bytes){p, n}, a, st, err);
}

/* A file of this header and n_data bytes of data. */
static ons_status read_header(const char *header, size_t n_data, ons_err *err)
{
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    const size_t len = strlen(header);
    for (size_t i = 0; i < 8; i++) ons_buf_char(&b, (char)(i < 4 ? len >> (8 * i) : 0));
    ons_buf_text(&b, header);
    for (size_t i = 0; i < n_data; i++) ons_buf_char(&b, (char)i);
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_safetensors st;
    *err = ONS_ERR_INIT;
    const ons_status s = read_bytes(b.ptr, b.len, &a, &st, err);
    ons_arena_clear(&a);
    ons_buf_release(&b);
    return s;
}

static void test_round_trip(void **state)
{
    (void)state;
    const float x[6] = {1, -2, 3.5f, 0, 1e-30f, 6}, y[2] = {7, 8}, z[1] = {9};
    const ons_safetensor_f32 forth[] = {
        {"b.x", 2, {2, 3}, x}, {"a.y", 1, {2}, y}, {"c.scalar", 0, {0}, z}};
    const ons_safetensor_f32 back[] = {forth[2], forth[0], forth[1]};
    ons_buf f, g;
    ons_buf_init(&f, 1 << 16);
    ons_buf_init(&g, 1 << 16);
    assert_int_equal(ons_safetensors_write(forth, 3, &f, NULL), ONS_OK);
    assert_int_equal(ons_safetensors_write(back, 3, &g, NULL), ONS_OK);
    assert_int_equal(f.len, g.len);
    assert_memory_equal(f.ptr, g.ptr, f.len);
    assert_int_equal((unsigned char)f.ptr[0] % 8, 0);

    ons_arena a;
    ons_arena_init(&a, 0);
    ons_safetensors st;
    assert_int_equal(read_bytes(f.ptr, f.len, &a, &st, NULL), ONS_OK);
    assert_int_equal(st.n_tensors, 3);
    const ons_safetensor *t = ons_safetensors_find(&st, "b.x");
    assert_non_null(t);
    assert_int_equal(t->dtype, ONS_SAFETENSORS_F32);
    assert_int_equal(t->n_dims, 2);
    assert_int_equal(t->dim[0], 2);
    assert_int_equal(t->dim[1], 3);
    assert_memory_equal(t->data.ptr, x, sizeof x);
    assert_ptr_equal(t->data.ptr, (const uint8_t *)f.ptr + t->offset);
    t = ons_safetensors_find(&st, "c.scalar");
    assert_non_null(t);
    assert_int_equal(t->n_elems, 1);
    assert_null(ons_safetensors_find(&st, "b"));
    ons_arena_clear(&a);

    /* Cut anywhere, it is refused. */
    for (size_t n = 0; n < f.len; n++) {
        ons_arena_init(&a, 0);
        assert_int_not_equal(read_bytes(f.ptr, n, &a, &st, NULL), ONS_OK);
        ons_arena_clear(&a);
    }
    ons_buf_release(&f);
    ons_buf_release(&g);
}

static void test_write_refuses_twins(void **state)
{
    (void)state;
    const float x[1] = {1};
    const ons_safetensor_f32 t[] = {{"x", 1, {1}, x}, {"x", 1, {1}, x}};
    ons_buf f;
    ons_buf_init(&f, 1 << 16);
    assert_int_equal(ons_safetensors_write(t, 2, &f, NULL), ONS_USAGE);
    ons_buf_release(&f);
}

#define T(name, dtype, shape, range) \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" range "}"

static void test_lies(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        size_t n_data;
        ons_status want;
        const char *says;  /* part of what */
        const char *where; /* part of where */
    } CASES[] = {
        {"{" T("x", "F32", "[2]", "[0,8]") "}", 8, ONS_OK, "", ""},
        {"{" T("x", "F32", "[0]", "[0,0]") "}", 0, ONS_OK, "", ""},
        {"{" T("x", "F32", "[2]", "[0,8]") "}", 7, ONS_FORMAT, "the file holds 0..7", "'x'"},
        {"{" T("x", "F32", "[2]", "[0,8]") "}", 9, ONS_FORMAT, "belong to no tensor", ""},
        {"{" T("x", "F32", "[2]", "[8,0]") "}", 8, ONS_FORMAT, "8..0", "'x'"},
        {"{" T("x", "F32", "[2]", "[-8,0]") "}", 8, ONS_FORMAT, "", "'x'"},
        {"{" T("x", "F32", "[2]", "[0,8,9]") "}", 8, ONS_FORMAT, "3 numbers", "'x'"},
        {"{" T("x", "F32", "[3]", "[0,8]") "}", 8, ONS_FORMAT, "3 elements", "'x'"},
        {"{" T("x", "F16", "[3]", "[0,8]") "}", 8, ONS_FORMAT, "of F16", "'x'"},
        {"{" T("x", "Q9", "[2]", "[0,8]") "}", 8, ONS_UNSUPPORTED, "Q9", "'x'"},
        {"{" T("x", "F32", "[2.5]", "[0,8]") "}", 8, ONS_FORMAT, "", "'x'"},
        {"{" T("x", "F32", "[1,1,1,1,1,1,1,1,2]", "[0,8]") "}", 8, ONS_FORMAT, "9 dim", "'x'"},
        /* 2^32 * 2^32 wraps to 0 elements; 2^62 * 4 bytes wraps as well */
        {"{" T("x", "F32", "[4294967296,4294967296]", "[0,0]") "}", 0, ONS_FORMAT, "too many", "x"},
        {"{" T("x", "F32", "[4611686018427387904]", "[0,0]") "}", 0, ONS_FORMAT, "elements", "x"},
        {"{" T("x", "F32", "[2]", "[0,8]") "," T("y", "F32", "[1]", "[4,8]") "}", 8, ONS_FORMAT,
         "overlaps 'x'", "'y'"},
        {"{" T("x", "F32", "[1]", "[0,4]") "," T("y", "F32", "[1]", "[8,12]") "}", 12, ONS_FORMAT,
         "hole", "'y'"},
        {"{" T("x", "F32", "[1]", "[0,4]") "," T("x", "F32", "[1]", "[4,8]") "}", 8, ONS_FORMAT,
         "x", "header"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1}}", 4,
         ONS_FORMAT, "'more'", "'x'"},
        {"{\"x\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, ONS_FORMAT, "data_offsets", "'x'"},
        {"{\"x\":[1]}", 4, ONS_FORMAT, "", "'x'"},
        {"[1]", 4, ONS_FORMAT, "'{'", ""},
        {"{\"x\":", 4, ONS_FORMAT, "", "header"},
        {" {}", 0, ONS_FORMAT, "'{'", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ons_err err;
        const ons_status s = read_header(CASES[i].header, CASES[i].n_data, &err);
        if (s != CASES[i].want || !strstr(err.what, CASES[i].says) ||
            !strstr(err.where, CASES[i].where))
            fail_msg("case %zu: %s: %s (%s)", i, ons_status_name(s), err.what, err.where);
    }
}

static void test_header_length(void **state)
{
    (void)state;
    const uint8_t huge[16] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, '{', '}'};
    const uint8_t past[10] = {3, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_safetensors st;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(read_bytes(huge, sizeof huge, &a, &st, &err), ONS_FORMAT);
    assert_int_equal(err.offset, 0);
    assert_int_equal(read_bytes(past, sizeof past, &a, &st, &err), ONS_FORMAT);
    assert_int_equal(read_bytes(past, 7, &a, &st, &err), ONS_FORMAT);
    assert_int_equal(read_bytes(NULL, 0, &a, &st, &err), ONS_FORMAT);
    ons_arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_write_refuses_twins),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_header_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
