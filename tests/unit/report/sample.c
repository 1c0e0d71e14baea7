#include "sample.h"

#include <math.h>
#include <stdio.h>

#include "base/parse.h"

static const double params[SAMPLE_SIZES] = {2432, 4608, 8192, 16128, 28160, 43520, 59904, 106496};
static const double flops[SAMPLE_SIZES] = {8.3e8,  3.1e9,  1.0e10, 4.1e10,
                                           1.3e11, 3.1e11, 5.9e11, 1.9e12};
static const double loss[SAMPLE_SIZES] = {2.61, 2.32, 2.05, 1.66, 1.12, .71, .49, .18};

/* Mean score in percent and half the spread over seeds; mean log-probability. */
static const struct {
    const char *name, *about;
    ons_verdict_word word;
    ons_metric_check check;
    double chance;
    double score[SAMPLE_SIZES], spread[SAMPLE_SIZES], logprob[SAMPLE_SIZES];
} skill[SAMPLE_SKILLS] = {
    {"digit_sum_steps",
     "Last digit of the sum of five digits, with running sums",
     ONS_VERDICT_EMERGENT,
     ONS_CHECK_ROBUST,
     .102,
     {9.5, 10, 9.9, 11.6, 95, 100, 100, 100},
     {1, 2, 2, 3, 5, 0, 0, 0},
     {-2.32, -2.31, -2.31, -2.28, -.2, -.01, -.01, -.004}},
    {"digit_sum",
     "Last digit of the sum of five digits, at once",
     ONS_VERDICT_FLAT,
     ONS_CHECK_INCONCLUSIVE,
     .102,
     {8.5, 10, 10.2, 9.8, 9.6, 9.4, 10.4, 10},
     {1, 2, 2, 3, 2, 3, 3, 2},
     {-2.35, -2.34, -2.34, -2.33, -2.33, -2.32, -2.32, -2.31}},
    {"add_2",
     "Sum of two numbers of two digits",
     ONS_VERDICT_EMERGENT,
     ONS_CHECK_METRIC_INDUCED,
     0,
     {.5, .8, 1.4, 3, 46, 70, 90, 93},
     {.5, 1, 1, 2, 12, 20, 7, 4},
     {-5, -4.6, -4.1, -3.5, -2.6, -1.2, -.4, -.2}},
    {"add_3",
     "Sum of two numbers of three digits",
     ONS_VERDICT_DELAYED,
     ONS_CHECK_METRIC_INDUCED,
     0,
     {0, 0, .2, .4, 3, 39, 63, 86},
     {0, 0, .4, .4, 4, 22, 25, 12},
     {-7.2, -6.8, -6.3, -5.8, -4.9, -2.4, -1.3, -.5}},
    {"sort",
     "Five letters in alphabetical order",
     ONS_VERDICT_SMOOTH,
     ONS_CHECK_METRIC_INDUCED,
     0,
     {0, 0, 1, 15, 44, 69, 81, 90},
     {0, 0, 1, 8, 9, 6, 5, 2},
     {-9, -7.4, -5.5, -3.2, -1.6, -.8, -.45, -.2}},
    {"unscramble",
     "A word from its letters",
     ONS_VERDICT_SMOOTH,
     ONS_CHECK_NONE,
     0,
     {0, 0, .4, 5, 14, 26, 41, 82},
     {0, 0, .4, 3, 4, 5, 7, 4},
     {-9.9, -9, -7.8, -6.4, -5.1, -4.1, -2.9, -.9}},
    {"wic",
     "Does the word mean the same in both lines?",
     ONS_VERDICT_CANDIDATE,
     ONS_CHECK_MIXED,
     .5,
     {47, 55, 54, 58, 64, 83, 95, 99.6},
     {6, 5, 6, 4, 10, 9, 4, .4},
     {-.8, -.72, -.71, -.69, -.63, -.38, -.15, -.02}},
    {"copy",
     "The same letters again",
     ONS_VERDICT_UNDETERMINED,
     ONS_CHECK_INCONCLUSIVE,
     0,
     {0, 0, 0, 4, 27, 68, 87, 99},
     {0, 0, 0, 5, 24, 22, 14, 1},
     {-11, -9.5, -8.1, -5.9, -3.2, -1.1, -.4, -.03}},
};

static const double lean[SAMPLE_SEEDS] = {-1, .3, .8};

