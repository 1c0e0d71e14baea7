/* The page: same bytes for the same values, nothing from outside, nothing unescaped. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tst_num.h"

#include "golden.h"
#include "sample.h"

#include "base/parse.h"
#include "report/report.h"

static sample s;

static void page(const ons_report *r, ons_buf *b)
{
    ons_buf_reset(b);
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_report_html(r, b, &err), ONS_OK);
}

static size_t times(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, word)); p += strlen(word)) n++;
    return n;
}

static void ids_differ(const char *t)
{
    char word[200];
    for (const char *p = t; (p = strstr(p, " id=\"")); p++) {
        size_t n = strcspn(p + 5, "\"");
        (void)snprintf(word, sizeof word, " id=\"%.*s\"", (int)n, p + 5);
        assert_int_equal(times(t, word), 1);
    }
}

/* What holds of every page. */
static void sound(const ons_report *r, ons_buf *b)
{
    page(r, b);
    const char *t = ons_buf_cstr(b);
    assert_int_equal(times(t, "<script"), 1); /* ours, allowed by its hash */
    assert_int_equal(times(t, "<style"), 1);
    assert_int_equal(times(t, " style=\""), 0);
    assert_int_equal(times(t, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
                              "'none'; "),
                     1);
    assert_null(strstr(t, "http:"));
    assert_null(strstr(t, "https:"));
    assert_null(strstr(t, "url("));
    assert_null(strstr(t, "nan"));
    assert_null(strstr(t, "inf\""));
    assert_int_equal(times(t, "id=\"series-"), r->n_series);
    const size_t labels = times(t, "aria-label=\""); /* one is of nav */
    assert_int_equal(times(t, "<svg role=\"img\""), labels - 1);
    assert_null(strstr(t, "aria-label=\"\""));
    ids_differ(t);
    assert_int_equal(times(t, "<section"), times(t, "</section>"));
    assert_int_equal(times(t, "<div"), times(t, "</div>"));
    assert_int_equal(times(t, "<figure"), times(t, "</figure>"));
}

/* The page is cut where these begin, so that a difference is seen in its part. */
static const struct {
    const char *begins, *name;
} part[] = {{"<!doctype", "0-head.html"},
            {"<h1>", "1-answer.html"},
            {"<section id=\"map\"", "2-map.html"},
            {"<section id=\"abilities\"", "3-panels.html"},
            {"<h3 id=\"heat\"", "4-sizes.html"},
            {"<section id=\"table\"", "5-table.html"},
            {"<h2 id=\"evidence\"", "6-evidence.html"},
            {"<h2 id=\"further\"", "7-further.html"},
            {"<section id=\"models\"", "8-models.html"},
            {"<section id=\"method\"", "9-method.html"}};

static void test_golden(void **state)
{
    (void)state;
    const size_t n = sizeof part / sizeof *part;
    ons_buf b;
    char name[64];
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    sound(&s.report, &b);
    const char *at = ons_buf_cstr(&b);
    for (size_t i = 0; i < n; i++) {
        const char *end = i + 1 < n ? strstr(at, part[i + 1].begins) : at + strlen(at);
        if (!end) {
            fail_msg("the page has no part that begins with %s", part[i + 1].begins);
            return;
        }
        (void)snprintf(name, sizeof name, "page/%s", part[i].name);
        golden_check(name, (ons_str){at, (size_t)(end - at)});
        at = end;
    }
    ons_buf_release(&b);
}

/* Method: measured rates, the commands, a citation that holds no date of the run. */
static void test_method_is_told(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    sound(&s.report, &b);
    const char *t = strstr(ons_buf_cstr(&b), "<section id=\"method\"");
    assert_non_null(t);
    assert_non_null(strstr(t, "77, 82, 85, 92"));
    assert_non_null(strstr(t, "<code>onset selftest --statistics</code>"));
    assert_non_null(strstr(t, "<code>onset report onset.db -o report.html</code>"));
    assert_non_null(strstr(t, "The Onset authors. Onset, version 0.1.0 (2026)."));
    assert_non_null(strstr(t, "  version = {0.1.0},\n  year    = {2026}\n}"));
    ons_buf_release(&b);
}

