/* One series from the rows of one question: its axis, its points, its chance level. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "study/metrics.h"
#include "study/series_priv.h"

#define DECADES     1.5  /* W0 on axes of compute and tokens (2.1) */
#define NATS        0.35 /* on the axis of loss */
#define SE_ASSUMED  0.02 /* of the range, where the number of items is not known at all */
#define RANGE_SLACK 1e-9

double ons_score_scale(const ons_score *r, ons_axis axis)
{
    switch (axis) {
    case ONS_AXIS_FLOPS:
        return r->flops;
    case ONS_AXIS_PARAMS:
        return r->params;
    case ONS_AXIS_TOKENS:
        return r->tokens;
    case ONS_AXIS_LOSS:
        return r->loss;
    case ONS_AXIS_AUTO:
    default:
        return (double)NAN;
    }
}

double ons_series_scale(const ons_study_series *s, double x)
{
    return s->axis == ONS_AXIS_LOSS ? -x : pow(10, x);
}

static bool on_axis(const ons_score *r, ons_axis axis)
{
    double v = ons_score_scale(r, axis);
    return isfinite(v) && (axis == ONS_AXIS_LOSS || v > 0);
}

size_t ons_score_group_on_axis(const ons_score_group *g, ons_axis axis)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) n += on_axis(&g->row[i], axis);
    return n;
}

/* Rows without the wanted scale are left out; AUTO where no row has any. */
static ons_axis choose_axis(const ons_score_group *g, ons_axis wanted)
{
    if (wanted != ONS_AXIS_AUTO)
        return ons_score_group_on_axis(g, wanted) > 0 ? wanted : ONS_AXIS_AUTO;
    for (int a = ONS_AXIS_FLOPS; a <= ONS_AXIS_LOSS; a++)
        if (ons_score_group_on_axis(g, (ons_axis)a) == g->n) return (ons_axis)a;
    return ONS_AXIS_AUTO;
}

/* Means of log parameters and log tokens over a family of the group (or all of it: they have no
 * origin); false where tokens of some row are not known. */
static bool family_means(const ons_score_group *g, ons_str origin, double *ret_x, double *ret_y)
{
    double x = 0, y = 0, n = 0;
    for (size_t i = 0; i < g->n; i++) {
        const ons_score *r = &g->row[i];
        if (!on_axis(r, ONS_AXIS_PARAMS) || !ons_str_eq(r->origin, origin)) continue;
        if (!on_axis(r, ONS_AXIS_TOKENS)) return false;
        x += log10(r->params);
        y += log10(r->tokens);
        n++;
    }
    *ret_x = x / n;
    *ret_y = y / n;
    return true;
}

/* 1.5 / (1 + s), s the slope of log tokens on log parameters; fixed or unknown tokens: 1.5. Of
 * families taken together s is the slope within them: that one has had more tokens than another
 * says nothing of how tokens grow. */
static double params_w0(const ons_score_group *g)
{
    double sxx = 0, sxy = 0, mx = 0, my = 0;
    const ons_str *origin = NULL;
    for (size_t i = 0; i < g->n; i++) {
        const ons_score *r = &g->row[i];
        if (!on_axis(r, ONS_AXIS_PARAMS)) continue;
        if (!origin || !ons_str_eq(*origin, r->origin)) {
            if (!family_means(g, r->origin, &mx, &my)) return DECADES;
            origin = &r->origin;
        }
        const double x = log10(r->params) - mx;
        sxx += x * x;
        sxy += x * (log10(r->tokens) - my);
    }
    if (!(sxx > 1e-9)) return DECADES;
    return sxy > 0 ? DECADES / (1 + sxy / sxx) : DECADES;
}

static double axis_w0(const ons_score_group *g, ons_axis axis, double wanted)
{
    if (isfinite(wanted)) return wanted;
    if (axis == ONS_AXIS_LOSS) return NATS;
    return axis == ONS_AXIS_PARAMS ? params_w0(g) : DECADES;
}

static int ascending(const void *pa, const void *pb)
{
    return ons_known_compare(*(const double *)pa, *(const double *)pb);
}

double ons_median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, ascending);
    size_t m = 0;
    while (m < n && isfinite(v[m])) m++;
    return m ? v[m / 2] : (double)NAN;
}

static double high_of(const ons_score *r) { return r->high_score > 0 ? r->high_score : 1; }

/* Fractions of the range, or any numbers? */
static bool is_continuous(const ons_score_group *g)
{
    ons_metric_traits m = ons_metric_traits_of(g->row[0].metric);
    if (!m.has_range || m.lower_is_better) return true;
    for (size_t i = 0; i < g->n; i++) {
        const ons_score *r = &g->row[i];
        if (r->higher_is_better == ONS_NO) return true;
        double y = r->score / high_of(r);
        if (isfinite(y) && (y < -RANGE_SLACK || y > 1 + RANGE_SLACK)) return true;
    }
    return false;
}

static bool lower_is_better(const ons_score_group *g)
{
    for (size_t i = 0; i < g->n; i++)
        if (g->row[i].higher_is_better != ONS_UNKNOWN) return g->row[i].higher_is_better == ONS_NO;
    return ons_metric_traits_of(g->row[0].metric).lower_is_better;
}

/* Items behind a score: given, or what its standard error implies (2.1); else NaN. */
static double items_of(const ons_score *r)
{
    if (r->n_items >= 1) return floor(r->n_items);
    double y = r->score / high_of(r), se = r->std_err / high_of(r);
    if (y > 0 && y < 1 && se > 0) return fmax(1, round(y * (1 - y) / (se * se) + 1));
    return (double)NAN;
}

