#include "analysis/interval_priv.h"

#include <math.h>
#include <string.h>

#include "stats/special.h"

enum { GRID = ONS_PLACES, WIDTHS = 12, STRIDE = 4 /* divides GRID - 1 */ };

#define BEYOND    0.5 /* decades past both ends of the scales */
#define DROP      ONS_INTERVAL_DROP
#define TOLERANCE 1e-4
/* Grid points this far (nats) below the best at the largest scatter, where the likelihood is
 * flattest, are further below at every other: they cannot reach the interval. */
#define HOPELESS 9.0
/* Curves this far below the best of their grid point there are not the best at any other. */
#define BEHIND 9.0
#define NONE   (-1e300)
/* Between two points of the coarse grid the profile may rise by less than this (nats). */
#define FAR 15.0

/* Maxima over levels, per grid point, width and shape. The largest scatter is searched in full;
 * the others only where the ends of the interval are decided. */
typedef struct surface {
    const ons_rows *rows;
    const ons_scatter *scatter;
    const ons_like *like;
    ons_box box;
    ons_levels start;
    bool onset;  /* the grid is of onsets, else of midpoints */
    size_t flat; /* index of the largest scatter */
    double grid[GRID], width[WIDTHS];
    double node[GRID][WIDTHS][ONS_SHARP_SHAPES]; /* at the largest scatter */
    double top[GRID];                            /* best of a grid point there */
    double profile[GRID]; /* averaged over the scatter; NaN: not computed yet */
} surface;

/* at: levels to start from, and those found. */
static double value_at(const surface *s, size_t v, int shape, double x, size_t w, ons_levels *at)
{
    double f[ONS_POINTS_MAX], width = s->width[w];
    double x50 = x - (s->onset ? ons_shape_onset(shape) * width : 0);
    ons_shape_fill(shape, x50, width, s->rows->n_scales, s->rows->x, f);
    ons_like_levels(&s->like[v], f, &s->box, TOLERANCE, at);
    return ons_like_value(&s->like[v], f, at);
}

static double value_from(const surface *s, size_t v, int shape, size_t g, size_t w, ons_levels *at)
{
    return value_at(s, v, shape, s->grid[g], w, at);
}

static double value(const surface *s, size_t v, int shape, size_t g, size_t w)
{
    ons_levels at = s->start;
    return value_from(s, v, shape, g, w, &at);
}

static void first_point(surface *s, size_t g)
{
    for (int shape = 0; shape < ONS_SHARP_SHAPES; shape++) {
        ons_levels at = s->start;
        for (size_t w = 0; w < WIDTHS; w++) {
            double ll = value_from(s, s->flat, shape, g, w, &at);
            s->node[g][w][shape] = ll;
            s->top[g] = fmax(s->top[g], ll);
        }
    }
}

static double best_of(const double *v, size_t n)
{
    double best = NONE;
    for (size_t i = 0; i < n; i++) best = fmax(best, v[i]);
    return best;
}

/* Every fourth grid point, then what lies between those that are not far off. */
static void first_pass(surface *s)
{
    for (size_t g = 0; g < GRID; g++) {
        s->top[g] = NONE;
        s->profile[g] = (double)NAN;
        for (size_t w = 0; w < WIDTHS; w++)
            for (int shape = 0; shape < ONS_SHARP_SHAPES; shape++) s->node[g][w][shape] = NONE;
    }
    for (size_t g = 0; g < GRID; g += STRIDE) first_point(s, g);
    double best = best_of(s->top, GRID);
    for (size_t g = 0; g + STRIDE < GRID; g += STRIDE) {
        if (fmax(s->top[g], s->top[g + STRIDE]) < best - FAR) continue;
        for (size_t i = g + 1; i < g + STRIDE; i++) first_point(s, i);
    }
}

/* The best of one width's curves that are not far behind `before`; the others are given up. ll
 * holds what they were at the scatter before, or (s->flat) at this one. */
static double best_of_width(const surface *s, size_t v, size_t g, size_t w, double before,
                            double ll[ONS_SHARP_SHAPES])
{
    double best = NONE;
    for (int shape = 0; shape < ONS_SHARP_SHAPES; shape++) {
        if (ll[shape] < before - BEHIND) {
            ll[shape] = NONE;
            continue;
        }
        if (v != s->flat) ll[shape] = value(s, v, shape, g, w);
        best = fmax(best, ll[shape]);
    }
    return best;
}

/* Best of the curves of widths [begin, end) at grid point g, for every scatter. From the largest
 * scatter on, each is tried on those curves only that are not far behind at the one before. */
