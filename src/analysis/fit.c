/* Outer search over midpoint and width: a coarse grid, then a compass search, per shape. */
#include "analysis/fit_priv.h"

#include <math.h>

#include "stats/special.h"

#define NO_FIT        (-1e300)
#define COARSE_TOL    2e-3
#define FINE_TOL      1e-5
#define WIDTHS_SHARP  7
#define WIDTHS_SMOOTH 6
#define SHARP_MIN     0.02 /* of W0 */
#define SMOOTH_MAX    8.0  /* times W0 */
/* A shape this far behind (nats) after the coarse grid, or at the first scatter, is not refined:
 * refinement gains less, and what is left has no weight in the maximum. */
#define HOPELESS 8.0
/* Of the headroom: tolerance of the floor where a step is compared with a long tail. With more, a
 * step could raise its floor to meet the foot of the tail. */
#define FLOOR       0.02
#define SCALES_MANY 15 /* enough to measure the scatter, whatever it is */

typedef struct curve_class {
    bool sharp;
    bool inside; /* two scales at least at or below the onset, and two past the midpoint */
    int first_shape, n_shapes; /* shapes first_shape … n_shapes - 1 */
    double width_min, width_max;
    ons_box box;
} curve_class;

typedef struct search {
    const ons_like *like;
    const ons_rows *rows;
    const curve_class *kind;
    double width_min, width_max; /* of the shape at hand */
    ons_levels start;
} search;

ons_scatter ons_scatter_prior(const ons_rows *r)
{
    static const double rho[ONS_SCATTER_MAX] = {.001, .003, .008, .03, .08, .2};
    static const double few[4] = {.35, .30, .25, .10};
    static const double many[ONS_SCATTER_MAX] = {.25, .2, .2, .15, .1, .1};
    static const double tau[4] = {.01, .03, .07, .15};
    bool wide = (r->pooled || r->n_scales >= SCALES_MANY) && !r->gaussian;
    ons_scatter p = {.n = wide ? 6 : 4};
    for (size_t i = 0; i < p.n; i++) {
        p.at[i] = r->gaussian ? tau[i] * (r->range > 0 ? r->range : 1) : rho[i];
        p.log_prior[i] = log(wide ? many[i] : few[i]);
    }
    return p;
}

ons_box ons_box_free(const ons_rows *r)
{
    return r->gaussian ? (ons_box){-1e9, 1e9, -1e9, 1e9} : (ons_box){0, 1, 0, 1};
}

ons_box ons_box_sharp(const ons_rows *r, bool tied)
{
    if (!tied || !r->chance_known) return ons_box_free(r);
    double c = r->chance, h = r->headroom, tolerance = .05 * h;
    ons_box b = {c - tolerance, c + tolerance, c + .1 * h, r->gaussian ? 1e9 : 1};
    if (!r->gaussian && b.lower_min < 0) b.lower_min = 0;
    return b;
}

/* May the class have this curve? */
static bool allowed(const search *s, int shape, double x50, double width)
{
    if (!s->kind->inside) return true;
    const ons_rows *r = s->rows;
    return x50 + ons_shape_onset(shape) * width >= r->x[1] && x50 <= r->x[r->n_scales - 2];
}

static double node(const search *s, int shape, double x50, double width, double tolerance,
                   ons_levels *at)
{
    double f[ONS_POINTS_MAX];
    ons_shape_fill(shape, x50, width, s->rows->n_scales, s->rows->x, f);
    ons_like_levels(s->like, f, &s->kind->box, tolerance, at);
    return ons_like_value(s->like, f, at);
}

static void try_node(const search *s, int shape, double x50, double width, ons_fit *best)
{
    if (!allowed(s, shape, x50, width)) return;
    ons_levels at = s->start;
    double v = node(s, shape, x50, width, COARSE_TOL, &at);
    if (v > best->ll) *best = (ons_fit){v, x50, width, at, shape};
}

/* Smooth: midpoints every sixth of a width. */
static void coarse_smooth(const search *s, int shape, double width, ons_fit *best)
{
    const double *x = s->rows->x;
    double first = x[0] - .6 * width, last = x[s->rows->n_scales - 1] + 1.2 * width;
    size_t n = (size_t)((last - first) / (width / 6)) + 1;
    for (size_t i = 0; i < n; i++) {
        try_node(s, shape, first + (double)i * (width / 6), width, best);
    }
}

/* Sharp: five midpoints in each gap and five beyond the last scale. */
static void coarse_sharp(const search *s, int shape, double width, ons_fit *best)
{
    const double *x = s->rows->x;
    size_t n = s->rows->n_scales;
    /* Shapes of a step cannot be told apart. */
    if (shape != 0 && width < .3 * s->width_max) return;
    for (size_t i = 0; i < n; i++) {
        for (int q = 0; q < 5; q++) {
            double x50 =
                i + 1 < n ? x[i] + (x[i + 1] - x[i]) * (.1 + .2 * q) : x[i] + .15 * q * width;
            try_node(s, shape, x50, width, best);
        }
    }
}