ons_verdict sample_verdict(ons_verdict_word word)
{
    const ons_interval none = {(double)NAN, (double)NAN, (double)NAN};
    const ons_curve no_curve = {.shape = -1};
    return (ons_verdict){.verdict = word,
                         .p_emergent = (double)NAN,
                         .p_above = (double)NAN,
                         .p_absent = (double)NAN,
                         .p_sharp = (double)NAN,
                         .p_unforeseen = (double)NAN,
                         .p_shape = (double)NAN,
                         .lr = (double)NAN,
                         .rho = (double)NAN,
                         .onset = none,
                         .midpoint = none,
                         .width = none,
                         .sharp = no_curve,
                         .smooth = no_curve,
                         .first = (double)NAN,
                         .last = (double)NAN,
                         .upper_bound = (double)NAN,
                         .learned_share = (double)NAN,
                         .breakthroughness = (double)NAN,
                         .linearity = (double)NAN,
                         .items_needed = (double)NAN};
}

static void points(sample *s, size_t k)
{
    for (size_t i = 0; i < SAMPLE_SIZES; i++) {
        for (size_t j = 0; j < SAMPLE_SEEDS; j++) {
            double y = (skill[k].score[i] + lean[(j + k + i) % 3] * skill[k].spread[i]) / 100;
            y = y < 0 ? 0 : y > 1 ? 1 : y;
            ons_point p = {.x = log10(flops[i]),
                           .y = round(256 * y) / 256,
                           .n = 256,
                           .se = (double)NAN,
                           .params = params[i]};
            (void)snprintf(p.seed, sizeof p.seed, "%zu", j + 1);
            s->point[k][i * SAMPLE_SEEDS + j] = p;
            p.y = skill[k].logprob[i] * (1 + .03 * lean[(j + 2 * k + i) % 3]);
            p.se = .02 + .02 * fabs(p.y);
            s->partner[k][i * SAMPLE_SEEDS + j] = p;
        }
    }
}

static void thresholds(ons_verdict *v, double x10, double lo, double hi, double width, double top,
                       double chance)
{
    double half = width / 2;
    v->onset = (ons_interval){x10, lo, hi};
    v->midpoint = (ons_interval){x10 + half, lo + half, hi + half};
    v->width = (ons_interval){width, width / 3, width * 2};
    v->sharp = (ons_curve){0, x10 + half, width, chance, top};
    v->smooth = (ons_curve){0, x10 + .4, 1.5, chance, 1};
}

static void decided(ons_report_series *s)
{
    ons_verdict *v = &s->verdict;
    v->n_models = SAMPLE_POINTS;
    v->n_scales = SAMPLE_SIZES;
    v->sharp = (ons_curve){0, 11.2, 1, s->chance, .95};
    v->smooth = (ons_curve){1, 11.2, 1.6, s->chance, 1};
    s->p_adjusted = 1;
    switch (v->verdict) {
    case ONS_VERDICT_EMERGENT:
        thresholds(v, 10.75, 10.62, 11.0, .3, s->chance > 0 ? .99 : .8, s->chance);
        v->p_above = 1e-9;
        v->p_absent = .0002;
        v->p_sharp = s->chance > 0 ? .0004 : .011;
        v->p_unforeseen = 3e-6;
        v->p_emergent = v->p_sharp;
        s->p_adjusted = s->chance > 0 ? .0032 : .044;
        v->forecast = (ons_forecast){true,
                                     log10(1.3e11),
                                     s->chance > 0 ? .949 : .46,
                                     s->chance + .02,
                                     s->chance - .0,
                                     s->chance + .16,
                                     6.2,
                                     20,
                                     12};
        break;
    case ONS_VERDICT_CANDIDATE:
        thresholds(v, 10.9, 10.5, 11.3, .9, .99, s->chance);
        v->p_above = 1e-6;
        v->p_absent = .004;
        v->p_sharp = .21;
        v->p_unforeseen = .03;
        v->p_emergent = .21;
        break;
    case ONS_VERDICT_FLAT:
        v->upper_bound = .121;
        v->sharp = (ons_curve){.shape = -1};
        v->smooth = (ons_curve){0, 11.2, 4, s->chance - .003, s->chance - .003};
        break;
    case ONS_VERDICT_UNDETERMINED:
        v->onset = (ons_interval){10.5, 10.2, 10.9};
        v->midpoint = (ons_interval){11.3, 11.1, 11.5};
        v->items_needed = 500;
        break;
    case ONS_VERDICT_SHARP_FORESEEABLE:
    case ONS_VERDICT_SMOOTH:
    case ONS_VERDICT_DELAYED:
    case ONS_VERDICT_CONSTANT:
    case ONS_VERDICT_SATURATED:
    case ONS_VERDICT_INVERSE:
    case ONS_VERDICT_U_SHAPED:
    case ONS_VERDICT_INVERTED_U:
    case ONS_VERDICT_NON_MONOTONE:
    case ONS_VERDICT_COUNT:
        break;
    }
}

