#include "report/scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "report/human.h"

static int point_cmp(const void *pa, const void *pb)
{
    const ons_point *a = pa, *b = pb;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    int c = strncmp(a->seed, b->seed, sizeof a->seed);
    if (c) return c;
    if (a->y != b->y) return a->y < b->y ? -1 : 1;
    return 0;
}

static int double_cmp(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return a < b ? -1 : a > b;
}

/* Within one scale runs stand by seed; numbers as numbers (2 before 10). */
static int seed_cmp(const void *pa, const void *pb)
{
    const ons_point *a = pa, *b = pb;
    size_t la = strnlen(a->seed, sizeof a->seed), lb = strnlen(b->seed, sizeof b->seed);
    if (la != lb) return la < lb ? -1 : 1;
    int c = strncmp(a->seed, b->seed, sizeof a->seed);
    if (c) return c;
    return a->y < b->y ? -1 : a->y > b->y;
}

static void scale_fill(ons_scale *g, const ons_point *p)
{
    double y[ONS_POINTS_MAX];
    double sum = 0;
    g->params = p[0].params;
    g->x = p[0].x;
    g->items = (double)INFINITY;
    for (size_t i = 0; i < g->n; i++) {
        y[i] = p[i].y;
        sum += p[i].y;
        if (!(fabs(p[i].params - g->params) <= .005 * fabs(g->params))) g->params = (double)NAN;
        if (!(p[i].n > 0)) g->items = (double)NAN;
        const double asked = p[i].deff > 0 ? round(p[i].n * p[i].deff) : p[i].n;
        if (asked < g->items) g->items = asked;
    }
    qsort(y, g->n, sizeof *y, double_cmp);
    g->least = y[0];
    g->most = y[g->n - 1];
    g->median = (y[(g->n - 1) / 2] + y[g->n / 2]) / 2;
    g->mean = sum / (double)g->n;
}

ons_status ons_scales_make(const ons_point *point, size_t n_points, ons_report_axis axis,
                           ons_arena *a, ons_scales *ret_s, ons_err *err)
{
    if (n_points > ONS_POINTS_MAX) {
        return ONS_FAIL(err, ONS_LIMIT, "a series of %zu points, at most %d are allowed", n_points,
                        ONS_POINTS_MAX);
    }
    ons_scales s = {.least = (double)NAN, .most = (double)NAN};
    ONS_TRY(ONS_NEW(a, n_points + 1, &s.point, err));
    ONS_TRY(ONS_NEW(a, n_points + 1, &s.scale, err));
    for (size_t i = 0; i < n_points; i++)
        if (isfinite(point[i].x) && isfinite(point[i].y)) s.point[s.n_points++] = point[i];
    qsort(s.point, s.n_points, sizeof *s.point, point_cmp);
    double same = axis == ONS_REPORT_LOSS ? 1e-9 : ONS_SAME_SCALE;
    s.by_params = s.n_points > 0 && axis != ONS_REPORT_TOKENS;
    for (size_t i = 0; i < s.n_points;) {
        ons_scale *g = &s.scale[s.n++];
        g->first = i;
        while (i < s.n_points && s.point[i].x - s.point[g->first].x <= same) i++;
        g->n = i - g->first;
        qsort(&s.point[g->first], g->n, sizeof *s.point, seed_cmp);
        scale_fill(g, &s.point[g->first]);
        s.least = g == s.scale || g->least < s.least ? g->least : s.least;
        s.most = g == s.scale || g->most > s.most ? g->most : s.most;
        bool grows = g == s.scale || g->params > g[-1].params;
        if (!(g->params > 0) || !grows) s.by_params = false;
    }
    *ret_s = s;
    return ONS_OK;
}

/* Standard error of the mean of one scale. Where neither errors nor other runs tell it, a
 * fiftieth of the range, as the metric check assumes (2.9). */
static double mean_error(const ons_scales *s, const ons_scale *g)
{
    double given = 0, scatter = 0, n = (double)g->n;
    for (size_t i = g->first; i < g->first + g->n; i++) {
        const ons_point *p = &s->point[i];
        given += p->se * p->se;
        scatter += (p->y - g->mean) * (p->y - g->mean);
    }
    given = sqrt(given) / n;
    scatter = g->n > 1 ? sqrt(scatter / (n - 1) / n) : 0;
    if (given > scatter) return given;
    return scatter > 0 ? scatter : .02 * (s->most - s->least);
}

/* Is the mean of scale b clearly above that of scale a? */
static bool clearly_above(const ons_scales *s, size_t b, size_t a)
{
    double ea = mean_error(s, &s->scale[a]), eb = mean_error(s, &s->scale[b]);
    return s->scale[b].mean - s->scale[a].mean > 1.96 * sqrt(ea * ea + eb * eb);
}

size_t ons_scales_rise_from(const ons_scales *s, size_t last, bool *ret_steady)
{
    size_t first = last + 1;
    while (first > 1 && clearly_above(s, first - 1, 0)) first--;
    *ret_steady = true;
    if (first > last) return 0;
    for (size_t i = first; i < last; i++)
        if (clearly_above(s, i, i + 1)) *ret_steady = false;
    return first;
}

double ons_scales_params_at(const ons_scales *s, double x)
{
    if (!s->by_params || !isfinite(x)) return (double)NAN;
    size_t i = 0;
    while (i + 2 < s->n && s->scale[i + 1].x < x) i++;
    if (s->n == 1) return log10(s->scale[0].params);
    const ons_scale *g = &s->scale[i];
    double t = (x - g[0].x) / (g[1].x - g[0].x);
    return log10(g[0].params) + t * (log10(g[1].params) - log10(g[0].params));
}

