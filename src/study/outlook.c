#include "study/outlook.h"

#include <math.h>

#include "os/pool.h"

#define SLACK 1e-9 /* of an end of an interval that is the end of the range */

typedef struct work {
    const ons_series_set *set;
    ons_outlook_series *series;
    size_t n_out;
} work;

static ons_status predict_one(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    const work *w = ctx;
    ons_outlook_series *s = &w->series[i];
    size_t n = 0;
    ONS_TRY(ons_predict_make(&s->of->series, w->n_out, s->prediction, &s->n, err));
    if (s->two_stage && s->n)
        ONS_TRY(ons_predict_two_stage(&s->of->series, &w->set->series[s->of->partner].series,
                                      w->n_out, s->two_stage, &n, err));
    if (n == 0) s->two_stage = NULL;
    return ons_predict_history(&s->of->series, s->history, &s->n_history, &s->horizon, err);
}

static bool is_fraction(const ons_study_series *s)
{
    return !s->series.continuous || s->series.n_assumed;
}

static void add_one(ons_outlook_score *to, const ons_predictive *q, double observed, bool fraction)
{
    to->coverage += q->lo - SLACK <= observed && observed <= q->hi + SLACK;
    to->log_score += q->log_score;
    if (fraction) to->error += fabs(q->median - observed);
}

static void add(ons_outlook *o, const ons_outlook_series *s)
{
    bool fraction = is_fraction(s->of);
    for (size_t i = 0; i < s->n; i++) {
        const ons_prediction *p = &s->prediction[i];
        o->n_predictions++;
        o->n_fractions += fraction;
        o->n_paired += s->two_stage != NULL;
        if (s->two_stage) add_one(&o->two_stage, &s->two_stage[i], p->observed, true);
        for (int m = 0; m < ONS_PREDICT_COUNT; m++) {
            add_one(&o->by[m], &p->by[m], p->observed, fraction);
            if (s->two_stage) add_one(&o->paired[m], &p->by[m], p->observed, true);
        }
    }
}

/* 0 / 0 is what there is to say of nothing. */
static void mean_of(ons_outlook_score *s, double n, double n_fractions)
{
    s->coverage /= n;
    s->log_score /= n;
    s->error /= n_fractions;
}

static void score(ons_outlook *o)
{
    for (size_t i = 0; i < o->n_series; i++) {
        add(o, &o->series[i]);
        o->n_short += o->series[i].n == 0;
    }
    double n = (double)o->n_predictions, fractions = (double)o->n_fractions,
           paired = (double)o->n_paired;
    mean_of(&o->two_stage, paired, paired);
    for (int m = 0; m < ONS_PREDICT_COUNT; m++) {
        mean_of(&o->by[m], n, fractions);
        mean_of(&o->paired[m], paired, paired);
    }
}

ons_status ons_outlook_make(const ons_series_set *set, size_t n_out, size_t n_threads,
                            const ons_monitor *m, ons_arena *a, ons_outlook *ret_o, ons_err *err)
{
    ons_outlook o = {0};
    ONS_TRY(ONS_NEW(a, set->n ? set->n : 1, &o.series, err));
    for (size_t i = 0; i < set->n; i++) {
        const ons_study_series *s = &set->series[i];
        if ((s->flags & ONS_FLAG_NO_SCALE) || s->too_long) continue;
        ons_outlook_series *to = &o.series[o.n_series++];
        *to = (ons_outlook_series){.of = s, .horizon = (double)NAN};
        ONS_TRY(ONS_NEW(a, n_out ? n_out : 1, &to->prediction, err));
        ONS_TRY(ONS_NEW(a, s->series.n_points + 1, &to->history, err));
        if (s->partner == ONS_NO_PARTNER || set->series[s->partner].too_long) continue;
        ONS_TRY(ONS_NEW(a, n_out ? n_out : 1, &to->two_stage, err));
    }
    work w = {set, o.series, n_out};
    ONS_TRY(
        ons_pool_run_told(n_threads, o.n_series, predict_one, &w, "forecast", "series", m, err));
    score(&o);
    *ret_o = o;
    return ONS_OK;
}
