#include "study/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "os/pool.h"
#include "report/human.h"
#include "study/metrics.h"

#define DECADES     1.5  /* W0 on axes of compute and tokens (2.1) */
#define NATS        0.35 /* on the axis of loss */
#define SE_ASSUMED  0.02 /* of the range, where the number of items is not known at all */
#define RANGE_SLACK 1e-9

const char *const ons_axis_names[] = {"auto", "flops", "params", "tokens", "loss", NULL};

static int compare_f64(double a, double b) /* unknown comes last */
{
    if (isnan(a) || isnan(b)) return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

static int compare_key(const ons_score *a, const ons_score *b)
{
    int c = ons_str_cmp(a->family, b->family);
    if (!c) c = ons_str_cmp(a->task, b->task);
    if (!c) c = ons_str_cmp(a->metric, b->metric);
    if (!c) c = compare_f64(a->shots, b->shots);
    if (!c) c = ons_str_cmp(a->prompt, b->prompt);
    return c;
}

static int compare_rows(const void *pa, const void *pb)
{
    const ons_score *a = pa, *b = pb;
    int c = compare_key(a, b);
    if (!c) c = ons_str_cmp(a->model, b->model);
    if (!c) c = ons_str_cmp(a->seed, b->seed);
    if (!c) c = compare_f64(a->params, b->params);
    if (!c) c = compare_f64(a->tokens, b->tokens);
    if (!c) c = compare_f64(a->flops, b->flops);
    if (!c) c = compare_f64(a->loss, b->loss);
    if (!c) c = compare_f64(a->score, b->score);
    if (!c) c = compare_f64(a->n_items, b->n_items);
    return c ? c : compare_f64(a->std_err, b->std_err);
}

/* ---- one series ---- */

typedef struct group {
    const ons_score *row;
    size_t n;
} group;

static double scale_value(const ons_score *r, ons_axis axis)
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

static bool on_axis(const ons_score *r, ons_axis axis)
{
    double v = scale_value(r, axis);
    return isfinite(v) && (axis == ONS_AXIS_LOSS || v > 0);
}

static size_t count_on_axis(const group *g, ons_axis axis)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) n += on_axis(&g->row[i], axis);
    return n;
}

/* Rows without the wanted scale are left out; AUTO where no row has any. */
static ons_axis choose_axis(const group *g, ons_axis wanted)
{
    if (wanted != ONS_AXIS_AUTO) return count_on_axis(g, wanted) > 0 ? wanted : ONS_AXIS_AUTO;
    for (int a = ONS_AXIS_FLOPS; a <= ONS_AXIS_LOSS; a++)
        if (count_on_axis(g, (ons_axis)a) == g->n) return (ons_axis)a;
    return ONS_AXIS_AUTO;
}

/* 1.5 / (1 + s), s the slope of log tokens on log parameters; fixed or unknown tokens: 1.5. */
static double params_w0(const group *g)
{
    double sx = 0, sy = 0, sxx = 0, sxy = 0, n = 0;
    for (size_t i = 0; i < g->n; i++) {
        const ons_score *r = &g->row[i];
        if (!on_axis(r, ONS_AXIS_PARAMS)) continue;
        if (!on_axis(r, ONS_AXIS_TOKENS)) return DECADES;
        double x = log10(r->params), y = log10(r->tokens);
        n++;
        sx += x;
        sy += y;
        sxx += x * x;
        sxy += x * y;
    }
    double var = sxx - sx * sx / n;
    if (!(var > 1e-9)) return DECADES;
    double slope = (sxy - sx * sy / n) / var;
    return slope > 0 ? DECADES / (1 + slope) : DECADES;
}

static double axis_w0(const group *g, ons_axis axis, double wanted)
{
    if (isfinite(wanted)) return wanted;
    if (axis == ONS_AXIS_LOSS) return NATS;
    return axis == ONS_AXIS_PARAMS ? params_w0(g) : DECADES;
}

static int ascending(const void *pa, const void *pb)
{
    return compare_f64(*(const double *)pa, *(const double *)pb);
}

