/* Figures as files, verdicts as CSV and LaTeX: whole, escaped, the same for every order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "golden.h"
#include "sample.h"

#include "base/parse.h"
#include "report/export.h"

#define BYTES_MAX ((size_t)8 << 20)

static sample s;

static size_t times(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, word)); p += strlen(word)) n++;
    return n;
}

/* All figures one after the other, and their names. */
typedef struct gathered {
    ons_buf names, svg;
    size_t n;
} gathered;

static ons_status gather(void *ctx, const char *name, ons_str svg, ons_err *err)
{
    gathered *g = ctx;
    (void)err;
    g->n++;
    ons_buf_printf(&g->names, "%s\n", name);
    ons_buf_str_add(&g->svg, svg);
    const ons_str head = ONS_S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=");
    assert_true(ons_str_starts(svg, head));
    assert_int_equal(times(svg.ptr, "<svg"), 1);
    assert_int_equal(times(svg.ptr, "<style>"), 1);
    assert_memory_equal(svg.ptr + svg.len - 7, "</svg>\n", 7);
    return ONS_OK;
}

static gathered figures_of(const ons_report *r)
{
    gathered g = {.n = 0};
    ons_err err = ONS_ERR_INIT;
    ons_buf_init(&g.names, BYTES_MAX);
    ons_buf_init(&g.svg, BYTES_MAX);
    assert_int_equal(ons_report_figures(r, gather, &g, &err), ONS_OK);
    return g;
}

static void figures_release(gathered *g)
{
    ons_buf_release(&g->names);
    ons_buf_release(&g->svg);
}

static void test_every_figure_is_a_file(void **state)
{
    (void)state;
    gathered g = figures_of(&s.report);
    const char *names = ons_buf_cstr(&g.names), *svg = ons_buf_cstr(&g.svg);
    assert_int_equal(times(names, "map.svg\n"), 1);
    assert_int_equal(times(names, "models.svg\n"), 1);
    assert_int_equal(times(names, "--panel.svg\n"), SAMPLE_SKILLS);
    assert_int_equal(times(names, "--partner.svg\n"), SAMPLE_SKILLS);
    assert_int_equal(times(names, "series-add-2-exact-match-pocket.svg\n"), 1);
    assert_int_equal(times(names, "\n"), g.n);
    /* Other programs know neither variables nor the page. */
    assert_null(strstr(svg, "var("));
    assert_null(strstr(svg, "<a "));
    assert_non_null(strstr(svg, ".d0{fill:#17456b}"));
    assert_non_null(strstr(svg, ">digit_sum_steps</text>"));
    figures_release(&g);
}

static void reverse(ons_report_series *p, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        ons_report_series t = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = t;
    }
}

static void test_order_changes_nothing(void **state)
{
    (void)state;
    ons_err err = ONS_ERR_INIT;
    ons_buf csv[2], tex[2];
    gathered g[2];
    for (int i = 0; i < 2; i++) {
        ons_buf_init(&csv[i], BYTES_MAX);
        ons_buf_init(&tex[i], BYTES_MAX);
        g[i] = figures_of(&s.report);
        assert_int_equal(ons_report_csv(&s.report, &csv[i], &err), ONS_OK);
        assert_int_equal(ons_report_latex(&s.report, &tex[i], &err), ONS_OK);
        reverse(s.series, s.report.n_series);
    }
    assert_string_equal(ons_buf_cstr(&g[0].names), ons_buf_cstr(&g[1].names));
    assert_string_equal(ons_buf_cstr(&g[0].svg), ons_buf_cstr(&g[1].svg));
    assert_string_equal(ons_buf_cstr(&csv[0]), ons_buf_cstr(&csv[1]));
    assert_string_equal(ons_buf_cstr(&tex[0]), ons_buf_cstr(&tex[1]));
    for (int i = 0; i < 2; i++) {
        figures_release(&g[i]);
        ons_buf_release(&csv[i]);
        ons_buf_release(&tex[i]);
    }
}

/* A series with few values, so that a row can be read here. */
static ons_report_series bare(ons_str task)
{
    ons_report_series p = {.family = ONS_S(""),
                           .task = task,
                           .metric = ONS_S("acc"),
                           .shots = (double)NAN,
                           .axis = ONS_REPORT_PARAMS,
                           .primary = true,
                           .chance = .25,
                           .w0 = 1.5,
                           .verdict = sample_verdict(ONS_VERDICT_EMERGENT),
                           .p_adjusted = .03125};
    p.verdict.flags = ONS_FLAG_CONFOUNDED | ONS_FLAG_N_ASSUMED;
    p.verdict.p_emergent = .015625;
    p.verdict.onset = (ons_interval){3, 2, 4};
    return p;
}

static void test_csv_row(void **state)
{
    (void)state;
    ons_err err = ONS_ERR_INIT;
    ons_buf b;
    ons_buf_init(&b, BYTES_MAX);
    ons_report_series p = bare(ONS_S("say \"a, b\"\nagain"));
    const ons_report r = {.series = &p, .n_series = 1};
    assert_int_equal(ons_report_csv(&r, &b, &err), ONS_OK);
    const char *row = strchr(ons_buf_cstr(&b), '\n') + 1;
    assert_string_equal(row, ",\"say \"\"a, b\"\"\nagain\",acc,,,params,yes,0.25,1.5,0,0,emergent,"
                             "none,confounded n-assumed,0.015625,0.03125,,,,,1000,100,10000,"
                             ",,,,,,,,,,,,,,,\n");
    /* On the axis of loss the numbers are losses, the interval ascending. */
    p.axis = ONS_REPORT_LOSS;
    p.verdict.onset = (ons_interval){-2.5, -3, -2};
    ons_buf_reset(&b);
    assert_int_equal(ons_report_csv(&r, &b, &err), ONS_OK);
    assert_non_null(strstr(ons_buf_cstr(&b), ",2.5,2,3,"));
    ons_buf_release(&b);
}

