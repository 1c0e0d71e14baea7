/* The sentences, as text. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "sample.h"

#include "report/look.h"
#include "report/sentence.h"

static sample s;

static const ons_report_series *of(const char *task)
{
    for (size_t i = 0; i < s.report.n_series; i++) {
        const ons_report_series *p = &s.series[i];
        if (p->primary && p->task.len == strlen(task) &&
            memcmp(p->task.ptr, task, p->task.len) == 0)
            return p;
    }
    return NULL;
}

static void check(const ons_report_series *p, const char *want)
{
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    assert_int_equal(ons_sentence_verdict(p, &b, NULL), ONS_OK);
    assert_string_equal(ons_buf_cstr(&b), want);
    ons_buf_release(&b);
}

static void test_demo_sentences(void **state)
{
    (void)state;
    check(
        of("digit_sum_steps"),
        "Up to 16,128 parameters the answer is no better than guessing (right in 9.5 % to 12 %, "
        "chance 10 %); from 28,160 on it is right in 95 % to 100 %. No curve that rises over more "
        "than 1.5 decades of compute explains this (p = .0004), and the models below the "
        "threshold foresaw none of it. The log-probability jumps too, and did not rise before, so "
        "the metric did not make the jump.");
    check(
        of("add_2"),
        "Exact match jumps between 16,128 and 28,160 parameters, but the log-probability of the "
        "right answer had been rising steadily since 2,432 parameters: the ability grew smoothly, "
        "the metric hid it.");
    check(of("digit_sum"),
          "Every model guesses (8.6 % to 11 %, chance 10 %). With 256 questions a model, a true "
          "score above 12 % would have been seen.");
    check(of("copy"), "Rises somewhere between 8,192 and 43,520 parameters (0 % to 69 %); eight "
                      "sizes cannot tell a jump from a slope.");
}

/* Since when the continuous metric rises is read off it, not taken for granted. */
static void test_since_when_it_rose(void **state)
{
    (void)state;
    static const struct {
        double y[SAMPLE_SIZES];
        const char *want;
    } t[] = {
        {{-4, -3.5, -3, -2.5, -2, -1.5, -1, -.5},
         "had been rising steadily since 2,432 parameters: the"},
        {{-4, -3.5, -3, -3.5, -2, -1.5, -1, -.5}, "had been rising since 2,432 parameters: the"},
        {{-4, -4.01, -3.4, -2.8, -2.4, -2, -1, -.5},
         "had been rising steadily from 8,192 parameters on: the"},
        {{-4, -3.3, -4, -3.4, -2.8, -2, -1, -.5}, /* falls back to its start */
         "had already risen at 16,128 parameters: the"},
        {{-4, -4, -4, -4, -4, -3.99, -1, -.5}, "had begun to rise before: the"},
        {{-4, -4, -4, -4, -4, -4, -4, -4}, "had begun to rise before: the"},
    };
    for (size_t k = 0; k < sizeof t / sizeof *t; k++) {
        ons_report_series p = *of("add_2");
        ons_point q[SAMPLE_POINTS];
        ons_buf b;
        memcpy(q, p.partner.point, sizeof q);
        for (size_t i = 0; i < SAMPLE_POINTS; i++) {
            q[i].y = t[k].y[i / SAMPLE_SEEDS] + .01 * (double)(i % SAMPLE_SEEDS);
            q[i].se = .05;
        }
        p.partner.point = q;
        ons_buf_init(&b, 1 << 16);
        assert_int_equal(ons_sentence_verdict(&p, &b, NULL), ONS_OK);
        if (!strstr(ons_buf_cstr(&b), t[k].want))
            fail_msg("%zu: '%s', not '%s'", k, ons_buf_cstr(&b), t[k].want);
        for (size_t i = 0; i < SAMPLE_POINTS; i++) q[i].se = (double)NAN; /* scatter alone */
        ons_buf_reset(&b);
        assert_int_equal(ons_sentence_verdict(&p, &b, NULL), ONS_OK);
        if (!strstr(ons_buf_cstr(&b), t[k].want)) fail_msg("%zu: '%s'", k, ons_buf_cstr(&b));
        ons_buf_release(&b);
    }
}

