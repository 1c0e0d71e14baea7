/* Verdicts, metric checks and false discoveries of a set of series. */
#include <math.h>

#include "os/pool.h"
#include "study/series_priv.h"

typedef struct decide_context {
    ons_series_set *set;
    uint64_t seed;
    ons_decided *decided; /* NULL: none are kept */
} decide_context;

/* Decided before, or now. */
static ons_status verdict_of(const decide_context *c, const ons_series *in, ons_verdict *ret_v,
                             ons_err *err)
{
    if (!c->decided) return ons_series_decide(in, c->seed, ret_v, err);
    const ons_id key = ons_decided_verdict_key(in, c->seed);
    if (ons_decided_find_verdict(c->decided, key, ret_v)) return ONS_OK;
    ONS_TRY(ons_series_decide(in, c->seed, ret_v, err));
    return ons_decided_add_verdict(c->decided, key, ret_v, err);
}

static ons_status check_of(const decide_context *c, const ons_series *continuous,
                           const ons_verdict *of, ons_metric_result *ret_r, ons_err *err)
{
    if (!c->decided) return ons_metric_check_decide(continuous, of, ret_r, err);
    const ons_id key = ons_decided_check_key(continuous, of);
    if (ons_decided_find_check(c->decided, key, ret_r)) return ONS_OK;
    ONS_TRY(ons_metric_check_decide(continuous, of, ret_r, err));
    return ons_decided_add_check(c->decided, key, ret_r, err);
}

/* What is advised is in items to ask: where they hang together, that is more than would count. */
static void advise_asked(ons_study_series *s)
{
    double asked = 0, counted = 0;
    for (size_t i = 0; i < s->series.n_points; i++) {
        const ons_point *p = &s->series.point[i];
        if (!(p->n > 0)) continue;
        asked += p->deff > 0 ? p->n * p->deff : p->n;
        counted += p->n;
    }
    if (!(asked > counted)) return;
    const double share = asked / counted;
    s->verdict.items_needed = ceil(s->verdict.items_needed * share);
    s->known.needs.items = ceil(s->known.needs.items * share);
    s->known.needs.items_instead = ceil(s->known.needs.items_instead * share);
}

static ons_status decide_one(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    const decide_context *c = ctx;
    ons_study_series *s = &c->set->series[i];
    ons_series in = s->series;
    if (s->too_long) in.n_points = 0; /* the blank verdict: undetermined */
    ONS_TRY(verdict_of(c, &in, &s->verdict, err));
    if (s->flags & ONS_FLAG_NO_SCALE) s->verdict.flags = 0;
    s->verdict.flags |= s->flags;
    if (ons_series_is_confounded(s)) s->verdict.flags |= ONS_FLAG_CONFOUNDED;
    /* Of continuous scores nobody states a chance level: nothing is missing. */
    if (s->series.continuous && !s->series.n_assumed)
        s->verdict.flags &= ~(unsigned)ONS_FLAG_CHANCE_UNKNOWN;
    ONS_TRY(ons_series_known(&in, &s->verdict, &s->known, err));
    advise_asked(s);
    return ons_series_describe(&in, &s->verdict, &s->description, err);
}

/* Where nothing rises there is no jump that a metric could have made. */
static bool rises(const ons_verdict *v)
{
    switch (v->verdict) {
    case ONS_VERDICT_EMERGENT:
    case ONS_VERDICT_SHARP_FORESEEABLE:
    case ONS_VERDICT_CANDIDATE:
    case ONS_VERDICT_SMOOTH:
    case ONS_VERDICT_DELAYED:
    case ONS_VERDICT_INVERTED_U:
    case ONS_VERDICT_NON_MONOTONE:
        return true;
    case ONS_VERDICT_UNDETERMINED:
        return !(v->flags & ONS_FLAG_INSUFFICIENT);
    case ONS_VERDICT_FLAT:
    case ONS_VERDICT_CONSTANT:
    case ONS_VERDICT_SATURATED:
    case ONS_VERDICT_INVERSE:
    case ONS_VERDICT_U_SHAPED:
    case ONS_VERDICT_COUNT:
    default:
        return false;
    }
}