/* Baselines may differ between the rows of a table: the middle one counts. */
static double chance_of(const ons_score_group *g, double *work)
{
    for (size_t i = 0; i < g->n; i++) work[i] = g->row[i].random_baseline / high_of(&g->row[i]);
    double c = ons_median(work, g->n);
    if (isfinite(c)) return c;
    return ons_metric_traits_of(g->row[0].metric).exact ? 0 : (double)NAN;
}

/* Zero of a metric without a range: known where the rows say it, as of a gain. Losses have none. */
static double given_zero(const ons_score_group *g, double *work)
{
    for (size_t i = 0; i < g->n; i++) work[i] = g->row[i].random_baseline;
    return lower_is_better(g) ? (double)NAN : ons_median(work, g->n);
}

static double given_best(const ons_score_group *g)
{
    double best = 0;
    for (size_t i = 0; i < g->n; i++) best = fmax(best, g->row[i].high_score);
    return best > 0 ? best : (double)NAN;
}

static ons_point point_of(const ons_score *r, ons_axis axis, double sign, bool continuous)
{
    double v = ons_score_scale(r, axis), high = continuous ? 1 : high_of(r);
    ons_point p = {.x = axis == ONS_AXIS_LOSS ? -v : log10(v),
                   .y = sign * r->score / high,
                   .n = items_of(r),
                   .se = r->std_err / high,
                   .params = r->params};
    size_t n = r->seed.len < sizeof p.seed - 1 ? r->seed.len : sizeof p.seed - 1;
    memcpy(p.seed, r->seed.ptr, n);
    return p;
}

/* Unknown numbers of items become the median of the others; where no row has one, the
 * series is read as scores with an assumed error. */
static void assume_items(ons_study_series *s, ons_point *p, size_t n, double *work)
{
    bool missing = false;
    for (size_t i = 0; i < n; i++) {
        work[i] = p[i].n;
        missing = missing || isnan(p[i].n);
    }
    if (!missing) return;
    double middle = ons_median(work, n);
    s->flags |= ONS_FLAG_N_ASSUMED;
    s->series.n_assumed = true;
    if (isnan(middle)) {
        double c = isnan(s->series.chance) ? 0 : s->series.chance;
        s->series.continuous = true;
        for (size_t i = 0; i < n; i++) p[i].se = SE_ASSUMED * (1 - c);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (isnan(p[i].n)) p[i].n = middle;
}

/* Families that are taken together are told apart by numbers. */
static void number_families(ons_study_series *s, ons_point *p)
{
    unsigned n = 0;
    for (size_t i = 0; i < s->series.n_points; i++) {
        size_t j = 0;
        while (j < i && !ons_str_eq(s->row[j]->origin, s->row[i]->origin)) j++;
        p[i].family = j < i ? p[j].family : n++;
    }
    s->series.pooled = n > 1;
}

static ons_status fill_series(const ons_score_group *g, double w0, ons_arena *a,
                              ons_study_series *s, ons_err *err)
{
    ons_point *p;
    double *work;
    ONS_TRY(ONS_NEW(a, g->n, &p, err));
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    ONS_TRY(ONS_NEW(a, g->n, &s->row, err));
    ONS_TRY(ONS_NEW(a, g->n, &work, err));
    bool continuous = is_continuous(g);
    double sign = lower_is_better(g) ? -1 : 1;
    s->series = (ons_series){.point = p,
                             .continuous = continuous,
                             .chance = continuous ? given_zero(g, work) : chance_of(g, work),
                             .ceiling = continuous ? given_best(g) : 1,
                             .w0 = axis_w0(g, s->axis, w0)};
    if (!continuous && (s->series.chance >= 1 || s->series.chance < 0))
        s->series.chance = (double)NAN;
    if (s->series.ceiling <= s->series.chance) s->series.ceiling = (double)NAN;
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        if (!on_axis(&g->row[i], s->axis)) continue;
        s->row[n] = &g->row[i];
        p[n++] = point_of(&g->row[i], s->axis, sign, continuous);
    }
    s->series.n_points = n;
    number_families(s, p);
    if (!continuous) ons_series_count_clusters(s, p, work);
    if (!continuous) assume_items(s, p, n, work);
    if (!continuous && isnan(s->series.chance)) s->flags |= ONS_FLAG_CHANCE_UNKNOWN;
    s->too_long = n > ONS_POINTS_MAX;
    return ONS_OK;
}

ons_status ons_series_make(const ons_score_group *g, ons_axis asked, double w0, ons_arena *a,
                           ons_study_series *s, ons_err *err)
{
    const ons_score *r = &g->row[0];
    *s = (ons_study_series){.family = r->family,
                            .task = r->task,
                            .metric = r->metric,
                            .prompt = r->prompt,
                            .group = r->group,
                            .shots = r->shots,
                            .asked = asked,
                            .partner = ONS_NO_PARTNER,
                            .p_adjusted = (double)NAN};
    s->axis = choose_axis(g, asked);
    if (s->axis != ONS_AXIS_AUTO) return fill_series(g, w0, a, s, err);
    s->axis = asked == ONS_AXIS_AUTO ? ONS_AXIS_FLOPS : asked;
    s->flags |= ONS_FLAG_NO_SCALE;
    s->series =
        (ons_series){.chance = (double)NAN, .ceiling = 1, .w0 = isfinite(w0) ? w0 : DECADES};
    return ONS_OK;
}