/* Every verdict says something, ends in a full stop, and never the word nan. */
static void test_every_verdict_with_every_check_and_flag(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    for (int v = 0; v < ONS_VERDICT_COUNT; v++) {
        for (int c = 0; c < ONS_CHECK_COUNT; c++) {
            for (int k = 0; k < 8; k++) {
                ons_report_series p = *of(k & 1 ? "digit_sum_steps" : "add_3");
                p.verdict.verdict = (ons_verdict_word)v;
                p.partner.result.check = (ons_metric_check)c;
                p.continuous = k & 2;
                p.verdict.flags = k & 4 ? (1u << ONS_FLAG_COUNT) - 1 : 0;
                if (k == 3) p.chance = (double)NAN;
                p.known = (ons_known){.kind = (ons_known_kind)(k % ONS_KNOWN_COUNT),
                                      .lo = p.point[0].x,
                                      .hi = p.point[p.n_points - 1].x};
                p.known.needs = (ons_needs){.between = (size_t)k, .below = k & 1, .above = k & 2};
                p.known.needs.items = p.known.needs.items_instead = 500;
                if (k == 5) p.n_points = 0;
                ons_buf_reset(&b);
                assert_int_equal(ons_sentence_verdict(&p, &b, NULL), ONS_OK);
                const char *text = ons_buf_cstr(&b);
                assert_true(b.len > 20 && text[b.len - 1] == '.');
                assert_null(strstr(text, "nan"));
                ons_buf_reset(&b);
                assert_int_equal(ons_sentence_change(&p, &b, NULL), ONS_OK);
                assert_true(b.len > 10 && ons_buf_cstr(&b)[b.len - 1] == '.');
                assert_true(strlen(ons_verdict_label(&p)) <= 23);
            }
        }
    }
    ons_buf_release(&b);
}

static void test_scale_in_the_words_of_the_axis(void **state)
{
    (void)state;
    ons_report_series p = *of("digit_sum_steps");
    ons_point q[SAMPLE_POINTS];
    memcpy(q, p.point, sizeof q);
    for (size_t i = 0; i < SAMPLE_POINTS; i++) q[i].params = (double)NAN;
    p.point = q;
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    assert_int_equal(ons_sentence_verdict(&p, &b, NULL), ONS_OK);
    assert_non_null(strstr(ons_buf_cstr(&b), "Up to 4.1×10¹⁰ FLOPs the"));
    assert_null(strstr(ons_buf_cstr(&b), "parameters"));
    ons_buf_release(&b);
}

static void test_study(void **state)
{
    (void)state;
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    assert_int_equal(ons_sentence_study(&s.report, &b, NULL), ONS_OK);
    assert_string_equal(
        ons_buf_cstr(&b),
        "One of eight abilities emerged: digit_sum_steps is no better than guessing up to 16,128 "
        "parameters and right in 95 to 100 % from 28,160 on. What looked like a jump in add_2 was "
        "made by "
        "the way of scoring; wic may have jumped, but the sizes measured cannot prove it; add_3, "
        "sort and unscramble grew gradually; digit_sum never came; copy cannot be decided yet.");
    ons_buf_reset(&b);
    assert_int_equal(ons_sentence_facts(&s.report, &b, NULL), ONS_OK);
    assert_string_equal(ons_buf_cstr(&b), "8 models of 2,432 to 106,496 parameters, 3 seeds, 8 "
                                          "abilities, 256 questions each");
    ons_buf_reset(&b);
    ons_report none = {0};
    assert_int_equal(ons_sentence_study(&none, &b, NULL), ONS_OK);
    assert_string_equal(ons_buf_cstr(&b), "There are no scores, so there is nothing to decide.");
    ons_buf_reset(&b);
    ons_report_series blind[2] = {*of("add_2"), *of("wic")};
    for (size_t i = 0; i < 2; i++) {
        blind[i].verdict = sample_verdict(ONS_VERDICT_UNDETERMINED);
        blind[i].verdict.flags = ONS_FLAG_NO_SCALE;
        blind[i].n_points = 0;
    }
    none = (ons_report){.series = blind, .n_series = 2};
    assert_int_equal(ons_sentence_study(&none, &b, NULL), ONS_OK);
    assert_string_equal(ons_buf_cstr(&b),
                        "No scale is known for any of these models (parameters, tokens, FLOPs or "
                        "loss), so nothing can be said about growth.");
    ons_buf_reset(&b);
    blind[0] = *of("add_2");
    blind[0].primary = blind[1].primary = false;
    assert_int_equal(ons_sentence_study(&none, &b, NULL), ONS_OK);
    assert_non_null(strstr(ons_buf_cstr(&b), "None of these metrics counts right answers"));
    ons_buf_release(&b);
}