/* Of the finite ones; NaN where there are none. Sorts v. */
static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, ascending);
    size_t m = 0;
    while (m < n && isfinite(v[m])) m++;
    return m ? v[m / 2] : (double)NAN;
}

static double high_of(const ons_score *r) { return r->high_score > 0 ? r->high_score : 1; }

/* Fractions of the range, or any numbers? */
static bool is_continuous(const group *g)
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

static bool lower_is_better(const group *g)
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
static double chance_of(const group *g, double *work)
{
    for (size_t i = 0; i < g->n; i++) work[i] = g->row[i].random_baseline / high_of(&g->row[i]);
    double c = median(work, g->n);
    if (isfinite(c)) return c;
    return ons_metric_traits_of(g->row[0].metric).exact ? 0 : (double)NAN;
}

static ons_point point_of(const ons_score *r, ons_axis axis, double sign, bool continuous)
{
    double v = scale_value(r, axis), high = continuous ? 1 : high_of(r);
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
    double middle = median(work, n);
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

static ons_status fill_series(const group *g, double w0, ons_arena *a, ons_study_series *s,
                              ons_err *err)
{
    ons_point *p;
    double *work;
    ONS_TRY(ONS_NEW(a, g->n, &p, err));
    ONS_TRY(ONS_NEW(a, g->n, &work, err));
    bool continuous = is_continuous(g);
    double sign = lower_is_better(g) ? -1 : 1;
    s->series = (ons_series){.point = p,
                             .continuous = continuous,
                             .chance = continuous ? (double)NAN : chance_of(g, work),
                             .ceiling = continuous ? (double)NAN : 1,
                             .w0 = axis_w0(g, s->axis, w0)};
    if (s->series.chance >= 1 || s->series.chance < 0) s->series.chance = (double)NAN;
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++)
        if (on_axis(&g->row[i], s->axis)) p[n++] = point_of(&g->row[i], s->axis, sign, continuous);
    s->series.n_points = n;
    if (!continuous) assume_items(s, p, n, work);
    if (!continuous && isnan(s->series.chance)) s->flags |= ONS_FLAG_CHANCE_UNKNOWN;
    s->too_long = n > ONS_POINTS_MAX;
    return ONS_OK;
}