static void best_at(const surface *s, size_t g, size_t begin, size_t end, double *ret_best)
{
    double ll[WIDTHS][ONS_SHARP_SHAPES];
    memcpy(ll, s->node[g], sizeof ll);
    for (size_t v = s->flat;; v--) {
        double before = NONE, best = NONE;
        for (size_t w = begin; w < end; w++)
            before = fmax(before, best_of(ll[w], ONS_SHARP_SHAPES));
        for (size_t w = begin; w < end; w++)
            best = fmax(best, best_of_width(s, v, g, w, before, ll[w]));
        ret_best[v] = best;
        if (v == 0) return;
    }
}

static double averaged(const surface *s, const double *at)
{
    double ll[ONS_SCATTER_MAX];
    for (size_t v = 0; v < s->scatter->n; v++) ll[v] = s->scatter->log_prior[v] + at[v];
    return ons_log_sum_exp(ll, s->scatter->n);
}

static double profile_at(surface *s, size_t g)
{
    if (!isnan(s->profile[g])) return s->profile[g];
    double at[ONS_SCATTER_MAX];
    best_at(s, g, 0, WIDTHS, at);
    return s->profile[g] = averaged(s, at);
}

/* Uphill from g, one cell at a time. */
static size_t climb(surface *s, size_t g)
{
    for (;;) {
        double here = profile_at(s, g), left = g > 0 ? profile_at(s, g - 1) : NONE;
        double right = g + 1 < GRID ? profile_at(s, g + 1) : NONE;
        if (fmax(left, right) <= here) return g;
        g = right >= left ? g + 1 : g - 1;
    }
}

/* The grid point of the highest profile: uphill from every summit at the largest scatter that
 * may be it. */
static size_t highest(surface *s, double least)
{
    size_t best = GRID;
    for (size_t g = 0; g < GRID; g++) {
        bool summit =
            (g == 0 || s->top[g] > s->top[g - 1]) && (g + 1 == GRID || s->top[g] >= s->top[g + 1]);
        if (!summit || s->top[g] < least) continue;
        size_t at = climb(s, g);
        if (best == GRID || profile_at(s, at) > profile_at(s, best)) best = at;
    }
    return best;
}

static bool is_close(surface *s, size_t g, double hopeless, double least)
{
    return s->top[g] >= hopeless && profile_at(s, g) >= least;
}

/* Grid points whose profile is close to the highest, widened by one cell. */
static void grid_ends(surface *s, ons_interval *ret_i)
{
    double hopeless = best_of(s->top, GRID) - HOPELESS;
    size_t first = 0, last = GRID - 1, summit = highest(s, hopeless);
    double least = profile_at(s, summit) - DROP;
    while (first < summit && !is_close(s, first, hopeless, least)) first++;
    while (last > summit && !is_close(s, last, hopeless, least)) last--;
    ret_i->lo = s->grid[first > 0 ? first - 1 : 0];
    ret_i->hi = s->grid[last + 1 < GRID ? last + 1 : last];
}

/* Highest likelihood of width w at every scatter: uphill from the best at the largest one. */
static void width_at(const surface *s, size_t w, double *ret_best)
{
    size_t g = 0;
    double top = NONE;
    for (size_t i = 0; i < GRID; i++) {
        double here = best_of(s->node[i][w], ONS_SHARP_SHAPES);
        if (here <= top) continue;
        top = here;
        g = i;
    }
    best_at(s, g, w, w + 1, ret_best);
    for (int step = -1; step <= 1; step += 2) {
        bool better = true;
        for (size_t i = g; better && (step > 0 ? i + 1 < GRID : i > 0);) {
            double next[ONS_SCATTER_MAX];
            i = step > 0 ? i + 1 : i - 1;
            best_at(s, i, w, w + 1, next);
            better = false;
            for (size_t v = 0; v < s->flat; v++) {
                better = better || next[v] > ret_best[v];
                ret_best[v] = fmax(ret_best[v], next[v]);
            }
        }
    }
}

static void width_ends(const surface *s, ons_interval *ret_i)
{
    double profile[WIDTHS], best;
    for (size_t w = 0; w < WIDTHS; w++) {
        double at[ONS_SCATTER_MAX];
        width_at(s, w, at);
        profile[w] = averaged(s, at);
    }
    best = best_of(profile, WIDTHS);
    size_t first = 0, last = WIDTHS - 1;
    while (first < last && profile[first] < best - DROP) first++;
    while (last > first && profile[last] < best - DROP) last--;
    ret_i->lo = s->width[first > 0 ? first - 1 : 0];
    ret_i->hi = s->width[last + 1 < WIDTHS ? last + 1 : last];
}

