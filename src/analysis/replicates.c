/* The likelihood of run i is (1 - q_i) BB(k_i | n_i, L) + q_i BB(k_i | n_i, U) with
 * q_i = (1 - lapse) F(x_i): maximised on a grid of curves and levels, averaged over the
 * scatter and over the share of runs that fail even far above the threshold. */
#include "analysis/replicates_priv.h"

#include <math.h>

#include "base/arena.h"
#include "stats/fast.h"
#include "stats/special.h"

enum {
    MIDPOINTS = 41,
    WIDTHS = 6,
    CURVES = ONS_SHARP_SHAPES * WIDTHS * MIDPOINTS,
    LOWS = 4,
    HIGHS = 10,
    SCATTERS = 4,
    LAPSES = 3,
    FACTORS = 32 /* rows multiplied before a logarithm: each factor is at least 1e-4 */
};

static const double scatter_at[SCATTERS] = {1e-3, 8e-3, 3e-2, 1e-1};
static const double scatter_prior[SCATTERS] = {.35, .3, .2, .15};
static const double lapse_at[LAPSES] = {0, .1, .25};
static const double lapse_prior[LAPSES] = {.6, .25, .15};

typedef struct grid {
    const ons_rows *rows;
    double lo[LOWS], hi[HIGHS];
    size_t n_lo;
    double f[CURVES][ONS_POINTS_MAX]; /* per scale */
    double x50[CURVES], width[CURVES];
    double ll_lo[LOWS][ONS_POINTS_MAX], ll_hi[HIGHS][ONS_POINTS_MAX]; /* per row */
    double e_lo[ONS_POINTS_MAX], e_hi[ONS_POINTS_MAX];                /* scaled to a maximum of 1 */
} grid;

typedef struct best_node {
    double ll;
    size_t curve, lo, hi, scatter, lapse;
} best_node;

bool ons_replicates_apply(const ons_rows *r)
{
    size_t n = 0;
    for (size_t s = 0; s < r->n_scales; s++) n += r->begin[s + 1] - r->begin[s] > 1;
    return !r->gaussian && !r->pooled && r->chance_known && n >= 3;
}

static void fill_levels(grid *g)
{
    static const double up[HIGHS] = {.1, .2, .35, .5, .65, .8, .9, .95, .98, .995};
    double c = g->rows->chance, h = g->rows->headroom;
    const double low[LOWS] = {fmax(c - .05 * h, 1e-3), c + 1e-3, c + .02 * h, c + .05 * h};
    g->n_lo = 0;
    for (size_t i = 0; i < LOWS; i++)
        if (i == 0 || low[i] > g->lo[g->n_lo - 1]) g->lo[g->n_lo++] = low[i];
    for (size_t i = 0; i < HIGHS; i++) g->hi[i] = c + h * up[i];
}

static void fill_curves(grid *g, bool sharp)
{
    static const double narrow[WIDTHS] = {.02, .1, .25, .45, .7, .999};
    static const double wide[WIDTHS] = {1, 1.3, 1.8, 2.5, 4, 8};
    const ons_rows *r = g->rows;
    double first = r->x[0] - .3 * r->unit, last = r->x[r->n_scales - 1] + .3 * r->unit;
    size_t c = 0;
    for (int shape = 0; shape < ONS_SHARP_SHAPES; shape++) {
        for (int w = 0; w < WIDTHS; w++) {
            for (int m = 0; m < MIDPOINTS; m++, c++) {
                g->x50[c] = first + (last - first) * m / (MIDPOINTS - 1);
                g->width[c] = r->w0 * (sharp ? narrow[w] : wide[w]);
                ons_shape_fill(shape, g->x50[c], g->width[c], r->n_scales, r->x, g->f[c]);
            }
        }
    }
}

static void fill_rows(grid *g, double rho)
{
    const ons_rows *r = g->rows;
    double mu[ONS_POINTS_MAX], big_m = 1 / rho - 1;
    for (size_t l = 0; l < g->n_lo + HIGHS; l++) {
        bool low = l < g->n_lo;
        for (size_t i = 0; i < r->n_rows; i++) mu[i] = low ? g->lo[l] : g->hi[l - g->n_lo];
        ons_beta_binomial_fill(r->n_rows, r->k, r->n, mu, big_m,
                               low ? g->ll_lo[l] : g->ll_hi[l - g->n_lo]);
    }
}