static ons_status make_series(const group *g, ons_axis asked, double w0, ons_arena *a,
                              ons_study_series *s, ons_err *err)
{
    const ons_score *r = &g->row[0];
    *s = (ons_study_series){.family = r->family,
                            .task = r->task,
                            .metric = r->metric,
                            .prompt = r->prompt,
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

/* ---- primary metrics and partners ---- */

static bool same_question(const ons_study_series *a, const ons_study_series *b)
{
    return ons_str_eq(a->family, b->family) && ons_str_eq(a->task, b->task) &&
           ons_str_eq(a->prompt, b->prompt) && compare_f64(a->shots, b->shots) == 0 &&
           a->asked == b->asked;
}

/* Has the metric no range? Fractions of an unknown number of items are read in the Gaussian
 * mode too, but remain fractions. */
static bool is_graded(const ons_study_series *s)
{
    return s->series.continuous && !s->series.n_assumed;
}

/* How much a metric looks like the one that counts; 0: not at all. A row's own word comes
 * first, then the order of metrics.h, then those whose items are known. */
static int primary_rank(const ons_study_series *s, bool flagged)
{
    if (flagged) return 100;
    if (is_graded(s)) return 0;
    return 2 * (int)ons_metric_traits_of(s->metric).rank + !s->series.continuous;
}

/* flagged[i]: some row of series i says that its metric is primary. */
static void choose_primary(ons_series_set *set, const bool *flagged)
{
    for (size_t i = 0; i < set->n; i++) {
        ons_study_series *s = &set->series[i];
        int rank = primary_rank(s, flagged[i]);
        s->primary = rank > 0;
        for (size_t j = 0; j < set->n && s->primary; j++) {
            const ons_study_series *t = &set->series[j];
            if (j == i || !same_question(s, t)) continue;
            int other = primary_rank(t, flagged[j]);
            s->primary = rank > other || (rank == other && i < j);
        }
    }
}

/* The continuous metric that belongs to this one by name; empty: any. */
static ons_str partner_name(ons_str metric)
{
    if (ons_str_eq(metric, ONS_S("exact_match"))) return ONS_S("logprob");
    if (ons_str_eq(metric, ONS_S("chain_exact_match"))) return ONS_S("chain_logprob");
    return ONS_S("");
}

/* How well t can stand beside s; 0: not at all. */
static int partner_fit(const ons_study_series *s, const ons_study_series *t, ons_str wanted)
{
    if (!is_graded(t) || !same_question(s, t) || t->axis != s->axis) return 0;
    const ons_metric_traits m = ons_metric_traits_of(t->metric);
    if (m.has_range) return 0; /* of unknown direction */
    if (ons_str_eq(t->metric, wanted)) return 100;
    return s->primary ? (int)m.partner : 0;
}

static void choose_partner(ons_series_set *set, size_t i)
{
    ons_study_series *s = &set->series[i];
    ons_str wanted = partner_name(s->metric);
    if (is_graded(s) || (s->flags & ONS_FLAG_NO_SCALE)) return;
    int best = 0;
    for (size_t j = 0; j < set->n; j++) {
        int fit = partner_fit(s, &set->series[j], wanted);
        if (fit <= best) continue;
        best = fit;
        s->partner = j;
    }
}

/* ---- the set ---- */

static ons_status sorted_copy(const ons_score *row, size_t n, bool pool, ons_arena *a,
                              ons_score **ret_copy, ons_err *err)
{
    ons_score *copy;
    ONS_TRY(ONS_NEW(a, n ? n : 1, &copy, err));
    for (size_t i = 0; i < n; i++) {
        copy[i] = row[i];
        if (pool) copy[i].family = ONS_S("all");
    }
    if (n > 1) qsort(copy, n, sizeof *copy, compare_rows);
    *ret_copy = copy;
    return ONS_OK;
}

/* ---- groups of rows: one question, one family, one axis ---- */

static bool is_intermediate(const ons_score *r) { return r->intermediate == ONS_YES; }

static bool any_intermediate(const group *g)
{
    for (size_t i = 0; i < g->n; i++)
        if (is_intermediate(&g->row[i])) return true;
    return false;
}

static int compare_sizes(const void *pa, const void *pb)
{
    const ons_score *a = pa, *b = pb;
    const int c = compare_f64(a->params, b->params);
    return c ? c : compare_rows(a, b);
}

/* "pocket 28k" */
static ons_status name_size(const ons_score *r, ons_arena *a, ons_str *ret_name, ons_err *err)
{
    char size[ONS_HUMAN_MAX], *name;
    const size_t cap = r->family.len + sizeof size + 2;
    (void)ons_human_count_tight(r->params, size);
    ONS_TRY(ONS_NEW(a, cap, &name, err));
    (void)snprintf(name, cap, ONS_STR_FMT " %s", ONS_STR(r->family), size);
    *ret_name = ons_str_of(name);
    return ONS_OK;
}

typedef struct builder {
    const ons_series_options *options;
    ons_arena *arena;
    ons_series_set *set; /* series: NULL while they are counted */
    bool *flagged;       /* [n]: some row says that its metric is primary */
} builder;

static ons_status add_series(builder *b, const group *g, ons_axis asked, ons_err *err)
{
    ons_series_set *set = b->set;
    const size_t at = set->n++;
    if (!set->series) return ONS_OK;
    if (asked != ONS_AXIS_AUTO) set->n_off_axis += g->n - count_on_axis(g, asked);
    b->flagged[at] = false;
    for (size_t i = 0; i < g->n; i++)
        b->flagged[at] = b->flagged[at] || g->row[i].primary == ONS_YES;
    return make_series(g, asked, b->options->w0, b->arena, &set->series[at], err);
}

/* A series of every size; row: the builder's own. */
static ons_status add_sizes(builder *b, ons_score *row, size_t n, ons_err *err)
{
    qsort(row, n, sizeof *row, compare_sizes);
    for (size_t begin = 0, end; begin < n; begin = end) {
        ons_str name;
        for (end = begin; end < n && ons_same_number(row[end].params, row[begin].params);) end++;
        ONS_TRY(name_size(&row[begin], b->arena, &name, err));
        for (size_t i = begin; i < end; i++) row[i].family = name;
        ONS_TRY(add_series(b, &(group){row + begin, end - begin}, ONS_AXIS_TOKENS, err));
    }
    return ONS_OK;
}

static ons_status add_axis(builder *b, const group *g, ons_axis asked, ons_err *err)
{
    ons_score *copy;
    size_t n = 0;
    if (!any_intermediate(g)) return add_series(b, g, asked, err);
    ONS_TRY(ONS_NEW(b->arena, g->n, &copy, err));
    for (size_t i = 0; i < g->n; i++)
        if (asked == ONS_AXIS_TOKENS || !is_intermediate(&g->row[i])) copy[n++] = g->row[i];
    if (asked == ONS_AXIS_TOKENS) return add_sizes(b, copy, n, err);
    return n > 0 ? add_series(b, &(group){copy, n}, asked, err) : ONS_OK;
}

/* Goes through the groups of rows of one key, which lie side by side. */
static ons_status add_all(builder *b, const ons_score *sorted, size_t n, ons_err *err)
{
    const unsigned axes = b->options->axes ? b->options->axes : 1u << ONS_AXIS_AUTO;
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && compare_key(&sorted[begin], &sorted[end]) == 0;) end++;
        for (unsigned axis = ONS_AXIS_AUTO; axis <= ONS_AXIS_LOSS; axis++)
            if (axes & 1u << axis)
                ONS_TRY(add_axis(b, &(group){sorted + begin, end - begin}, (ons_axis)axis, err));
    }
    return ONS_OK;
}