/* The scale that x is one of, or NULL. */
static const ons_scale *scale_at(const ons_scales *s, double x)
{
    for (size_t i = 0; i < s->n; i++)
        if (fabs(s->scale[i].x - x) <= ONS_SAME_SCALE) return &s->scale[i];
    return NULL;
}

const char *ons_scale_unit(const ons_scales *s, ons_report_axis axis)
{
    if (s->by_params) return "parameters";
    switch (axis) {
    case ONS_REPORT_FLOPS:
        return "FLOPs";
    case ONS_REPORT_PARAMS:
        return "parameters";
    case ONS_REPORT_TOKENS:
        return "tokens";
    case ONS_REPORT_LOSS:
        break;
    }
    return "nats of loss";
}

static void value_words(const ons_scales *s, ons_report_axis axis, double x, bool exact,
                        ons_buf *out)
{
    char text[ONS_HUMAN_MAX];
    const ons_scale *g = scale_at(s, x);
    double params =
        s->by_params ? (g ? g->params : pow(10, ons_scales_params_at(s, x))) : pow(10, x);
    if (s->by_params || axis == ONS_REPORT_PARAMS || axis == ONS_REPORT_TOKENS) {
        bool whole = exact && params < 1e6;
        ons_buf_text(out, whole ? ons_human_exact(params, text)
                                : ons_human_count(params, exact ? 3 : 2, text));
    } else if (axis == ONS_REPORT_LOSS) {
        ons_buf_text(out, ons_human_number(-x, exact ? 3 : 2, text));
    } else {
        ons_buf_text(out, ons_human_power(pow(10, x), 2, text));
    }
}

void ons_scale_words(const ons_scales *s, ons_report_axis axis, double x, bool rounded,
                     ons_buf *out)
{
    value_words(s, axis, x, !rounded, out);
    ons_buf_printf(out, " %s", ons_scale_unit(s, axis));
}

void ons_scale_short(const ons_scales *s, ons_report_axis axis, double x, ons_buf *out)
{
    value_words(s, axis, x, true, out);
}

const char *ons_axis_word(ons_report_axis axis)
{
    static const char *const word[] = {"compute", "parameters", "tokens", "loss"};
    return word[axis];
}

const char *ons_axis_title(ons_report_axis axis)
{
    switch (axis) {
    case ONS_REPORT_FLOPS:
        return "training compute, FLOPs";
    case ONS_REPORT_PARAMS:
        return "parameters";
    case ONS_REPORT_TOKENS:
        return "training tokens";
    case ONS_REPORT_LOSS:
        break;
    }
    return "loss, nats per token (falling)";
}

void ons_width_words(double w0, ons_report_axis axis, ons_buf *out)
{
    static const char *const of[] = {"decades of compute", "decades of parameters",
                                     "decades of tokens", "nats of loss"};
    char text[ONS_HUMAN_MAX];
    ons_buf_printf(out, "%s %s", ons_human_number(w0, 2, text), of[axis]);
}

void ons_score_words(double y, bool continuous, ons_str unit, int digits, ons_buf *out)
{
    char text[ONS_HUMAN_MAX];
    if (!continuous) {
        ons_buf_text(out, ons_human_percent(y, digits, text));
        return;
    }
    ons_buf_text(out, ons_human_number(y, digits, text));
    if (unit.len) {
        ons_buf_char(out, ' ');
        ons_buf_str_add(out, unit);
    }
}

void ons_metric_words(ons_str metric, ons_buf *out)
{
    static const char *const known[][2] = {
        {"logprob", "log-probability"},
        {"target_logprob", "log-probability"},
        {"log_likelihood", "log-probability"},
        {"acc", "accuracy"},
        {"acc_norm", "length-normalised accuracy"},
        {"em", "exact match"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ons_str_eq(metric, ons_str_of(known[i][0]))) {
            ons_buf_text(out, known[i][1]);
            return;
        }
    }
    for (size_t i = 0; i < metric.len; i++) {
        if (metric.ptr[i] == '_')
            ons_buf_char(out, ' ');
        else
            ons_buf_char(out, metric.ptr[i]);
    }
}

bool ons_point_interval(const ons_point *p, bool continuous, double *ret_lo, double *ret_hi)
{
    const double z = 1.959964;
    if (continuous) {
        if (!(p->se >= 0)) return false;
        *ret_lo = p->y - z * p->se;
        *ret_hi = p->y + z * p->se;
        return true;
    }
    if (!(p->n > 0) || !(p->y >= 0 && p->y <= 1)) return false;
    double zz = z * z / p->n;
    double mid = (p->y + zz / 2) / (1 + zz);
    double half = z / (1 + zz) * sqrt(p->y * (1 - p->y) / p->n + zz / (4 * p->n));
    *ret_lo = p->y > 0 ? mid - half : 0;
    *ret_hi = p->y < 1 ? mid + half : 1;
    return true;
}

size_t ons_scale_learned(const ons_scales *g, const ons_scale *q, double chance)
{
    const double half = isfinite(chance) ? (1 + chance) / 2 : .5;
    size_t n = 0;
    for (size_t k = 0; k < q->n; k++) n += g->point[q->first + k].y > half;
    return n;
}