static void test_csv_columns_are_equal_in_number(void **state)
{
    (void)state;
    ons_err err = ONS_ERR_INIT;
    ons_buf b;
    ons_buf_init(&b, BYTES_MAX);
    assert_int_equal(ons_report_csv(&s.report, &b, &err), ONS_OK);
    ons_str rest = ons_buf_str(&b), line;
    size_t n = 0, want = 0;
    while (ons_str_cut(&rest, '\n', &line)) {
        size_t commas = 0;
        for (size_t i = 0; i < line.len; i++) commas += line.ptr[i] == ',';
        if (n++ == 0) want = commas;
        assert_int_equal(commas, want);
    }
    assert_int_equal(n, s.report.n_series + 1);
    ons_buf_release(&b);
}

static void test_latex(void **state)
{
    (void)state;
    ons_err err = ONS_ERR_INIT;
    ons_buf b;
    ons_buf_init(&b, BYTES_MAX);
    ons_report_series p = bare(ONS_S("a_b\\{50%}~$^&#\n\xe2\x80\xae\x80"));
    ons_report r = {.series = &p, .n_series = 1};
    assert_int_equal(ons_report_latex(&r, &b, &err), ONS_OK);
    assert_non_null(strstr(ons_buf_cstr(&b),
                           "\na\\_b\\textbackslash{}\\{50\\%\\}\\textasciitilde{}\\$"
                           "\\textasciicircum{}\\&\\# \xef\xbf\xbd\xef\xbf\xbd & 25 \\% &  &  & "
                           "emergent & 1.0 k & 100--10 k & .031 \\\\\n"));
    p = bare(ONS_S("x"));
    p.axis = ONS_REPORT_FLOPS;
    p.verdict.onset = (ons_interval){22, 21, 23};
    ons_buf_reset(&b);
    assert_int_equal(ons_report_latex(&r, &b, &err), ONS_OK);
    assert_non_null(strstr(ons_buf_cstr(&b), " & 10$^{22}$ & 10$^{21}$--10$^{23}$ & "));
    assert_non_null(strstr(ons_buf_cstr(&b), "\\end{tabular}\n"));
    ons_report none = {0};
    ons_buf_reset(&b);
    assert_int_equal(ons_report_latex(&none, &b, &err), ONS_OK);
    ons_buf_release(&b);
}

static ons_status refuse(void *ctx, const char *name, ons_str svg, ons_err *err)
{
    (void)ctx;
    (void)name;
    (void)svg;
    return ONS_FAIL(err, ONS_IO, "disk full");
}

static void test_errors(void **state)
{
    (void)state;
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_report_figures(&s.report, refuse, NULL, &err), ONS_IO);
    ons_buf b;
    ons_buf_init(&b, 100);
    assert_int_equal(ons_report_csv(&s.report, &b, &err), ONS_LIMIT);
    ons_buf_release(&b);
}

/* One task asked with 0, 1 and 8 examples of two families. */
static void test_side_by_side(void **state)
{
    (void)state;
    ons_report_series p[6];
    for (size_t i = 0; i < 6; i++) {
        p[i] = s.series[0];
        p[i].primary = true;
        p[i].shots = i % 3 == 2 ? 8 : (double)(i % 3);
        p[i].family = i < 3 ? ONS_S("one") : ONS_S("two");
    }
    const ons_report r = {.series = p, .n_series = 6};
    gathered g = figures_of(&r);
    const char *names = ons_buf_cstr(&g.names);
    assert_int_equal(times(names, "--prompts.svg"), 2);
    assert_int_equal(times(names, "--shots.svg"), 2);
    assert_int_equal(times(names, "--families.svg"), 3);
    figures_release(&g);
}

static ons_status check_figure(void *ctx, const char *name, ons_str svg, ons_err *err)
{
    static const char *const kept[] = {"map.svg", "models.svg",
                                       "series-digit-sum-steps-exact-match-pocket.svg",
                                       "series-digit-sum-steps-exact-match-pocket--partner.svg",
                                       "series-digit-sum-steps-exact-match-pocket--panel.svg"};
    char path[128];
    (void)err;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (strcmp(kept[i], name) != 0) continue;
        (void)snprintf(path, sizeof path, "figures/%s", name);
        golden_check(path, svg);
        ++*(size_t *)ctx;
    }
    return ONS_OK;
}

static void test_golden_figures(void **state)
{
    (void)state;
    size_t n = 0;
    assert_int_equal(ons_report_figures(&s.report, check_figure, &n, NULL), ONS_OK);
    assert_int_equal(n, 5);
}

int main(void)
{
    sample_fill(&s);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_figures),
        cmocka_unit_test(test_side_by_side),
        cmocka_unit_test(test_every_figure_is_a_file),
        cmocka_unit_test(test_order_changes_nothing),
        cmocka_unit_test(test_csv_row),
        cmocka_unit_test(test_csv_columns_are_equal_in_number),
        cmocka_unit_test(test_latex),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
