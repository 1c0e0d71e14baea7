/* Rows to series: axes, W0, ranges, numbers of items, chance, partners, order. */
#include <math.h>
#include <string.h>

#include "tst_num.h"

#include "base/parse.h"
#include "base/rng.h"
#include "study/series.h"
#include "study/verdict_json.h"
#include "text/json.h"

static ons_score row(const char *task, const char *metric, size_t i, double score)
{
    static const char *const model[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    const double no = (double)NAN;
    return (ons_score){.family = ONS_S("F"),
                       .model = ons_str_of(model[i % 8]),
                       .task = ons_str_of(task),
                       .metric = ons_str_of(metric),
                       .prompt = ONS_S(""),
                       .seed = ONS_S(""),
                       .note = ONS_S(""),
                       .params = pow(10, 8 + .4 * (double)i),
                       .tokens = no,
                       .flops = no,
                       .loss = no,
                       .shots = 0,
                       .n_items = 500,
                       .score = score,
                       .std_err = no,
                       .random_baseline = no,
                       .high_score = no,
                       .higher_is_better = ONS_UNKNOWN,
                       .primary = ONS_UNKNOWN};
}

static void build(const ons_score *r, size_t n, ons_axis axis, ons_arena *a, ons_series_set *set)
{
    const ons_series_options o = {.axes = axis == ONS_AXIS_AUTO ? 0 : 1u << axis,
                                  .w0 = (double)NAN};
    ons_score *copy; /* it is sorted, and lives as long as the set */
    ons_arena_init(a, 0);
    assert_int_equal(ONS_NEW(a, n + 1, &copy, NULL), ONS_OK);
    memcpy(copy, r, n * sizeof *copy);
    assert_int_equal(ons_series_set_build(copy, n, &o, a, set, NULL), ONS_OK);
}

static void test_axis_and_width(void **state)
{
    (void)state;
    ons_score r[6];
    ons_arena a;
    ons_series_set set;
    for (size_t i = 0; i < 6; i++) r[i] = row("t", "acc", i, .5);
    build(r, 6, ONS_AXIS_AUTO, &a, &set);
    assert_int_equal(set.series[0].axis, ONS_AXIS_PARAMS);
    tst_close(set.series[0].series.w0, 1.5, 1e-12, 0); /* tokens unknown */
    tst_close(set.series[0].series.point[2].x, 8.8, 1e-9, 0);
    ons_arena_clear(&a);
    for (size_t i = 0; i < 6; i++) r[i].tokens = 20 * r[i].params; /* compute-optimal */
    build(r, 6, ONS_AXIS_PARAMS, &a, &set);
    tst_close(set.series[0].series.w0, .75, 1e-9, 0);
    ons_arena_clear(&a);
    for (size_t i = 0; i < 6; i++) r[i].tokens = 300e9;
    build(r, 6, ONS_AXIS_PARAMS, &a, &set);
    tst_close(set.series[0].series.w0, 1.5, 1e-9, 0);
    ons_arena_clear(&a);
    for (size_t i = 0; i < 6; i++) r[i].flops = i == 3 ? (double)NAN : 1e20; /* not every row */
    build(r, 6, ONS_AXIS_AUTO, &a, &set);
    assert_int_equal(set.series[0].axis, ONS_AXIS_PARAMS);
    ons_arena_clear(&a);
    for (size_t i = 0; i < 6; i++) r[i].loss = 3 - .1 * (double)i;
    build(r, 6, ONS_AXIS_LOSS, &a, &set);
    tst_close(set.series[0].series.w0, .35, 0, 0);
    tst_close(set.series[0].series.point[0].x, -3, 0, 0);
    ons_arena_clear(&a);
    for (size_t i = 0; i < 6; i++) r[i].params = r[i].tokens = r[i].flops = r[i].loss = (double)NAN;
    build(r, 6, ONS_AXIS_AUTO, &a, &set);
    assert_int_equal(ons_series_set_decide(&set, 1, 0, NULL, NULL), ONS_OK);
    assert_int_equal(set.series[0].verdict.verdict, ONS_VERDICT_UNDETERMINED);
    assert_int_equal(set.series[0].verdict.flags, ONS_FLAG_NO_SCALE);
    ons_arena_clear(&a);
}

/* An axis that was asked for takes what it finds, and says how much it did not. */
static void test_rows_off_the_axis_are_counted(void **state)
{
    (void)state;
    ons_score r[12];
    ons_arena a;
    ons_series_set set;
    for (size_t i = 0; i < 12; i++) {
        r[i] = row(i < 6 ? "t" : "u", "acc", i % 6, .5);
        if (i < 4) r[i].tokens = 1e9; /* two of t and all of u have none */
    }
    build(r, 12, ONS_AXIS_TOKENS, &a, &set);
    assert_int_equal(set.n_rows, 12);
    assert_int_equal(set.n_off_axis, 8);
    assert_int_equal(set.series[0].series.n_points, 4);
    assert_int_equal(set.series[1].flags, ONS_FLAG_NO_SCALE);
    ons_arena_clear(&a);
    build(r, 12, ONS_AXIS_AUTO, &a, &set);
    assert_int_equal(set.n_off_axis, 0);
    ons_arena_clear(&a);
}

/* Two sizes, three checkpoints each; the last one is the end. */
static void fill_runs(ons_score *r)
{
    for (size_t i = 0; i < 6; i++) {
        r[i] = row("t", "acc", i, .1 * (double)i);
        r[i].params = i < 3 ? 28e3 : 106e3;
        r[i].tokens = 1e6 * (double)(1 + i % 3);
        r[i].flops = 6 * r[i].params * r[i].tokens;
        r[i].intermediate = i % 3 < 2 ? ONS_YES : ONS_NO;
    }
}

static void test_checkpoints_on_the_way(void **state)
{
    (void)state;
    ons_score r[6];
    ons_arena a;
    ons_series_set set;
    fill_runs(r);
    build(r, 6, ONS_AXIS_AUTO, &a, &set); /* the ends of the runs alone */
    assert_int_equal(set.n, 1);
    assert_int_equal(set.series[0].axis, ONS_AXIS_FLOPS);
    assert_int_equal(set.series[0].series.n_points, 2);
    ons_arena_clear(&a);
    build(r, 6, ONS_AXIS_TOKENS, &a, &set); /* a series of each size */
    assert_int_equal(set.n, 2);
    assert_true(ons_str_eq(set.series[0].family, ONS_S("F 28k")));
    assert_true(ons_str_eq(set.series[1].family, ONS_S("F 106k")));
    assert_int_equal(set.series[1].series.n_points, 3);
    assert_true(set.series[0].primary && set.series[1].primary);
    ons_arena_clear(&a);
    for (size_t i = 0; i < 6; i++) r[i].intermediate = ONS_NO;
    build(r, 6, ONS_AXIS_TOKENS, &a, &set); /* of models, not of runs */
    assert_int_equal(set.n, 1);
    ons_arena_clear(&a);
}

static void test_a_run_has_the_size_of_its_name(void **state)
{
    (void)state;
    static const struct {
        const char *model;
        double params;
        const char *family;
    } c[] = {{"pythia-410m@step3000", 405334016, "F 410M"},
             {"pythia-160m-deduped@step512", 162322944, "F 160M"},
             {"Pythia 2.8B", 2775208960, "F 2.8B"},
             {"s1_28K@step10", 28160, "F 28k"},
             {"gpt-7b", 1e9, "F 1B"}, /* not the size counted */
             {"run@410m", 405e6, "F 405M"},
             {"410", 410, "F 410"},
             {"", 405e6, "F 405M"}};
    for (size_t k = 0; k < sizeof c / sizeof *c; k++) {
        ons_score r[6];
        ons_arena a;
        ons_series_set set;
        fill_runs(r);
        for (size_t i = 0; i < 6; i++) {
            r[i].model = ons_str_of(c[k].model);
            r[i].params = c[k].params;
            r[i].tokens = 1e6 * (double)(i + 1);
        }
        build(r, 6, ONS_AXIS_TOKENS, &a, &set);
        assert_int_equal(set.n, 1);
        if (!ons_str_eq(set.series[0].family, ons_str_of(c[k].family)))
            print_error("%s: " ONS_STR_FMT "\n", c[k].model, ONS_STR(set.series[0].family));
        assert_true(ons_str_eq(set.series[0].family, ons_str_of(c[k].family)));
        ons_arena_clear(&a);
    }
}

static void test_several_axes(void **state)
{
    (void)state;
    ons_score r[6];
    ons_series_set set;
    ons_arena a;
    const ons_series_options o = {.axes = 1u << ONS_AXIS_PARAMS | 1u << ONS_AXIS_TOKENS |
                                          1u << ONS_AXIS_LOSS,
                                  .w0 = (double)NAN};
    fill_runs(r);
    ons_arena_init(&a, 0);
    assert_int_equal(ons_series_set_build(r, 6, &o, &a, &set, NULL), ONS_OK);
    assert_int_equal(set.n, 4); /* params; tokens of two sizes; loss, which no row has */
    assert_int_equal(set.series[0].axis, ONS_AXIS_PARAMS);
    assert_int_equal(set.series[1].axis, ONS_AXIS_TOKENS);
    assert_int_equal(set.series[3].axis, ONS_AXIS_LOSS);
    assert_true(set.series[3].flags & ONS_FLAG_NO_SCALE);
    assert_int_equal(set.n_off_axis, 2);
    for (size_t i = 0; i < set.n; i++) assert_true(set.series[i].primary);
    ons_arena_clear(&a);
}

static void test_ranges_items_and_chance(void **state)
{
    (void)state;
    ons_score r[6];
    ons_arena a;
    ons_series_set set;
    for (size_t i = 0; i < 6; i++) { /* percent, items by the standard error or not at all */
        r[i] = row("t", "exact_match", i, 20);
        r[i].high_score = 100;
        r[i].n_items = (double)NAN;
        if (i < 4) r[i].std_err = 4;
    }
    build(r, 6, ONS_AXIS_AUTO, &a, &set);
    tst_close(set.series[0].series.point[0].y, .2, 1e-12, 0);
    tst_close(set.series[0].series.point[0].n, 101, 0, 0); /* .16 / .04² + 1 */
    tst_close(set.series[0].series.point[5].n, 101, 0, 0); /* the median of the others */
    tst_close(set.series[0].series.chance, 0, 0, 0);
    assert_int_equal(set.series[0].flags, ONS_FLAG_N_ASSUMED);
    ons_arena_clear(&a);
    for (size_t i = 0; i < 6; i++) r[i] = row("t", "acc", i, .3);
    build(r, 6, ONS_AXIS_AUTO, &a, &set);
    assert_true(isnan(set.series[0].series.chance));
    assert_int_equal(set.series[0].flags, ONS_FLAG_CHANCE_UNKNOWN);
    ons_arena_clear(&a);
    for (size_t i = 0; i < 6; i++) r[i] = row("t", "perplexity", i, 30 - (double)i);
    build(r, 6, ONS_AXIS_AUTO, &a, &set);
    assert_true(set.series[0].series.continuous);
    tst_close(set.series[0].series.point[0].y, -30, 0, 0); /* lower is better */
    assert_true(isnan(set.series[0].series.chance));
    ons_arena_clear(&a);
    for (size_t i = 0; i < 6; i++) { /* a gain: no range, but a zero that the rows give */
        r[i] = row("t", "gain", i, i < 4 ? -.01 : .3);
        r[i].std_err = .01;
        r[i].random_baseline = 0;
    }
    build(r, 6, ONS_AXIS_AUTO, &a, &set);
    assert_true(set.series[0].series.continuous);
    tst_close(set.series[0].series.chance, 0, 0, 0);
    assert_true(isnan(set.series[0].series.ceiling));
    assert_true(set.series[0].primary);
    ons_arena_clear(&a);
}

/* The questions behind a score are those behind another metric of the same answers. */
static void test_items_of_other_metrics(void **state)
{
    (void)state;
    ons_score r[16];
    ons_arena a;
    ons_series_set set;
    for (size_t i = 0; i < 8; i++) {
        r[i] = row("t", "multiple_choice_grade", i, .5);
        r[i].n_items = i == 3 ? 40 : 56;
        r[8 + i] = row("t", "macro_f1", i, .4);
        r[8 + i].n_items = (double)NAN;
    }
    r[8 + 5].shots = 3; /* other answers: nothing is known of them */
    build(r, 16, ONS_AXIS_AUTO, &a, &set);
    assert_int_equal(set.n, 3);
    const ons_study_series *s = &set.series[0];
    assert_true(ons_str_eq(s->metric, ONS_S("macro_f1")));
    assert_false(s->series.continuous);
    assert_int_equal(s->flags & ONS_FLAG_N_ASSUMED, 0);
    assert_int_equal(s->series.n_points, 7);
    for (size_t i = 0; i < 7; i++) tst_close(s->series.point[i].n, i == 3 ? 40 : 56, 0, 0);
    assert_true(set.series[1].flags & ONS_FLAG_N_ASSUMED);
    ons_arena_clear(&a);
    for (size_t i = 8; i < 16; i++) r[i].metric = ONS_S("normalized_aggregate_score");
    build(r, 16, ONS_AXIS_AUTO, &a, &set);
    for (size_t i = 0; i < set.n; i++)
        if (ons_str_eq(set.series[i].metric, ONS_S("normalized_aggregate_score")))
            assert_true(set.series[i].flags & ONS_FLAG_N_ASSUMED);
    ons_arena_clear(&a);
}

static void test_primary_and_partner(void **state)
{
    (void)state;
    static const char *const metric[] = {"acc_norm", "acc", "logprob", "exact_match"};
    ons_score r[24];
    ons_arena a;
    ons_series_set set;
    for (size_t m = 0; m < 4; m++)
        for (size_t i = 0; i < 6; i++)
            r[6 * m + i] = row("t", metric[m], i, m == 2 ? -2 + .1 * (double)i : .1 * (double)i);
    build(r, 24, ONS_AXIS_AUTO, &a, &set);
    assert_int_equal(set.n, 4);
    size_t n_primary = 0;
    for (size_t i = 0; i < 4; i++) {
        n_primary += set.series[i].primary;
        if (!set.series[i].primary) continue;
        assert_true(ons_str_eq(set.series[i].metric, ONS_S("exact_match")));
        assert_true(ons_str_eq(set.series[set.series[i].partner].metric, ONS_S("logprob")));
    }
    assert_int_equal(n_primary, 1);
    ons_arena_clear(&a);
}

/* A table without numbers of items is read with an assumed error; its accuracy counts all the
 * same, but never before one whose items are known. */
static void test_primary_without_items(void **state)
{
    (void)state;
    ons_score r[18];
    ons_arena a;
    ons_series_set set;
    for (size_t i = 0; i < 6; i++) {
        r[i] = row("t", "acc", i, .1 * (double)i);
        r[i].n_items = (double)NAN;
        r[6 + i] = row("u", "macro_f1", i, .1 * (double)i);
        r[6 + i].n_items = (double)NAN;
        r[12 + i] = row("u", "multiple_choice_grade", i, .1 * (double)i);
    }
    build(r, 18, ONS_AXIS_AUTO, &a, &set);
    assert_int_equal(set.n, 3);
    assert_true(set.series[0].series.continuous); /* Gaussian mode */
    assert_true(set.series[0].flags & ONS_FLAG_N_ASSUMED);
    tst_close(set.series[0].series.point[0].se, .02, 1e-12, 0);
    assert_true(set.series[0].primary);
    assert_false(set.series[1].primary);
    assert_true(set.series[2].primary);
    assert_int_equal(ons_series_set_decide(&set, 1, 0, NULL, NULL), ONS_OK);
    assert_true(isfinite(set.series[0].p_adjusted));
    assert_true(isnan(set.series[1].p_adjusted));
    ons_arena_clear(&a);
}

/* Two metrics of one task: the series of `want` is primary; its partner is `partner`, "" for
 * none. */
static void expect_choice(const char *one, const char *other, const char *want, const char *partner)
{
    ons_score r[12];
    ons_arena a;
    ons_series_set set;
    bool seen = false;
    for (size_t i = 0; i < 6; i++) {
        r[i] = row("t", one, i, .1 * (double)i);
        r[6 + i] = row("t", other, i, .1 * (double)i);
    }
    build(r, 12, ONS_AXIS_AUTO, &a, &set);
    for (size_t i = 0; i < set.n; i++) {
        const ons_study_series *s = &set.series[i];
        if (!s->primary) continue;
        seen = true;
        const ons_str p = s->partner == ONS_NO_PARTNER ? ONS_S("") : set.series[s->partner].metric;
        if (!ons_str_eq(s->metric, ons_str_of(want)) || !ons_str_eq(p, ons_str_of(partner)))
            fail_msg("%s, %s: primary " ONS_STR_FMT ", partner " ONS_STR_FMT, one, other,
                     ONS_STR(s->metric), ONS_STR(p));
    }
    assert_true(seen);
    ons_arena_clear(&a);
}

static void test_which_metric_counts(void **state)
{
    (void)state;
    expect_choice("acc", "solve_rate", "acc", "");
    expect_choice("em", "acc", "em", "");
    expect_choice("acc", "exact_match", "exact_match", "");
    expect_choice("acc_norm", "acc", "acc", "");
    expect_choice("multiple_choice_grade", "macro_f1", "multiple_choice_grade", "");
    expect_choice("bleu", "zz_grade", "zz_grade", "");
    expect_choice("bleu_mb", "zz_grade", "zz_grade", "");
    expect_choice("rouge2", "zz_grade", "zz_grade", "");
    expect_choice("pct_stereotype", "zz_grade", "zz_grade", "");
    expect_choice("bleu", "bleu", "bleu", ""); /* where there is nothing else */
    expect_choice("pct_stereotype", "pct_stereotype", "pct_stereotype", "");
}

static void test_which_partner_belongs(void **state)
{
    (void)state;
    /* Calibration says whether a model knows what it knows, not what it can do. */
    expect_choice("acc", "ece", "acc", "");
    expect_choice("acc", "expected_calibration_error", "acc", "");
    expect_choice("acc", "brier_score", "acc", "brier_score");
    expect_choice("acc", "mean_loss", "acc", "mean_loss");
    static const char *const metric[] = {"acc", "brier_score", "ece", "ter",
                                         "weighted_log_probabilities"};
    ons_score r[30];
    ons_arena a;
    ons_series_set set;
    for (size_t i = 0; i < 30; i++) r[i] = row("t", metric[i / 6], i % 6, .1 * (double)(i % 6));
    build(r, 30, ONS_AXIS_AUTO, &a, &set);
    assert_true(set.series[0].primary);
    assert_int_equal(set.series[0].partner, 4); /* log-probabilities before Brier before the rest */
    ons_arena_clear(&a);
    build(r, 24, ONS_AXIS_AUTO, &a, &set);
    assert_int_equal(set.series[0].partner, 1);
    ons_arena_clear(&a);
    for (size_t i = 12; i < 18; i++) r[i].primary = ONS_YES; /* a row's own word comes first */
    build(r, 30, ONS_AXIS_AUTO, &a, &set);
    assert_true(set.series[2].primary);
    assert_false(set.series[0].primary);
    ons_arena_clear(&a);
}

/* Losses and Brier scores of published tables: inside 0..1 and still no fractions. */
static void test_losses_of_tables(void **state)
{
    (void)state;
    static const char *const metric[] = {"calibration_multiple_choice_brier_score", "mean_loss",
                                         "tc_brier_loss"};
    for (size_t m = 0; m < 3; m++) {
        ons_score r[12];
        ons_arena a;
        ons_series_set set;
        for (size_t i = 0; i < 6; i++) {
            r[i] = row("t", metric[m], i, .6 - .1 * (double)i);
            r[i].n_items = (double)NAN;
            r[6 + i] = row("t", "zz_grade", i, .1 * (double)i);
        }
        build(r, 12, ONS_AXIS_AUTO, &a, &set);
        assert_true(set.series[0].series.continuous);
        assert_false(set.series[0].primary);
        assert_int_equal(set.series[0].flags, 0);
        tst_close(set.series[0].series.point[0].y, -.6, 0, 0);
        assert_true(set.series[1].primary);
        assert_int_equal(set.series[1].partner, 0);
        ons_arena_clear(&a);
    }
}

static void test_too_many_points(void **state)
{
    (void)state;
    static ons_score r[ONS_POINTS_MAX + 1];
    ons_arena a;
    ons_series_set set;
    for (size_t i = 0; i < ONS_POINTS_MAX + 1; i++) r[i] = row("t", "acc", i % 8, .5);
    build(r, ONS_POINTS_MAX + 1, ONS_AXIS_AUTO, &a, &set);
    assert_true(set.series[0].too_long);
    assert_int_equal(ons_series_set_decide(&set, 1, 0, NULL, NULL), ONS_OK);
    assert_int_equal(set.series[0].verdict.verdict, ONS_VERDICT_UNDETERMINED);
    ons_arena_clear(&a);
}

static void test_order_changes_nothing(void **state)
{
    (void)state;
    ons_score r[24];
    ons_buf want, got;
    ons_rng rng = ons_rng_make(3, 3);
    ons_buf_init(&want, 1 << 20);
    ons_buf_init(&got, 1 << 20);
    for (size_t i = 0; i < 24; i++)
        r[i] = row(i < 8 ? "u" : i < 16 ? "t" : "s", "exact_match", i % 8, i % 8 > 4 ? .9 : .002);
    for (int round = 0; round < 4; round++) {
        ons_arena a;
        ons_series_set set;
        build(r, 24, ONS_AXIS_AUTO, &a, &set);
        assert_int_equal(ons_series_set_decide(&set, 1 + (size_t)round % 3, 0, NULL, NULL), ONS_OK);
        ons_buf_reset(&got);
        for (size_t i = 0; i < set.n; i++)
            ons_verdict_json(&set.series[i], ONS_S("why"), true, round ? &got : &want);
        if (round) assert_string_equal(ons_buf_cstr(&want), ons_buf_cstr(&got));
        ons_arena_clear(&a);
        for (size_t i = 23; i > 0; i--) {
            size_t j = ons_rng_below(&rng, (uint32_t)i + 1);
            ons_score t = r[i];
            r[i] = r[j];
            r[j] = t;
        }
    }
    ons_str rest = ons_buf_str(&want), line;
    (void)ons_str_cut(&rest, '\n', &line);
    ons_json *doc;
    assert_int_equal(ons_json_parse(line, &doc, NULL), ONS_OK);
    ons_json_at root = ons_json_root(doc);
    static const char *const keys[] = {
        "family",     "task",     "metric",      "shots",   "prompt",       "axis",
        "w0",         "n_models", "n_scales",    "verdict", "metric_check", "flags",
        "p_emergent", "p",        "p_adjusted",  "onset",   "midpoint",     "width",
        "forecast",   "reason",   "descriptive", "known"};
    assert_int_equal(ons_json_len(&root), sizeof keys / sizeof *keys);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        bool there = false;
        for (size_t j = 0; j < ons_json_len(&root); j++)
            there = there || strcmp(ons_json_item(&root, j).key, keys[i]) == 0;
        assert_true(there);
    }
    ons_json_free(doc);
    ons_buf_release(&want);
    ons_buf_release(&got);
}

