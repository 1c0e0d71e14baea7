#include "analysis/interval_priv.h"

#include <math.h>
#include <string.h>

#include "stats/special.h"

enum { GRID = 121, WIDTHS = 12, STRIDE = 4 /* divides GRID - 1 */ };

#define BEYOND    0.5               /* decades past both ends of the scales */
#define DROP      (.5 * 3.84 * 1.1) /* nats below the maximum: 95 %, with the allowance of 2.4 */
#define TOLERANCE 1e-4
/* Nodes this far (nats) below the best at the largest scatter, where the likelihood is
 * flattest, are further below at every other: they cannot reach the interval. */
#define HOPELESS 9.0
#define NONE     (-1e300)
/* Between two points of the coarse grid the profile may rise by less than this (nats). */
#define FAR 30.0

/* Maxima over levels, per scatter, grid point and width; shapes are maximised over. */
typedef struct surface {
    const ons_rows *rows;
    const ons_scatter *scatter;
    const ons_like *like;
    ons_box box;
    ons_levels start;
    double grid[GRID], width[WIDTHS];
    double node[GRID][WIDTHS][ONS_SHARP_SHAPES]; /* at the largest scatter */
    double at_grid[ONS_SCATTER_MAX][GRID];
    double at_width[ONS_SCATTER_MAX][WIDTHS];
} surface;

static double value(const surface *s, size_t v, int shape, double x50, double width)
{
    double f[ONS_POINTS_MAX];
    ons_levels at = s->start;
    ons_shape_fill(shape, x50, width, s->rows->n_scales, s->rows->x, f);
    ons_like_levels(&s->like[v], f, &s->box, TOLERANCE, &at);
    return ons_like_value(&s->like[v], f, &at);
}

static double midpoint_of(const surface *s, bool onset, int shape, size_t g, size_t w)
{
    return s->grid[g] - (onset ? ons_shape_onset(shape) * s->width[w] : 0);
}

static void note(surface *s, size_t v, size_t g, size_t w, double ll)
{
    s->at_grid[v][g] = fmax(s->at_grid[v][g], ll);
    s->at_width[v][w] = fmax(s->at_width[v][w], ll);
}

/* All nodes of one grid point at the largest scatter. */
static void first_point(surface *s, bool onset, size_t v, size_t g)
{
    for (size_t w = 0; w < WIDTHS; w++) {
        for (int shape = 0; shape < ONS_SHARP_SHAPES; shape++) {
            double ll = value(s, v, shape, midpoint_of(s, onset, shape, g, w), s->width[w]);
            s->node[g][w][shape] = ll;
            note(s, v, g, w, ll);
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
static double first_pass(surface *s, bool onset, size_t v)
{
    double *at = s->at_grid[v];
    for (size_t g = 0; g < GRID; g += STRIDE) first_point(s, onset, v, g);
    double best = best_of(at, GRID);
    for (size_t g = 0; g + STRIDE < GRID; g += STRIDE) {
        if (fmax(at[g], at[g + STRIDE]) < best - FAR) continue;
        for (size_t i = g + 1; i < g + STRIDE; i++) first_point(s, onset, v, i);
    }
    return best_of(at, GRID);
}

static void other_pass(surface *s, bool onset, size_t v, size_t first, double best)
{
    for (size_t g = 0; g < GRID; g++) {
        if (s->at_grid[first][g] < best - HOPELESS) continue;
        for (size_t w = 0; w < WIDTHS; w++) {
            for (int shape = 0; shape < ONS_SHARP_SHAPES; shape++) {
                if (s->node[g][w][shape] < s->at_grid[first][g] - HOPELESS) continue;
                note(s, v, g, w,
                     value(s, v, shape, midpoint_of(s, onset, shape, g, w), s->width[w]));
            }
        }
    }
}

/* First and last of n values whose profile is close to the best, widened by one cell. */
static void ends(const surface *s, const double *at, size_t n, size_t stride, const double *values,
                 ons_interval *ret_i)
{
    double profile[GRID], best = NONE;
    for (size_t g = 0; g < n; g++) {
        double ll[ONS_SCATTER_MAX];
        for (size_t v = 0; v < s->scatter->n; v++)
            ll[v] = s->scatter->log_prior[v] + at[v * stride + g];
        profile[g] = ons_log_sum_exp(ll, s->scatter->n);
        best = fmax(best, profile[g]);
    }
    size_t first = n, last = 0;
    for (size_t g = 0; g < n; g++) {
        if (profile[g] < best - DROP) continue;
        if (first == n) first = g;
        last = g;
    }
    ret_i->lo = values[first > 0 ? first - 1 : 0];
    ret_i->hi = values[last + 1 < n ? last + 1 : n - 1];
}

static void profile(surface *s, bool onset)
{
    for (size_t v = 0; v < ONS_SCATTER_MAX; v++) {
        for (size_t g = 0; g < GRID; g++) s->at_grid[v][g] = NONE;
        for (size_t w = 0; w < WIDTHS; w++) s->at_width[v][w] = NONE;
    }
    size_t flattest = s->scatter->n - 1;
    double best = first_pass(s, onset, flattest);
    for (size_t v = 0; v < flattest; v++) other_pass(s, onset, v, flattest, best);
}

static double clip(double v, double lo, double hi) { return v < lo ? lo : v > hi ? hi : v; }

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
    s->start.lower = clip(lo, s->box.lower_min, s->box.lower_max);
    s->start.upper = clip(hi, s->box.upper_min, s->box.upper_max);
}

void ons_interval_profile(const ons_rows *r, const ons_scatter *scatter, const ons_like *like,
                          ons_interval *ret_onset, ons_interval *ret_midpoint,
                          ons_interval *ret_width)
{
    surface s = {.rows = r, .scatter = scatter, .like = like};
    fill_surface(&s);
    profile(&s, true);
    ends(&s, &s.at_grid[0][0], GRID, GRID, s.grid, ret_onset);
    profile(&s, false);
    ends(&s, &s.at_grid[0][0], GRID, GRID, s.grid, ret_midpoint);
    ends(&s, &s.at_width[0][0], WIDTHS, WIDTHS, s.width, ret_width);
}