static ons_fit coarse(const search *s, int shape)
{
    ons_fit best = {.ll = NO_FIT, .shape = shape};
    int n = s->kind->sharp ? WIDTHS_SHARP : WIDTHS_SMOOTH;
    for (int w = 0; w < n; w++) {
        double width = s->width_min * pow(s->width_max / s->width_min, (double)w / (n - 1));
        if (s->kind->sharp)
            coarse_sharp(s, shape, width, &best);
        else
            coarse_smooth(s, shape, width, &best);
    }
    return best;
}

/* Four neighbours in (x50, ln width); steps halve when none is better. */
static void compass(const search *s, ons_fit *best)
{
    double first = s->rows->x[0], last = s->rows->x[s->rows->n_scales - 1];
    double beyond = s->kind->sharp ? .6 : 1.5;
    double step_x = best->width / 8, step_w = .2, x50 = best->x50, width = best->width;
    for (int it = 0; it < 60 && (step_x > 2e-3 * width || step_w > 5e-3); it++) {
        const double up = exp(step_w), dx[4] = {step_x, -step_x, 0, 0}, fw[4] = {1, 1, up, 1 / up};
        bool better = false;
        for (int q = 0; q < 4; q++) {
            double w = ons_clip(width * fw[q], s->width_min, s->width_max);
            double m = ons_clip(x50 + dx[q], first - .8 * w, last + beyond * w);
            if (m == best->x50 && w == best->width) continue;
            if (!allowed(s, best->shape, m, w)) continue;
            ons_levels at = best->level;
            double v = node(s, best->shape, m, w, FINE_TOL, &at);
            if (v > best->ll + 1e-9) {
                *best = (ons_fit){v, m, w, at, best->shape};
                better = true;
            }
        }
        if (better) {
            x50 = best->x50;
            width = best->width;
        } else {
            step_x *= .5;
            step_w *= .5;
        }
    }
}

static void width_bounds(search *s, int shape)
{
    /* Cornered shapes: the steepest slope is bounded, not only the width. */
    double wider = !s->kind->sharp && (shape == 4 || shape == 5) ? 2 : 1;
    s->width_min = s->kind->width_min * wider;
    s->width_max = s->kind->width_max * wider;
}

static void first_fit(search *s, ons_fit *fit)
{
    double best = NO_FIT;
    for (int i = s->kind->first_shape; i < s->kind->n_shapes; i++) {
        width_bounds(s, i);
        fit[i] = coarse(s, i);
        best = fmax(best, fit[i].ll);
    }
    for (int i = s->kind->first_shape; i < s->kind->n_shapes; i++) {
        if (fit[i].ll < best - HOPELESS) fit[i].ll = NO_FIT;
        if (fit[i].ll == NO_FIT) continue;
        width_bounds(s, i);
        compass(s, &fit[i]);
        best = fmax(best, fit[i].ll);
    }
}

/* From the optimum at another scatter. */
static void next_fit(search *s, const ons_fit *from, ons_fit *fit)
{
    double best = NO_FIT;
    for (int i = s->kind->first_shape; i < s->kind->n_shapes; i++) best = fmax(best, from[i].ll);
    for (int i = s->kind->first_shape; i < s->kind->n_shapes; i++) {
        fit[i] = from[i];
        if (from[i].ll < best - HOPELESS) fit[i].ll = NO_FIT;
        if (fit[i].ll == NO_FIT) continue;
        width_bounds(s, i);
        fit[i].ll = node(s, i, fit[i].x50, fit[i].width, FINE_TOL, &fit[i].level);
        compass(s, &fit[i]);
    }
}

/* Best shape at every value of the scatter. The second value comes first: its optimum is a
 * good start for all. */
static void fit_class(const ons_rows *r, const ons_scatter *scatter, const ons_like *like,
                      const curve_class *kind, ons_fit *ret_best)
{
    ons_fit first[ONS_ALL_SHAPES], other[ONS_ALL_SHAPES];
    size_t begin = scatter->n > 1 ? 1 : 0;
    double lo = r->y[0], hi = r->y[0];
    for (size_t i = 1; i < r->n_rows; i++) {
        lo = fmin(lo, r->y[i]);
        hi = fmax(hi, r->y[i]);
    }
    search s = {.rows = r, .kind = kind, .like = &like[begin]};
    s.start.lower = ons_clip(lo, kind->box.lower_min, kind->box.lower_max);
    s.start.upper = ons_clip(hi, kind->box.upper_min, kind->box.upper_max);
    first_fit(&s, first);
    for (size_t v = 0; v < scatter->n; v++) {
        const ons_fit *fit = first;
        if (v != begin) {
            s.like = &like[v];
            next_fit(&s, first, other);
            fit = other;
        }
        ret_best[v] = fit[kind->first_shape];
        for (int i = kind->first_shape + 1; i < kind->n_shapes; i++) {
            /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): all are fitted */
            if (fit[i].ll > ret_best[v].ll) ret_best[v] = fit[i];
        }
    }
}