static ons_status check_one(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    const decide_context *c = ctx;
    ons_study_series *s = &c->set->series[i];
    s->metric_result = (ons_metric_result){.check = ONS_CHECK_NONE};
    s->metric_result.sharp.shape = s->metric_result.smooth.shape = -1;
    if (s->partner == ONS_NO_PARTNER || !rises(&s->verdict)) return ONS_OK;
    const ons_study_series *t = &c->set->series[s->partner];
    if (t->too_long) return ONS_OK;
    return check_of(c, &t->series, &s->verdict, &s->metric_result, err);
}

static bool claims_threshold(ons_verdict_word v)
{
    return v == ONS_VERDICT_EMERGENT || v == ONS_VERDICT_CANDIDATE ||
           v == ONS_VERDICT_SHARP_FORESEEABLE;
}

/* Benjamini-Hochberg over the primary series of one axis; others than the verdicts
 * that claim a threshold stand with p = 1 (2.11). */
static void adjust(ons_series_set *set, ons_axis axis, double *work)
{
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++) {
        const ons_study_series *s = &set->series[i];
        if (s->primary && s->axis == axis && !(s->flags & ONS_FLAG_NO_SCALE))
            work[n++] = claims_threshold(s->verdict.verdict) ? s->verdict.p_emergent : 1;
    }
    ons_adjust_bh(work, n, work + n);
    n = 0;
    for (size_t i = 0; i < set->n; i++) {
        ons_study_series *s = &set->series[i];
        if (s->primary && s->axis == axis && !(s->flags & ONS_FLAG_NO_SCALE))
            s->p_adjusted = work[n++];
    }
}

ons_status ons_series_set_decide(ons_series_set *set, size_t n_threads, uint64_t seed,
                                 ons_decided *decided, ons_err *err)
{
    return ons_series_set_decide_told(set, n_threads, seed, decided, NULL, err);
}

ons_status ons_series_set_decide_told(ons_series_set *set, size_t n_threads, uint64_t seed,
                                      ons_decided *decided, const ons_monitor *m, ons_err *err)
{
    decide_context c = {set, seed, decided};
    ONS_TRY(ons_pool_run_told(n_threads, set->n, decide_one, &c, "decide", "series", m, err));
    ONS_TRY(ons_pool_run(n_threads, set->n, check_one, &c, err));
    ons_arena arena;
    ons_arena_init(&arena, 0);
    double *work;
    ons_status s = ONS_NEW(&arena, 3 * set->n + 1, &work, err);
    for (int a = ONS_AXIS_FLOPS; s == ONS_OK && a <= ONS_AXIS_LOSS; a++)
        adjust(set, (ons_axis)a, work);
    ons_arena_clear(&arena);
    return s;
}

/* ---- the table of curves ---- */

typedef struct forms_context {
    const ons_series_set *set;
    ons_forms *forms;
} forms_context;

static ons_status fit_forms_one(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    const forms_context *c = ctx;
    ons_series in = c->set->series[i].series;
    if (c->set->series[i].too_long) in.n_points = 0;
    return ons_series_fit_forms(&in, &c->forms[i], err);
}

ons_status ons_series_set_fit_forms(ons_series_set *set, size_t n_threads, ons_arena *a,
                                    ons_err *err)
{
    forms_context c = {.set = set};
    ONS_TRY(ONS_NEW(a, set->n + 1, &c.forms, err));
    ONS_TRY(ons_pool_run(n_threads, set->n, fit_forms_one, &c, err));
    for (size_t i = 0; i < set->n; i++) set->series[i].forms = &c.forms[i];
    return ONS_OK;
}