static void test_order_changes_nothing(void **state)
{
    (void)state;
    sample *o = malloc(sizeof *o);
    assert_non_null(o);
    sample_fill(o);
    for (size_t i = 0; i < o->report.n_series / 2; i++) {
        ons_report_series t = o->series[i];
        o->series[i] = o->series[o->report.n_series - 1 - i];
        o->series[o->report.n_series - 1 - i] = t;
    }
    for (size_t k = 0; k < SAMPLE_SKILLS; k++) {
        for (size_t i = 0; i < SAMPLE_POINTS / 2; i++) {
            ons_point t = o->point[k][i];
            o->point[k][i] = o->point[k][SAMPLE_POINTS - 1 - i];
            o->point[k][SAMPLE_POINTS - 1 - i] = t;
        }
    }
    ons_buf a, b;
    ons_buf_init(&a, ONS_REPORT_BYTES_MAX);
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    page(&s.report, &a);
    page(&o->report, &b);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.ptr, b.ptr, a.len);
    ons_buf_release(&a);
    ons_buf_release(&b);
    free(o);
}

#define HOSTILE "</title></style><script>alert(1)</script><img src=x onerror=\"a\">'\xff\x1b\0"

static void test_hostile_text_in_every_field(void **state)
{
    (void)state;
    const ons_str bad = ONS_S(HOSTILE);
    sample *h = malloc(sizeof *h);
    assert_non_null(h);
    sample_fill(h);
    for (size_t i = 0; i < h->report.n_series; i++) {
        ons_report_series *p = &h->series[i];
        p->family = p->task = p->metric = p->prompt = p->about = p->unit = bad;
        p->partner.metric = p->partner.unit = bad;
        p->example.question = p->example.gold = bad;
        for (size_t k = 0; k < ONS_REPORT_ANSWERS_MAX; k++)
            p->example.answer[k].model = p->example.answer[k].text = bad;
    }
    for (size_t k = 0; k < SAMPLE_SKILLS; k++)
        for (size_t i = 0; i < SAMPLE_POINTS; i++)
            memcpy(h->point[k][i].seed, "<b>\"'&<b>\"'&<b>\"'&<b>\"'", 24); /* no NUL */
    for (size_t i = 0; i < SAMPLE_POINTS; i++)
        h->model[i].name = h->model[i].family = h->model[i].seed = bad;
    const ons_report_pair pair = {bad, bad};
    h->report.study = h->report.version = h->report.command = bad;
    h->report.recipe = h->report.method = &pair;
    h->report.n_recipe = h->report.n_method = 1;
    ons_buf b;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    sound(&h->report, &b);
    const char *t = ons_buf_cstr(&b);
    assert_int_equal(strlen(t), b.len); /* no NUL */
    assert_null(strstr(t, "<img"));
    assert_null(strstr(t, "<b>\""));
    assert_null(strchr(t, '\x1b'));
    assert_null(strchr(t, '\xff'));
    ons_buf_release(&b);
    free(h);
}

