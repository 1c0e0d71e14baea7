#include "study/outlook.h"

#include <math.h>

#include "os/pool.h"

#define SLACK 1e-9 /* of an end of an interval that is the end of the range */

typedef struct work {
    ons_outlook_series *series;
    size_t n_out;
} work;

static ons_status predict_one(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    const work *w = ctx;
    ons_outlook_series *s = &w->series[i];
    ONS_TRY(ons_predict_make(&s->of->series, w->n_out, s->prediction, &s->n, err));
    return ons_predict_horizon(&s->of->series, &s->horizon, err);
}

static bool is_fraction(const ons_study_series *s)
{
    return !s->series.continuous || s->series.n_assumed;
}

static void add(ons_outlook *o, const ons_outlook_series *s)
{
    bool fraction = is_fraction(s->of);
    for (size_t i = 0; i < s->n; i++) {
        const ons_prediction *p = &s->prediction[i];
        o->n_predictions++;
        o->n_fractions += fraction;
        for (int m = 0; m < ONS_PREDICT_COUNT; m++) {
            const ons_predictive *q = &p->by[m];
            o->by[m].coverage += q->lo - SLACK <= p->observed && p->observed <= q->hi + SLACK;
            o->by[m].log_score += q->log_score;
            if (fraction) o->by[m].error += fabs(q->median - p->observed);
        }
    }
}

static void score(ons_outlook *o)
{
    for (size_t i = 0; i < o->n_series; i++) {
        add(o, &o->series[i]);
        o->n_short += o->series[i].n == 0;
    }
    double n = (double)o->n_predictions, fractions = (double)o->n_fractions;
    for (int m = 0; m < ONS_PREDICT_COUNT; m++) { /* 0 / 0 is what there is to say of nothing */
        o->by[m].coverage /= n;
        o->by[m].log_score /= n;
        o->by[m].error /= fractions;
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
    }
    work w = {o.series, n_out};
    ONS_TRY(
        ons_pool_run_told(n_threads, o.n_series, predict_one, &w, "forecast", "series", m, err));
    score(&o);
    *ret_o = o;
    return ONS_OK;
}
