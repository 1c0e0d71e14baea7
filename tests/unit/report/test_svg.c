/* Labels keep apart and inside; ticks are round. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "report/plot.h"
#include "report/svg.h"

static bool overlap(const ons_box *a, const ons_box *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

static void test_labels_never_overlap(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    static ons_boxes s;
    ons_boxes_init(&s, 0, 0, 300, 200);
    size_t put = 0;
    for (int i = 0; i < 200; i++) {
        double x = fmod(i * 37.7, 320) - 10, y = fmod(i * 23.3, 220) - 10;
        put += ons_label_near(&s, &b, "tk", 12, x, y, 4, ONS_S("28 k"));
    }
    assert_true(put > 20 && put < 200);
    assert_int_equal(s.n, put);
    for (size_t i = 0; i < s.n; i++) {
        assert_true(s.box[i].x >= 0 && s.box[i].x + s.box[i].w <= 300);
        assert_true(s.box[i].y >= 0 && s.box[i].y + s.box[i].h <= 200);
        for (size_t j = 0; j < i; j++) assert_false(overlap(&s.box[i], &s.box[j]));
    }
    ons_buf_release(&b);
}

static void test_a_full_plan_takes_no_more_labels(void **state)
{
    (void)state;
    static ons_boxes s;
    ons_boxes_init(&s, 0, 0, 1e6, 1e6);
    for (size_t i = 0; i < ONS_BOXES_MAX; i++)
        assert_true(ons_boxes_add(&s, (ons_box){0, 0, 1, 1}));
    assert_false(ons_boxes_add(&s, (ons_box){0, 0, 1, 1}));
    assert_false(ons_boxes_free(&s, (ons_box){500, 500, 1, 1}));
}

static void test_ticks(void **state)
{
    (void)state;
    ons_tick t[ONS_TICKS_MAX];
    assert_int_equal(ons_ticks_x(ONS_REPORT_FLOPS, 20.8, 23.1, 6, t), 3);
    assert_string_equal(t[0].text, "10²¹");
    assert_int_equal(ons_ticks_x(ONS_REPORT_PARAMS, 3.2, 5.1, 6, t), 2);
    assert_string_equal(t[0].text, "10 k");
    assert_true(ons_ticks_x(ONS_REPORT_PARAMS, 4.1, 4.8, 6, t) >= 2);
    assert_string_equal(t[0].text, "20 k");
    assert_true(ons_ticks_x(ONS_REPORT_FLOPS, 0, 300, 6, t) <= 6);
    assert_true(ons_ticks_x(ONS_REPORT_LOSS, -3, -2, 5, t) >= 3);
    assert_string_equal(t[0].text, "3.0");
    assert_int_equal(ons_ticks_x(ONS_REPORT_FLOPS, (double)NAN, 3, 6, t), 0);
    size_t n = ons_ticks_y(true, 0, 1, 5, t);
    assert_int_equal(n, 5);
    assert_string_equal(t[4].text, "100 %");
    n = ons_ticks_y(false, -2.4, .2, 5, t);
    assert_true(n >= 3);
    assert_int_equal(ons_ticks_y(false, 1, 1, 5, t), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_never_overlap),
        cmocka_unit_test(test_a_full_plan_takes_no_more_labels),
        cmocka_unit_test(test_ticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