static void test_odd_studies(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    ons_report none = {0};
    sound(&none, &b);
    /* Forty equal series, sixty models. */
    ons_report_series p[40];
    ons_report_model m[60];
    for (size_t i = 0; i < 40; i++) p[i] = s.series[2 * (i % SAMPLE_SKILLS) + i % 2];
    for (size_t i = 0; i < 60; i++) {
        m[i] = s.model[i % SAMPLE_POINTS];
        m[i].params = 1e9 * (double)(i + 1);
    }
    ons_report many = {.series = p, .n_series = 40, .model = m, .n_models = 60};
    sound(&many, &b);
    /* One model; all NaN; no parameters; continuous only. */
    for (size_t i = 0; i < 40; i++) p[i].n_points = 1;
    sound(&many, &b);
    for (size_t i = 0; i < 40; i++) {
        p[i].n_points = 0;
        p[i].verdict = sample_verdict(ONS_VERDICT_UNDETERMINED);
        p[i].w0 = p[i].shots = p[i].chance = p[i].p_adjusted = (double)NAN;
    }
    for (size_t i = 0; i < 60; i++)
        m[i].params = m[i].tokens = m[i].flops = m[i].loss = (double)NAN;
    sound(&many, &b);
    ons_point q[SAMPLE_POINTS];
    memcpy(q, s.point[0], sizeof q);
    for (size_t i = 0; i < SAMPLE_POINTS; i++) {
        q[i].params = q[i].n = (double)NAN;
        q[i].y = i % 5 ? -1e3 * (double)i : (double)NAN;
    }
    for (size_t i = 0; i < 40; i++) {
        p[i].point = q;
        p[i].n_points = SAMPLE_POINTS;
        p[i].continuous = i % 2;
        p[i].axis = (ons_report_axis)(i % 4);
        p[i].verdict.verdict = (ons_verdict_word)(i % ONS_VERDICT_COUNT);
    }
    sound(&many, &b);
    ons_buf_release(&b);
}

/* Beyond 1,500 series only thresholds are drawn, 300 at most; each has its section all the same. */
static void test_very_many_series(void **state)
{
    (void)state;
    enum { N = 1600 };
    ons_report_series *p = malloc(N * sizeof *p);
    assert_non_null(p);
    for (size_t i = 0; i < N; i++) {
        p[i] = s.series[i % (2 * SAMPLE_SKILLS)];
        p[i].shots = (double)i;
    }
    const ons_report r = {.series = p, .n_series = N};
    ons_buf b;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    sound(&r, &b);
    const char *t = ons_buf_cstr(&b);
    assert_true(times(t, "class=\"f-small\"") <= 300);
    assert_true(times(t, "<details class=\"group\">") >= 4);
    assert_true(times(t, "<details class=\"group\">") <= (size_t)2 * ONS_VERDICT_COUNT);
    assert_int_equal(times(t, "<details"), times(t, "</details>"));
    assert_true(b.len < (size_t)8 << 20);
    ons_buf_release(&b);
    free(p);
}

/* Five hundred abilities with three seeds, one in five with a threshold, each with its continuous
 * metric as a series of its own: a page of 5 MB at most. */
static void test_five_hundred_with_partners(void **state)
{
    (void)state;
    enum { N = 1000 };
    ons_report_series *p = malloc(N * sizeof *p);
    char(*name)[16] = malloc(N * sizeof *name);
    assert_true(p && name);
    for (size_t i = 0; i < N; i++) {
        const size_t k = i / 2 % SAMPLE_SKILLS;
        p[i] = s.series[k + (i % 2 ? SAMPLE_SKILLS : 0)];
        if (i / 2 % 5) p[i].verdict = sample_verdict(k % 2 ? ONS_VERDICT_SMOOTH : ONS_VERDICT_FLAT);
        (void)snprintf(name[i], sizeof *name, "task_%05zu", i / 2);
        p[i].task = ons_str_of(name[i]);
    }
    const ons_report r = {.series = p, .n_series = N};
    ons_buf b;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    sound(&r, &b);
    if (b.len > 5000000) fail_msg("%zu bytes", b.len);
    assert_int_equal(times(ons_buf_cstr(&b), "class=\"f-small\""), N / 2);
    assert_int_equal(times(ons_buf_cstr(&b), "class=\"f-large\""), N);
    ons_buf_release(&b);
    free(name);
    free(p);
}