static void fill_surface(surface *s)
{
    static const double width[WIDTHS] = {.03, .15, .35, .6, .85, 1.15, 1.5, 2, 2.7, 3.6, 5, 8};
    const ons_rows *r = s->rows;
    double first = r->x[0] - BEYOND * r->unit, last = r->x[r->n_scales - 1] + BEYOND * r->unit;
    for (size_t g = 0; g < GRID; g++) s->grid[g] = first + (last - first) * (double)g / (GRID - 1);
    for (size_t w = 0; w < WIDTHS; w++) s->width[w] = width[w] * r->unit;
    double lo = r->y[0], hi = r->y[0];
    for (size_t i = 1; i < r->n_rows; i++) {
        lo = fmin(lo, r->y[i]);
        hi = fmax(hi, r->y[i]);
    }
    s->box = ons_box_sharp(r, true);
    s->start.lower = ons_clip(lo, s->box.lower_min, s->box.lower_max);
    s->start.upper = ons_clip(hi, s->box.upper_min, s->box.upper_max);
}

void ons_interval_profile(const ons_rows *r, const ons_scatter *scatter, const ons_like *like,
                          ons_interval *ret_onset, ons_interval *ret_midpoint,
                          ons_interval *ret_width)
{
    surface s = {.rows = r, .scatter = scatter, .like = like, .flat = scatter->n - 1};
    fill_surface(&s);
    s.onset = true;
    first_pass(&s);
    grid_ends(&s, ret_onset);
    s.onset = false;
    first_pass(&s);
    grid_ends(&s, ret_midpoint);
    width_ends(&s, ret_width);
}

/* ---- the whole profile, where two series are compared ---- */

/* Every place at the largest scatter. */
static void whole_pass(surface *s)
{
    for (size_t g = 0; g < GRID; g++) {
        s->top[g] = NONE;
        s->profile[g] = (double)NAN;
        first_point(s, g);
    }
}

/* Best of the curves that rise at x, at one scatter. */
static double best_of_place(const surface *s, size_t v, double x)
{
    double best = NONE;
    for (int shape = 0; shape < ONS_SHARP_SHAPES; shape++) {
        ons_levels at = s->start;
        for (size_t w = 0; w < WIDTHS; w++) best = fmax(best, value_at(s, v, shape, x, w, &at));
    }
    return best;
}

/* One level throughout: that of chance (risen = 0), or the risen one. */
static double flat_value(const surface *s, size_t v, double risen)
{
    double f[ONS_POINTS_MAX];
    ons_levels at = s->start;
    for (size_t i = 0; i < s->rows->n_scales; i++) f[i] = risen;
    ons_like_levels(&s->like[v], f, &s->box, TOLERANCE, &at);
    return ons_like_value(&s->like[v], f, &at);
}

/* A rise that lies past the grid, however far. */
static double outside(const surface *s, bool right)
{
    static const double away[] = {.25, .75, 1.75, 3.75, 7.75};
    double best[ONS_SCATTER_MAX], end = s->grid[right ? GRID - 1 : 0];
    for (size_t v = 0; v < s->scatter->n; v++) {
        best[v] = flat_value(s, v, right ? 0 : 1);
        for (size_t i = 0; i < sizeof away / sizeof *away; i++) {
            double x = end + (right ? away[i] : -away[i]) * s->rows->unit;
            best[v] = fmax(best[v], best_of_place(s, v, x));
        }
    }
    return averaged(s, best);
}

void ons_interval_places(const ons_rows *r, const ons_scatter *scatter, const ons_like *like,
                         bool onset, ons_places *ret_p)
{
    surface s = {.rows = r, .scatter = scatter, .like = like, .flat = scatter->n - 1};
    fill_surface(&s);
    s.onset = onset;
    whole_pass(&s);
    double best = best_of(s.top, GRID), top = NONE;
    for (size_t g = 0; g < GRID; g++)
        if (s.top[g] >= best - FAR) top = fmax(top, profile_at(&s, g));
    ret_p->first = s.grid[0];
    ret_p->step = (s.grid[GRID - 1] - s.grid[0]) / (GRID - 1);
    /* Far down, how far is told by the largest scatter, which falls the least. */
    for (size_t g = 0; g < GRID; g++)
        ret_p->ll[g] = isnan(s.profile[g]) ? top + (s.top[g] - best) : s.profile[g];
    ret_p->before = outside(&s, false);
    ret_p->beyond = outside(&s, true);
}
