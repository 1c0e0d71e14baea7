/* The report as text: width, ASCII, colour. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "golden.h"
#include "sample.h"

#include "base/parse.h"
#include "report/columns.h"
#include "report/html.h"
#include "report/term.h"
#include "report/terminal.h"

static sample s;

/* Longest line in columns, ANSI colours left out. */
static size_t widest(ons_str t)
{
    size_t most = 0, n = 0;
    while (t.len > 0) {
        if (t.len > 2 && t.ptr[0] == '\x1b') {
            while (t.len > 0 && t.ptr[0] != 'm') t.ptr++, t.len--;
            t.ptr++, t.len--;
            continue;
        }
        uint32_t c = ons_glyph_next(&t);
        n = c == '\n' ? 0 : n + ons_glyph_columns(c);
        most = n > most ? n : most;
    }
    return most;
}

static const char *render_as(ons_buf *b, const ons_report *r, const ons_terminal_options *o)
{
    ons_buf_reset(b);
    assert_int_equal(ons_report_terminal(r, o, b, NULL), ONS_OK);
    if (widest(ons_buf_str(b)) > o->columns)
        fail_msg("%zu of %zu columns:\n%s", widest(ons_buf_str(b)), o->columns, ons_buf_cstr(b));
    return ons_buf_cstr(b);
}

static void test_golden(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        ons_terminal_options o;
    } form[] = {{"terminal_80", {.columns = 80, .unicode = true}},
                {"terminal_80_ascii", {.columns = 80}},
                {"terminal_40", {.columns = 40, .unicode = true}},
                {"terminal_plot", {.columns = 80, .unicode = true, .plot_most = 8}},
                {"terminal_plot_ascii", {.columns = 80, .plot_most = 8}},
                {"terminal_plot_40", {.columns = 40, .unicode = true, .plot_most = 8}},
                {"terminal_grouped",
                 {.columns = 80, .unicode = true, .rows_most = 4, .more = "More: --all."}}};
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    ons_report two = s.report; /* one that emerged, one that is flat */
    two.n_series = 2;
    for (size_t i = 0; i < sizeof form / sizeof *form; i++) {
        (void)render_as(&b, form[i].o.plot_most ? &two : &s.report, &form[i].o);
        char name[64];
        (void)snprintf(name, sizeof name, "%s.txt", form[i].name);
        golden_check(name, ons_buf_str(&b));
    }
    ons_buf_release(&b);
}

static const char *render(ons_buf *b, const ons_report *r, bool unicode, bool colour)
{
    return render_as(b, r,
                     &(ons_terminal_options){.columns = 80, .unicode = unicode, .colour = colour});
}

static void test_eighty_columns(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    const char *text = render(&b, &s.report, true, false);
    assert_non_null(
        strstr(text, "ability        chance      5k     16k     44k    106k  verdict\n"));
    assert_non_null(strstr(text,
                           "digit_sum_steps   10%   .   .   .   .   █   █   █   █  ● emergent "
                           "at 19 k\n"));
    text = render(&b, &s.report, false, false);
    for (size_t i = 0; i < b.len; i++) assert_true((unsigned char)text[i] < 0x80);
    assert_non_null(strstr(text, "* emergent at 19 k\n"));
    assert_non_null(strstr(text, "10^10"));
    text = render(&b, &s.report, true, true);
    assert_non_null(strstr(text, "\x1b[38;5;166m●\x1b[0m emergent"));
    ons_buf_release(&b);
}

/* Series as published tables have them: long names that differ in their ends, several numbers
 * of shots, sizes whose short names are the same. */
static void table_like_study(sample *h, const char *const *task, size_t n_tasks)
{
    static const double params[] = {125e6, 356e6, 760e6, 1.01e9, 1.41e9, 6.7e9, 13e9, 175e9};
    sample_fill(h);
    h->report.n_series = n_tasks;
    for (size_t i = 0; i < n_tasks; i++) {
        ons_report_series *p = &h->series[i];
        p->task = (ons_str){task[i], strlen(task[i])};
        p->metric = ONS_S("acc");
        p->shots = i % 2 ? 50 : 1;
        p->primary = true;
    }
    for (size_t k = 0; k < SAMPLE_SKILLS; k++)
        for (size_t i = 0; i < SAMPLE_POINTS; i++) h->point[k][i].params = params[i / SAMPLE_SEEDS];
}

