/* A picture of characters: cells, curves within them, colours. */
#include <string.h>

#include "tst_num.h"

#include "report/canvas.h"

static const char *row_of(const ons_canvas *c, size_t row, bool unicode, bool colour, ons_buf *b)
{
    const ons_term t = {.columns = 80, .prose = 80, .unicode = unicode, .colour = colour, .out = b};
    ons_buf_reset(b);
    ons_canvas_row(c, row, &t);
    return ons_buf_cstr(b);
}

static void test_dots(void **state)
{
    (void)state;
    static const struct {
        size_t x, y;
        const char *braille, *ascii;
    } dot[] = {{0, 0, "⠁", "'"}, {0, 1, "⠂", "'"}, {0, 2, "⠄", "."}, {0, 3, "⡀", "."},
               {1, 0, "⠈", "'"}, {1, 1, "⠐", "'"}, {1, 2, "⠠", "."}, {1, 3, "⢀", "."}};
    ons_canvas c;
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    for (size_t i = 0; i < sizeof dot / sizeof *dot; i++) {
        ons_canvas_init(&c, 3, 2);
        ons_canvas_dot(&c, dot[i].x, dot[i].y);
        assert_string_equal(row_of(&c, 0, true, false, &b), dot[i].braille);
        assert_string_equal(row_of(&c, 0, false, false, &b), dot[i].ascii);
    }
    ons_canvas_dot(&c, 1, 0);
    assert_string_equal(row_of(&c, 0, false, false, &b), ":");
    ons_canvas_dot(&c, 4, 7);
    assert_string_equal(row_of(&c, 1, true, false, &b), "  ⡀");
    ons_canvas_dot(&c, 6, 0); /* outside */
    ons_canvas_dot(&c, 0, 8);
    ons_canvas_put(&c, 3, 0, 'x', 0);
    ons_canvas_put(&c, 0, 2, 'x', 0);
    assert_string_equal(row_of(&c, 1, true, false, &b), "  ⡀");
    ons_buf_release(&b);
}

static void test_signs(void **state)
{
    (void)state;
    ons_canvas c;
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    ons_canvas_init(&c, 1000, 1000);
    assert_int_equal(c.width, ONS_CANVAS_WIDTH);
    assert_int_equal(c.height, ONS_CANVAS_HEIGHT);
    ons_canvas_put(&c, 0, 0, 0x254C, ONS_CANVAS_UNDER);
    ons_canvas_put(&c, 1, 0, 0x254C, ONS_CANVAS_UNDER);
    ons_canvas_dot(&c, 2, 0);              /* the curve hides what is under it */
    ons_canvas_put(&c, 2, 0, 0x2022, 166); /* a run hides the curve */
    ons_canvas_dot(&c, 4, 0);
    assert_string_equal(row_of(&c, 0, true, false, &b), "╌⠁•");
    assert_string_equal(row_of(&c, 0, true, true, &b), "╌⠁\x1b[38;5;166m•\x1b[0m");
    assert_string_equal(row_of(&c, 0, false, false, &b), "-'o");
    ons_buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dots),
        cmocka_unit_test(test_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