ons_status ons_series_set_build(const ons_score *row, size_t n_rows, const ons_series_options *o,
                                ons_arena *a, ons_series_set *ret_set, ons_err *err)
{
    ons_score *sorted;
    ONS_TRY(sorted_copy(row, n_rows, o->pool, a, &sorted, err));
    ons_series_set counted = {.n_rows = n_rows}, set = counted;
    builder b = {.options = o, .arena = a, .set = &counted};
    ONS_TRY(add_all(&b, sorted, n_rows, err));
    ONS_TRY(ONS_NEW(a, counted.n + 1, &set.series, err));
    ONS_TRY(ONS_NEW(a, counted.n + 1, &b.flagged, err));
    b.set = &set;
    ONS_TRY(add_all(&b, sorted, n_rows, err));
    choose_primary(&set, b.flagged);
    for (size_t i = 0; i < set.n; i++) choose_partner(&set, i);
    *ret_set = set;
    return ONS_OK;
}

/* ---- verdicts ---- */

typedef struct decide_context {
    ons_series_set *set;
    uint64_t seed;
} decide_context;

static ons_status decide_one(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    const decide_context *c = ctx;
    ons_study_series *s = &c->set->series[i];
    ons_series in = s->series;
    if (s->too_long) in.n_points = 0; /* the blank verdict: undetermined */
    ONS_TRY(ons_series_decide(&in, c->seed, &s->verdict, err));
    if (s->flags & ONS_FLAG_NO_SCALE) s->verdict.flags = 0;
    s->verdict.flags |= s->flags;
    /* Of continuous scores nobody states a chance level: nothing is missing. */
    if (s->series.continuous && !s->series.n_assumed)
        s->verdict.flags &= ~(unsigned)ONS_FLAG_CHANCE_UNKNOWN;
    return ONS_OK;
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
    return ons_metric_check_decide(&t->series, &s->verdict, &s->metric_result, err);
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

ons_status ons_series_set_decide(ons_series_set *set, size_t n_threads, uint64_t seed, ons_err *err)
{
    decide_context c = {set, seed};
    ONS_TRY(ons_pool_run(n_threads, set->n, decide_one, &c, err));
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