static void test_headings_do_not_touch(void **state)
{
    (void)state;
    static const char *const task[] = {"arithmetic_2da", "arithmetic_2da",
                                       "a_task_of_a_name_so_long_that_it_is_cut_one",
                                       "a_task_of_a_name_so_long_that_it_is_cut_two"};
    sample *h = malloc(sizeof *h);
    ons_buf b;
    assert_non_null(h);
    ons_buf_init(&b, 1 << 20);
    table_like_study(h, task, 2); /* two rows of one task: their shots are said */
    const char *text = render(&b, &h->report, true, false);
    assert_non_null(strstr(text, " 125M  760M  1.4B   13B\n"));
    assert_non_null(strstr(text, " 356M  1.0B    7B  175B  verdict\n"));
    assert_non_null(strstr(text, "arithmetic_2da (1 shot) "));
    assert_non_null(strstr(text, "arithmetic_2da (50 shots) "));
    assert_null(strstr(text, "accuracy, ")); /* all alike in that */
    table_like_study(h, task, 4);            /* long names: the shots get a column */
    text = render(&b, &h->report, true, false);
    assert_non_null(strstr(text, " shots chance  356M  1.0B    7B  175B  verdict\n"));
    assert_non_null(strstr(text, "t_is_cut_one     1 "));
    assert_non_null(strstr(text, "t_is_cut_two    50 "));
    const ons_terminal_options wide = {.columns = 200, .unicode = true};
    ons_buf_reset(&b);
    assert_int_equal(ons_report_terminal(&h->report, &wide, &b, NULL), ONS_OK);
    text = ons_buf_cstr(&b);
    assert_non_null(strstr(text, "a_task_of_a_name_so_long_that_it_is_cut_two (50 shots) "));
    assert_non_null(strstr(text, " 125M 356M 760M 1.0B 1.4B   7B  13B 175B  verdict\n"));
    assert_true(widest(ons_buf_str(&b)) <= 140);
    ons_buf_release(&b);
    free(h);
}

/* Where no metric counts right answers, the others are listed all the same. */
static void test_further_metrics_alone(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    ons_report_series p[2] = {s.series[0], s.series[2]};
    for (size_t i = 0; i < 2; i++) {
        p[i].primary = false;
        p[i].metric = ONS_S("loss");
    }
    const ons_report r = {.series = p, .n_series = 2};
    const char *text = render(&b, &r, true, false);
    assert_non_null(strstr(text, "None of these metrics counts right answers"));
    assert_non_null(strstr(text, " (loss)"));
    assert_non_null(strstr(text, "chance"));
    ons_buf_release(&b);
}

static void test_hostile_names_cannot_steer_the_terminal(void **state)
{
    (void)state;
    sample *h = malloc(sizeof *h);
    assert_non_null(h);
    sample_fill(h);
    for (size_t i = 0; i < h->report.n_series; i++)
        h->series[i].task = ONS_S("\x1b]0;x\x07\nname\xff 日本語 and a very long rest of a name");
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    const char *text = render(&b, &h->report, true, false);
    assert_null(strchr(text, '\x1b'));
    assert_null(strchr(text, '\x07'));
    (void)render(&b, &h->report, false, false);
    assert_null(strstr(ons_buf_cstr(&b), "日"));
    const ons_terminal_options letters = {.columns = 80, .letters = true};
    text = render_as(&b, &h->report, &letters);
    assert_null(strchr(text, '\x1b'));
    assert_non_null(strstr(text, "日本"));
    assert_null(strstr(text, "█"));
    ons_buf_release(&b);
    free(h);
}