static void test_the_study_says_what_is_emergent_only_alone(void **state)
{
    (void)state;
    ons_report_series two[2] = {*of("digit_sum_steps"), *of("digit_sum")};
    const ons_report r = {.series = two, .n_series = 2};
    ons_buf b;
    two[0].p_adjusted = .06;
    ons_buf_init(&b, 1 << 16);
    assert_int_equal(ons_sentence_study(&r, &b, NULL), ONS_OK);
    assert_string_equal(
        ons_buf_cstr(&b),
        "Nothing emerged: of two abilities, none appeared suddenly as models grew. digit_sum_steps "
        "may have jumped, but the sizes measured cannot prove it; digit_sum never came. "
        "digit_sum_steps is emergent taken alone, but not when the number of abilities tested is "
        "allowed for.");
    ons_buf_release(&b);
}

static void check_study(const ons_report_series *one, const char *want)
{
    const ons_report r = {.series = one, .n_series = 1};
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    assert_int_equal(ons_sentence_study(&r, &b, NULL), ONS_OK);
    assert_string_equal(ons_buf_cstr(&b), want);
    ons_buf_release(&b);
}

/* Both ends are the range of the scales there, never the mean of one beside a single score. */
static void test_a_study_of_one_ability(void **state)
{
    (void)state;
    ons_report_series one = *of("digit_sum_steps");
    check_study(&one, "digit_sum_steps emerged at about 19 k parameters: it is no better than "
                      "guessing up to 16,128 parameters and right in 95 to 100 % from 28,160 on.");
    one.chance = 0;
    check_study(&one, "digit_sum_steps emerged at about 19 k parameters: it is right in 9.5 to 12 "
                      "% up to 16,128 parameters and in 95 to 100 % from 28,160 on.");
    one.verdict.onset = one.verdict.midpoint = (ons_interval){NAN, NAN, NAN};
    check_study(&one, "digit_sum_steps emerged.");
}

static void test_an_adjusted_p_takes_the_headline_away(void **state)
{
    (void)state;
    ons_report_series p = *of("digit_sum_steps");
    assert_true(ons_series_emerged(&p));
    p.p_adjusted = .06;
    assert_false(ons_series_emerged(&p));
    assert_true(ons_series_emerged_alone(&p));
    p.p_adjusted = (double)NAN;
    assert_false(ons_series_emerged_alone(&p));
    p.partner.result.check = ONS_CHECK_METRIC_INDUCED;
    assert_false(ons_series_emerged(&p));
    assert_true(ons_series_metric_jump(&p));
}

int main(void)
{
    sample_fill(&s);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_demo_sentences),
        cmocka_unit_test(test_since_when_it_rose),
        cmocka_unit_test(test_every_verdict_with_every_check_and_flag),
        cmocka_unit_test(test_scale_in_the_words_of_the_axis),
        cmocka_unit_test(test_study),
        cmocka_unit_test(test_a_study_of_one_ability),
        cmocka_unit_test(test_the_study_says_what_is_emergent_only_alone),
        cmocka_unit_test(test_an_adjusted_p_takes_the_headline_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