static curve_class sharp_class(const ons_rows *r, bool inside, ons_box box)
{
    return (curve_class){true, inside, 0, ONS_SHARP_SHAPES, SHARP_MIN * r->w0, r->w0, box};
}

/* Both classes averaged over the scatter; t->smooth_at holds the smooth fits, e the sharp ones. */
static void compare(const ons_scatter *scatter, const ons_fit *e, ons_two *t)
{
    double ls[ONS_SCATTER_MAX], le[ONS_SCATTER_MAX], both[ONS_SCATTER_MAX];
    t->best = 0;
    for (size_t v = 0; v < scatter->n; v++) {
        ls[v] = scatter->log_prior[v] + t->smooth_at[v].ll;
        le[v] = scatter->log_prior[v] + e[v].ll;
        both[v] = ons_log_add_exp(ls[v], le[v]);
        if (both[v] > both[t->best]) t->best = v;
        t->sharp_at[v] = e[v].ll;
    }
    double total = ons_log_sum_exp(both, scatter->n);
    t->scatter = 0;
    for (size_t v = 0; v < scatter->n; v++) t->scatter += exp(both[v] - total) * scatter->at[v];
    t->ll_smooth = ons_log_sum_exp(ls, scatter->n);
    t->ll_sharp = ons_log_sum_exp(le, scatter->n);
    t->lr = 2 * (t->ll_sharp - t->ll_smooth);
    t->sharp = e[t->best];
    t->smooth = t->smooth_at[t->best];
}

void ons_two_class(const ons_rows *r, const ons_scatter *scatter, const ons_like *like, bool tied,
                   ons_two *ret_two)
{
    const curve_class smooth = {false,          false, 0, ONS_SHAPES, r->w0, SMOOTH_MAX * r->w0,
                                ons_box_free(r)};
    const curve_class sharp = sharp_class(r, false, ons_box_sharp(r, tied));
    ons_fit e[ONS_SCATTER_MAX];
    fit_class(r, scatter, like, &smooth, ret_two->smooth_at);
    fit_class(r, scatter, like, &sharp, e);
    compare(scatter, e, ret_two);
}

void ons_sharp_inside(const ons_rows *r, const ons_scatter *scatter, const ons_like *like,
                      ons_two *two)
{
    const curve_class sharp = sharp_class(r, true, ons_box_sharp(r, true));
    ons_fit e[ONS_SCATTER_MAX];
    fit_class(r, scatter, like, &sharp, e);
    compare(scatter, e, two);
}
static double averaged(const ons_rows *r, const ons_scatter *scatter, const ons_like *like,
                       const curve_class *kind)
{
    ons_fit fit[ONS_SCATTER_MAX];
    double ll[ONS_SCATTER_MAX];
    fit_class(r, scatter, like, kind, fit);
    for (size_t v = 0; v < scatter->n; v++) ll[v] = scatter->log_prior[v] + fit[v].ll;
    return ons_log_sum_exp(ll, scatter->n);
}

double ons_fit_long_tailed(const ons_rows *r, const ons_scatter *scatter, const ons_like *like)
{
    ons_box box = ons_box_sharp(r, true), above = box;
    double c = r->chance, h = r->headroom;
    box.lower_max = above.lower_max = c + FLOOR * h;
    box.lower_min = fmax(box.lower_min, c - FLOOR * h);
    above.lower_min = c;
    const curve_class sharp = sharp_class(r, false, box);
    const curve_class tailed = {
        false, false, ONS_LONG_TAILED, ONS_ALL_SHAPES, r->w0, SMOOTH_MAX * r->w0, above};
    return 2 * (averaged(r, scatter, like, &sharp) - averaged(r, scatter, like, &tailed));
}

ons_curve ons_fit_curve(const ons_fit *f)
{
    return (ons_curve){f->shape, f->x50, f->width, f->level.lower, f->level.upper};
}

double ons_fit_onset(const ons_fit *f) { return f->x50 + ons_shape_onset(f->shape) * f->width; }

double ons_fit_mean(const ons_fit *f, double x)
{
    double p = ons_shape_at(f->shape, f->x50, f->width, x);
    return f->level.lower * (1 - p) + f->level.upper * p;
}