/* Wide letters, marks without a width and any width of the terminal: nothing sticks out. */
static void test_every_width(void **state)
{
    (void)state;
    static const char *const task[] = {"日本語の語順を問う非常に長い名前の課題",
                                       "naı\xcc\x88ve e\xcc\x81nonce\xcc\x81 combine\xcc\x81"
                                       "e et longue",
                                       "مهمة الجمع بأرقام كبيرة جدا",
                                       "👩‍🔬 emoji joined by a joiner 🧪🧪🧪"};
    sample *h = malloc(sizeof *h);
    ons_buf b;
    assert_non_null(h);
    ons_buf_init(&b, 1 << 22);
    table_like_study(h, task, 4);
    h->series[1].family = ONS_S("一族の長い名前です");
    for (size_t columns = 40; columns <= 200; columns += columns < 100 ? 1 : 7) {
        for (int form = 0; form < 4; form++) {
            const ons_terminal_options o = {.columns = columns,
                                            .unicode = form == 1,
                                            .letters = form == 2,
                                            .plot_most = form == 3 ? 0 : 8,
                                            .rows_most = form == 3 ? 2 : 0};
            (void)render_as(&b, &h->report, &o);
            (void)render_as(&b, &s.report, &o);
        }
    }
    ons_buf_release(&b);
    free(h);
}

static void test_odd_studies(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    ons_report none = {0};
    assert_non_null(strstr(render(&b, &none, true, false), "no scores"));
    /* One series on its own axis, one without any scale, one of many scales. */
    ons_point many[200];
    for (size_t i = 0; i < 200; i++)
        many[i] = (ons_point){.x = 18 + .03 * (double)i,
                              .y = (double)i / 200,
                              .n = 100,
                              .se = (double)NAN,
                              .params = (double)NAN};
    ons_report_series p[3] = {s.series[0], s.series[2], s.series[4]};
    p[0].point = many;
    p[0].n_points = 200;
    p[1].n_points = 0;
    p[1].verdict = sample_verdict(ONS_VERDICT_UNDETERMINED);
    p[1].verdict.flags = ONS_FLAG_NO_SCALE;
    p[2].axis = ONS_REPORT_LOSS;
    ons_report r = {.series = p, .n_series = 3};
    const char *text = render(&b, &r, true, false);
    assert_non_null(strstr(text, "without a scale"));
    /* Plots of these, of one scale, of one score, of no chance. */
    ons_point one[3] = {many[0], many[0], many[0]};
    ons_report_series odd[3] = {s.series[0], s.series[0], s.series[0]};
    odd[0].point = one;
    odd[0].n_points = 1;
    odd[1].point = one;
    odd[1].n_points = 3;
    odd[1].chance = (double)NAN;
    odd[2].continuous = true;
    one[2].x = 26;
    for (size_t columns = 40; columns < 140; columns += 20) {
        const ons_terminal_options o = {.columns = columns, .unicode = true, .plot_most = 3};
        (void)render_as(&b, &r, &o);
        (void)render_as(&b, &(ons_report){.series = odd, .n_series = 3}, &o);
    }
    ons_buf_release(&b);
}

/* "0 %" and "1.4 B" stand in one line. */
static void test_units_stay_with_their_numbers(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    for (size_t prose = 8; prose < 40; prose++) {
        ons_buf_reset(&b);
        const ons_term t = {.columns = prose, .prose = prose, .unicode = true, .out = &b};
        ons_term_paragraph(&t, ONS_S("from 0 % (chance 10 %) to 1.4 B, p = .04; a k"));
        const char *text = ons_buf_cstr(&b);
        assert_true(widest(ons_buf_str(&b)) <= prose);
        static const char *const together[] = {"0 %", "10 %)", "1.4 B,", "p = .04;"};
        for (size_t i = 0; i < 4; i++) assert_non_null(strstr(text, together[i]));
    }
    ons_buf_release(&b);
}

int main(void)
{
    sample_fill(&s);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_eighty_columns),
        cmocka_unit_test(test_headings_do_not_touch),
        cmocka_unit_test(test_further_metrics_alone),
        cmocka_unit_test(test_hostile_names_cannot_steer_the_terminal),
        cmocka_unit_test(test_every_width),
        cmocka_unit_test(test_units_stay_with_their_numbers),
        cmocka_unit_test(test_odd_studies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