/* Two families: who has which verdict; and every ability at every size. */
static void test_tables_of_comparison(void **state)
{
    (void)state;
    ons_report_series p[4];
    for (size_t i = 0; i < 4; i++) {
        p[i] = s.series[i % 2];
        p[i].primary = true;
        p[i].continuous = false;
        p[i].family = i < 2 ? ONS_S("one") : ONS_S("two");
        p[i].verdict = sample_verdict(i ? ONS_VERDICT_FLAT : ONS_VERDICT_EMERGENT);
        p[i].point = s.point[i % 2];
        p[i].n_points = SAMPLE_POINTS;
    }
    const ons_report r = {.series = p, .n_series = 4};
    ons_buf b;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    sound(&r, &b);
    const char *t = ons_buf_cstr(&b);
    assert_non_null(strstr(t, "<tr><td class=\"w\">one</td><td>2</td><td>1</td><td>1</td></tr>"));
    assert_non_null(strstr(t, "<tr><td class=\"w\">two</td><td>2</td><td></td><td>2</td></tr>"));
    const char *heat = strstr(t, "class=\"heat\"");
    assert_non_null(heat);
    assert_non_null(strstr(heat, "<td class=\"q9\">100</td>"));
    assert_non_null(strstr(heat, "<td class=\"q0\">"));
    ons_buf_release(&b);
}

/* One task asked with 0, 1 and 8 examples of two families: prompt beside prompt for each family, over
 * scale and over the examples; family beside family for each number of examples. */
static void test_side_by_side(void **state)
{
    (void)state;
    static const double shots[] = {8, 0, 1};
    ons_report_series p[6];
    for (size_t i = 0; i < 6; i++) {
        p[i] = s.series[0];
        p[i].primary = true;
        p[i].shots = shots[i % 3];
        p[i].family = i < 3 ? ONS_S("one <b>") : ONS_S("two");
    }
    ons_report r = {.series = p, .n_series = 6};
    ons_buf b;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    sound(&r, &b);
    const char *t = strstr(ons_buf_cstr(&b), "<section id=\"beside\"");
    assert_non_null(t);
    assert_non_null(strstr(t, "Prompt beside prompt: 2 abilities"));
    assert_non_null(strstr(t, "Family beside family: 3 abilities"));
    assert_non_null(strstr(t, "beside the other over scale: 0 shots, 1 shot, 8 shots"));
    assert_int_equal(times(t, "every size over the examples in the prompt"), 2);
    assert_int_equal(times(t, "family beside family over scale: one &lt;b&gt;, two"), 3);
    assert_non_null(strstr(ons_buf_cstr(&b), "<a href=\"#beside\">"));
    r.n_series = 1;
    sound(&r, &b);
    assert_null(strstr(ons_buf_cstr(&b), "beside"));
    ons_buf_release(&b);
}

/* Ten runs of each size, six of which learned at the second: the share is drawn. */
static void test_share_that_learned(void **state)
{
    (void)state;
    ons_point q[20];
    ons_report_series p = s.series[0];
    for (size_t i = 0; i < 20; i++) {
        q[i] = s.point[0][0];
        q[i].x = i < 10 ? 10 : 11;
        q[i].y = i >= 10 && i < 16 ? .9 : .1;
    }
    p.primary = true;
    p.point = q;
    p.n_points = 20;
    const ons_report r = {.series = &p, .n_series = 1};
    ons_buf b;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    sound(&r, &b);
    assert_int_equal(times(ons_buf_cstr(&b), "share of the runs of one size that learned"), 1);
    assert_non_null(strstr(ons_buf_cstr(&b), ">6/10<"));
    assert_non_null(strstr(ons_buf_cstr(&b), ">0/10<"));
    /* where runs divide there is no line through their middle, in any figure */
    p.verdict.flags |= ONS_FLAG_BIMODAL_SEEDS;
    p.partner.n_points = 0;
    sound(&r, &b);
    const char *t = ons_buf_cstr(&b);
    assert_int_equal(times(t, "class=\"md\""), 1); /* that of the share's own figure */
    assert_int_equal(times(t, "class=\"md sh\""), 1);
    assert_int_equal(times(t, "dotted: share of the runs that learned it"), 1);
    p.n_points = 3; /* too few for a share */
    sound(&r, &b);
    assert_int_equal(times(ons_buf_cstr(&b), "share of the runs of one size that learned"), 0);
    ons_buf_release(&b);
}