/* Chosen tasks keep their verdicts, adjusted p-values and partners. */
static void test_keep_tasks(void **state)
{
    (void)state;
    static const struct {
        const char *patterns;
        size_t n;
        const char *hint; /* of what fails */
    } c[] = {{"add_2", 2, NULL},  {"add_*", 4, NULL},    {"sort, add_?", 5, NULL}, {"*", 5, NULL},
             {"add", 0, "add_2"}, {"adds_", 0, "add_2"}, {"", 0, "add_2"}};
    ons_score r[5 * 8];
    for (size_t i = 0; i < 8; i++) {
        r[i] = row("add_2", "exact_match", i, i < 4 ? .01 : .8);
        r[8 + i] = row("add_2", "logprob", i, -3 + .3 * (double)i);
        r[16 + i] = row("add_3", "exact_match", i, .01 * (double)i);
        r[24 + i] = row("add_3", "logprob", i, -5 + .1 * (double)i);
        r[32 + i] = row("sort", "exact_match", i, .1 * (double)i);
    }
    for (size_t k = 0; k < sizeof c / sizeof *c; k++) {
        ons_arena a;
        ons_series_set all, set;
        ons_err err = ONS_ERR_INIT;
        build(r, 40, ONS_AXIS_AUTO, &a, &all);
        assert_int_equal(ons_series_set_decide(&all, 1, 0, NULL, NULL), ONS_OK);
        assert_int_equal(all.n, 5);
        ons_study_series before[5];
        memcpy(before, all.series, sizeof before);
        set = all;
        const ons_status st = ons_series_set_keep(&set, ons_str_of(c[k].patterns), &a, &err);
        assert_int_equal(st, c[k].hint ? ONS_USAGE : ONS_OK);
        if (c[k].hint) assert_non_null(strstr(err.hint, c[k].hint));
        if (!c[k].hint) assert_int_equal(set.n, c[k].n);
        for (size_t i = 0, j = 0; !c[k].hint && i < set.n; i++, j++) {
            const ons_study_series *s = &set.series[i];
            while (!ons_str_eq(before[j].task, s->task) || !ons_str_eq(before[j].metric, s->metric))
                j++;
            assert_int_equal(s->verdict.verdict, before[j].verdict.verdict);
            tst_close(s->p_adjusted, before[j].p_adjusted, 0, 0);
            assert_int_equal(s->partner == ONS_NO_PARTNER, before[j].partner == ONS_NO_PARTNER);
            if (s->partner == ONS_NO_PARTNER) continue;
            assert_true(ons_str_eq(set.series[s->partner].task, s->task));
            assert_true(ons_str_eq(set.series[s->partner].metric, ONS_S("logprob")));
        }
        ons_arena_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_axis_and_width),
        cmocka_unit_test(test_rows_off_the_axis_are_counted),
        cmocka_unit_test(test_checkpoints_on_the_way),
        cmocka_unit_test(test_a_run_has_the_size_of_its_name),
        cmocka_unit_test(test_several_axes),
        cmocka_unit_test(test_ranges_items_and_chance),
        cmocka_unit_test(test_items_of_other_metrics),
        cmocka_unit_test(test_primary_and_partner),
        cmocka_unit_test(test_primary_without_items),
        cmocka_unit_test(test_which_metric_counts),
        cmocka_unit_test(test_which_partner_belongs),
        cmocka_unit_test(test_losses_of_tables),
        cmocka_unit_test(test_too_many_points),
        cmocka_unit_test(test_order_changes_nothing),
        cmocka_unit_test(test_keep_tasks),
    };
    return cmocka_run_group_tests_name("study, series", tests, NULL, NULL);
}
