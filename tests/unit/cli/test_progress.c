/* Progress as lines of text: what is told of jobs, of a stage as a whole, in any width. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tst_num.h"

#include "cli/progress_priv.h"
#include "report/columns.h"

static const double none = (double)NAN;

static void stage(ons_progress_state *s, const char *text, const char *unit, double total,
                  double now)
{
    ons_progress_apply(
        s,
        &(ons_event){
            .kind = ONS_EVENT_STAGE, .text = text, .unit = unit, .total = total, .loss_nats = none},
        now);
}

static void job(ons_progress_state *s, ons_event_kind kind, const char *name, double done,
                double rate, double loss)
{
    ons_progress_apply(s,
                       &(ons_event){.kind = kind,
                                    .job = name,
                                    .unit = "tokens",
                                    .done = done,
                                    .total = 1000e3,
                                    .weight = 1,
                                    .rate = rate,
                                    .loss_nats = loss},
                       0);
}

static void whole(ons_progress_state *s, double done)
{
    ons_progress_apply(s, &(ons_event){.kind = ONS_EVENT_PROGRESS, .done = done, .loss_nats = none},
                       0);
}

static const char *frame(const ons_progress_state *s, double now, size_t columns, size_t rows,
                         bool unicode, ons_buf *b)
{
    const ons_progress_form f = {.columns = columns, .rows = rows, .unicode = unicode};
    ons_buf_reset(b);
    const size_t n = ons_progress_frame(s, now, &f, "\n", b);
    size_t lines = 0;
    for (ons_str t = ons_buf_str(b); t.len;) {
        const char *end = memchr(t.ptr, '\n', t.len);
        assert_non_null(end);
        const size_t len = (size_t)(end - t.ptr);
        if (ons_text_columns((ons_str){t.ptr, len}) >= columns)
            fail_msg("not within %zu columns: %.*s", columns, (int)len, t.ptr);
        t = (ons_str){end + 1, t.len - len - 1};
        lines++;
    }
    assert_int_equal(lines, n);
    assert_true(n < rows);
    return ons_buf_cstr(b);
}

static void test_jobs(void **state)
{
    (void)state;
    ons_progress_state s = {.n_running = 0};
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    stage(&s, "train", "FLOPs", 4, 100);
    job(&s, ONS_EVENT_END, "2k-s1", 0, 0, none); /* was finished before */
    job(&s, ONS_EVENT_BEGIN, "106k-s1", 0, 0, none);
    job(&s, ONS_EVENT_PROGRESS, "106k-s1", 250e3, 120400, 1.9304);
    job(&s, ONS_EVENT_BEGIN, "28k-s2", 500e3, 0, none); /* taken up in its middle */
    job(&s, ONS_EVENT_PROGRESS, "28k-s2", 900e3, 67e3, .7804);
    assert_string_equal(
        frame(&s, 110, 80, 24, true, &b),
        "  106k-s1     ████░░░░░░░░░░░░  25 %   120 k tok/s  loss 1.930         6 s left\n"
        "  28k-s2      ██████████████░░  90 %    67 k tok/s  loss 0.780         1 s left\n"
        "train         █████████░░░░░░░  53 %  1 done                          28 s left\n");
    assert_non_null(
        strstr(frame(&s, 110, 80, 24, false, &b), "train         #########.......  53 %  1 done "));
    assert_null(strstr(ons_buf_cstr(&b), "█"));
    ons_buf_reset(&b);
    ons_progress_line(&s, 110, &b);
    assert_string_equal(ons_buf_cstr(&b),
                        "train: 53 %, 1 done, 28 s left; 106k-s1 25 % 120 k tok/s loss 1.930; "
                        "28k-s2 90 % 67 k tok/s loss 0.780");
    ons_buf_reset(&b);
    ons_progress_ended(&s, 110, &b);
    assert_int_equal(b.len, 0); /* it goes on */
    job(&s, ONS_EVENT_END, "106k-s1", 0, 0, none);
    job(&s, ONS_EVENT_END, "28k-s2", 0, 0, none);
    ons_progress_ended(&s, 228, &b);
    assert_string_equal(ons_buf_cstr(&b), "train: 3 models in 2 min 08 s");
    ons_buf_release(&b);
}

static void test_whole(void **state)
{
    (void)state;
    ons_progress_state s = {.n_running = 0};
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    stage(&s, "decide", "series", 1709, 0);
    assert_string_equal(frame(&s, .1, 80, 24, true, &b), "decide        ░░░░░░░░░░░░░░░░   0 %\n");
    whole(&s, 854);
    assert_string_equal(frame(&s, 3, 80, 24, true, &b),
                        "decide        ████████░░░░░░░░  49 %  854 of 1,709 series  3 s left\n");
    assert_string_equal(frame(&s, 3, 40, 24, true, &b), "decide        ████░░░░  49 %  3 s left\n");
    ons_buf_reset(&b);
    ons_progress_ended(&s, 30, &b);
    assert_int_equal(b.len, 0);
    stage(&s, "search", "designs", 8, 0);
    whole(&s, 2.5);
    assert_non_null(strstr(frame(&s, 1, 80, 24, true, &b), "  2 of 8 designs"));
    ons_buf_release(&b);
}

/* Long and wide names, many jobs: within the terminal, whatever its size. */
static void test_every_size(void **state)
{
    (void)state;
    ons_progress_state s = {.n_running = 0};
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    stage(&s, "train", "FLOPs", 100, 0);
    for (int i = 0; i < 70; i++) { /* more than are kept */
        char name[64];
        (void)snprintf(name, sizeof name, "%d-%s", i,
                       i % 3 ? "日本語-a-very-long-name-of-a-group" : "s1");
        job(&s, ONS_EVENT_BEGIN, name, 0, 0, none);
        job(&s, ONS_EVENT_PROGRESS, name, 1e4 * i, 1e7 * i, i % 2 ? none : 1e12);
    }
    for (size_t columns = 20; columns < 200; columns++)
        for (size_t rows = 4; rows < 100; rows += 12)
            (void)frame(&s, 1e6, columns, rows, columns % 2, &b);
    ons_buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_every_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