/* ln of the product over rows of (1 - q) e_lo + q e_hi. */
static double mixture(const grid *g, const double *f, double keep)
{
    const ons_rows *r = g->rows;
    double sum = 0, product = 1;
    size_t factors = 0;
    for (size_t s = 0; s < r->n_scales; s++) {
        double q = keep * f[s];
        q = q < 1e-4 ? 1e-4 : q > 1 - 1e-4 ? 1 - 1e-4 : q;
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            product *= (1 - q) * g->e_lo[i] + q * g->e_hi[i];
            if (++factors % FACTORS == 0) {
                sum += ons_fast_log(product);
                product = 1;
            }
        }
    }
    return sum + ons_fast_log(product);
}

/* Best curve for one pair of levels. */
static void search_pair(grid *g, best_node at, best_node *best)
{
    double offset = 0;
    for (size_t i = 0; i < g->rows->n_rows; i++) {
        double a = g->ll_lo[at.lo][i], b = g->ll_hi[at.hi][i], top = fmax(a, b);
        g->e_lo[i] = ons_fast_exp(a - top);
        g->e_hi[i] = ons_fast_exp(b - top);
        offset += top;
    }
    for (size_t c = 0; c < CURVES; c++) {
        double ll = offset + mixture(g, g->f[c], 1 - lapse_at[at.lapse]);
        if (ll <= best->ll) continue;
        *best = at;
        best->ll = ll;
        best->curve = c;
    }
}

static double base_of(const ons_rows *r, double rho)
{
    double m = 1 / rho - 1, sum = 0;
    for (size_t i = 0; i < r->n_rows; i++) sum += ons_lgamma(m) - ons_lgamma(r->n[i] + m);
    return sum;
}

/* ln likelihood of the class, averaged; the best node of all. */
static double fit_class(grid *g, bool sharp, best_node *ret_best)
{
    double term[SCATTERS * LAPSES];
    fill_curves(g, sharp);
    ret_best->ll = -INFINITY;
    for (size_t v = 0; v < SCATTERS; v++) {
        double base = base_of(g->rows, scatter_at[v]);
        fill_rows(g, scatter_at[v]);
        for (size_t l = 0; l < LAPSES; l++) {
            best_node best = {.ll = -INFINITY};
            for (size_t lo = 0; lo < g->n_lo; lo++)
                for (size_t hi = 0; hi < HIGHS; hi++)
                    search_pair(g, (best_node){.lo = lo, .hi = hi, .scatter = v, .lapse = l},
                                &best);
            best.ll += base;
            term[v * LAPSES + l] = best.ll + log(scatter_prior[v] * lapse_prior[l]);
            if (best.ll > ret_best->ll) *ret_best = best;
        }
    }
    return ons_log_sum_exp(term, (size_t)SCATTERS * LAPSES);
}

/* Needs the curves of the sharp class in g. */
static void fill_learned(grid *g, const best_node *b, double *ret_w)
{
    const ons_rows *r = g->rows;
    fill_rows(g, scatter_at[b->scatter]);
    for (size_t s = 0; s < r->n_scales; s++) {
        double q = (1 - lapse_at[b->lapse]) * g->f[b->curve][s];
        q = fmin(fmax(q, 1e-4), 1 - 1e-4);
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            double odds = log(q / (1 - q)) + g->ll_hi[b->hi][i] - g->ll_lo[b->lo][i];
            ret_w[i] = odds >= 0 ? 1 / (1 + exp(-odds)) : exp(odds) / (1 + exp(odds));
        }
    }
}

static void fit_both(grid *g, const ons_rows *r, ons_replicates *ret_b)
{
    g->rows = r;
    fill_levels(g);
    best_node smooth, sharp;
    ret_b->ll_smooth = fit_class(g, false, &smooth);
    ret_b->ll_sharp = fit_class(g, true, &sharp);
    size_t c = sharp.curve;
    ret_b->sharp = (ons_fit){.ll = sharp.ll,
                             .x50 = g->x50[c],
                             .width = g->width[c],
                             .level = {g->lo[sharp.lo], g->hi[sharp.hi]},
                             .shape = (int)(c / ((size_t)WIDTHS * MIDPOINTS))};
    fill_learned(g, &sharp, ret_b->learned);
}

ons_status ons_replicates_fit(const ons_rows *r, ons_replicates *ret_b, ons_err *err)
{
    ons_arena arena;
    ons_arena_init(&arena, 0);
    grid *g;
    ons_status s = ONS_NEW(&arena, 1, &g, err);
    if (s == ONS_OK) fit_both(g, r, ret_b);
    ons_arena_clear(&arena);
    return s;
}