/* Losses: one family over compute; families of one budget each over parameters. */
static void test_losses_by_family(void **state)
{
    (void)state;
    ons_report_model m[6];
    for (size_t i = 0; i < 6; i++)
        m[i] = (ons_report_model){.name = ONS_S("m"),
                                  .family = i < 3 ? ONS_S("small") : ONS_S("large"),
                                  .seed = ONS_S("1"),
                                  .params = 1e3 * (double)(1 + i % 3),
                                  .tokens = 1e6,
                                  .flops = i < 3 ? 1e10 : 1e11,
                                  .loss = 2 - .1 * (double)i};
    const ons_report r = {.model = m, .n_models = 6};
    ons_buf b;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    sound(&r, &b);
    assert_non_null(strstr(ons_buf_cstr(&b), "a line is one budget of compute"));
    assert_non_null(strstr(ons_buf_cstr(&b), ">small</text>"));
    m[1].flops = 3e10;
    sound(&r, &b);
    assert_non_null(strstr(ons_buf_cstr(&b), "a line is a family"));
    for (size_t i = 0; i < 6; i++) m[i].family = ONS_S("one");
    sound(&r, &b);
    assert_non_null(strstr(ons_buf_cstr(&b), "at the points: parameters"));
    ons_buf_release(&b);
}

/* The same ability on two axes: the headline counts the first, the other follows under a heading. */
static void test_by_axis(void **state)
{
    (void)state;
    ons_report_series p[4];
    for (size_t i = 0; i < 4; i++) {
        p[i] = s.series[i % 2];
        p[i].primary = true;
        p[i].axis = i < 2 ? ONS_REPORT_PARAMS : ONS_REPORT_TOKENS;
    }
    ons_report r = {.series = p, .n_series = 4, .by_axis = true};
    ons_buf b;
    ons_buf_init(&b, ONS_REPORT_BYTES_MAX);
    sound(&r, &b);
    assert_int_equal(times(ons_buf_cstr(&b), "The same by tokens"), 2);
    assert_non_null(strstr(ons_buf_cstr(&b), "p-values of 2 abilities"));
    r.by_axis = false;
    sound(&r, &b);
    assert_non_null(strstr(ons_buf_cstr(&b), "p-values of 4 abilities"));
    ons_buf_release(&b);
}

static void test_limits_are_errors(void **state)
{
    (void)state;
    static ons_point q[ONS_POINTS_MAX + 1];
    ons_report_series p = s.series[0];
    p.point = q;
    p.n_points = ONS_POINTS_MAX + 1;
    ons_report r = {.series = &p, .n_series = 1};
    ons_buf b;
    ons_buf_init(&b, 1 << 20);
    ons_err err = ONS_ERR_INIT;
    assert_int_equal(ons_report_html(&r, &b, &err), ONS_LIMIT);
    assert_non_null(strstr(err.what, "257 points"));
    p = s.series[0];
    p.example.n_answers = 4;
    assert_int_equal(ons_report_html(&r, &b, &err), ONS_LIMIT);
    ons_buf_release(&b);
    ons_buf_init(&b, 1000);
    assert_int_equal(ons_report_html(&s.report, &b, &err), ONS_LIMIT);
    ons_buf_release(&b);
}

int main(void)
{
    sample_fill(&s);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_method_is_told),
        cmocka_unit_test(test_order_changes_nothing),
        cmocka_unit_test(test_hostile_text_in_every_field),
        cmocka_unit_test(test_odd_studies),
        cmocka_unit_test(test_very_many_series),
        cmocka_unit_test(test_five_hundred_with_partners),
        cmocka_unit_test(test_tables_of_comparison),
        cmocka_unit_test(test_side_by_side),
        cmocka_unit_test(test_share_that_learned),
        cmocka_unit_test(test_losses_by_family),
        cmocka_unit_test(test_by_axis),
        cmocka_unit_test(test_limits_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