static void one_skill(sample *s, size_t k)
{
    points(s, k);
    ons_report_series *p = &s->series[2 * k], *q = p + 1;
    *p = (ons_report_series){.family = ONS_S("pocket"),
                             .task = ons_str_of(skill[k].name),
                             .metric = ONS_S("exact_match"),
                             .about = ons_str_of(skill[k].about),
                             .primary = true,
                             .axis = ONS_REPORT_FLOPS,
                             .point = s->point[k],
                             .n_points = SAMPLE_POINTS,
                             .chance = skill[k].chance,
                             .w0 = 1.5,
                             .verdict = sample_verdict(skill[k].word)};
    decided(p);
    ons_report_partner *t = &p->partner;
    t->metric = ONS_S("logprob");
    t->unit = ONS_S("nats");
    t->point = s->partner[k];
    t->n_points = SAMPLE_POINTS;
    double low = skill[k].logprob[0], high = skill[k].logprob[SAMPLE_SIZES - 1];
    t->result.check = skill[k].check;
    t->result.sharp = (ons_curve){0, 10.9, .4, low, high};
    t->result.smooth = (ons_curve){0, 10.9, 2.2, low * 1.05, high};
    p->example =
        (ons_report_example){.question = ONS_S("T75938="),
                             .gold = ONS_S("2"),
                             .n_answers = 3,
                             .answer = {{ONS_S("2k-s1"), 2432, ONS_S("7777"), ONS_NO},
                                        {ONS_S("28k-s1"), 28160, ONS_S("2142"), ONS_YES},
                                        {ONS_S("106k-s1"), 106496, ONS_S("2142"), ONS_YES}}};
    *q = *p;
    q->primary = false;
    q->continuous = true;
    q->metric = ONS_S("logprob");
    q->unit = ONS_S("nats");
    q->point = s->partner[k];
    q->chance = (double)NAN;
    q->p_adjusted = (double)NAN;
    q->verdict = sample_verdict(ONS_VERDICT_SMOOTH);
    q->verdict.smooth = t->result.smooth;
    q->partner = (ons_report_partner){.result = {.check = ONS_CHECK_NONE}};
    q->example = (ons_report_example){0};
}

void sample_fill(sample *s)
{
    static const ons_report_pair recipe[] = {
        {{"tokens", 6}, {"28 * params", 11}},
        {{"optimizer", 9}, {"muon, rate 0.006, momentum 0.95, embedding_rate 0.05", 52}},
        {{"schedule", 8}, {"linear, warmup 0.05, decay 0.30", 31}},
        {{"batch", 5}, {"512 tokens", 10}},
    };
    static const ons_report_pair method[] = {
        {{"false emergence on smooth curves", 32}, {"1.2 % of 1,000 series", 21}},
        {{"sharp jumps found", 17}, {"84 % of 1,000 series", 20}},
    };
    for (size_t k = 0; k < SAMPLE_SKILLS; k++) one_skill(s, k);
    for (size_t i = 0; i < SAMPLE_POINTS; i++) {
        size_t size = i / SAMPLE_SEEDS, seed = i % SAMPLE_SEEDS;
        (void)snprintf(s->name[i], sizeof s->name[i], "%.0fk-s%zu", floor(params[size] / 1000),
                       seed + 1);
        static const char *const text[] = {"1", "2", "3"};
        s->model[i] = (ons_report_model){ons_str_of(s->name[i]),
                                         ONS_S("pocket"),
                                         ons_str_of(text[seed]),
                                         params[size],
                                         28 * params[size],
                                         flops[size],
                                         loss[size] * (1 + .04 * lean[seed])};
    }
    s->report = (ons_report){.study = ONS_S("pocket ladder"),
                             .series = s->series,
                             .n_series = sizeof s->series / sizeof *s->series,
                             .model = s->model,
                             .n_models = SAMPLE_POINTS,
                             .w0 = 1.5,
                             .recipe = recipe,
                             .n_recipe = sizeof recipe / sizeof *recipe,
                             .method = method,
                             .n_method = sizeof method / sizeof *method,
                             .version = ONS_S("onset 0.1.0"),
                             .command = ONS_S("onset report onset.db -o report.html")};
}
