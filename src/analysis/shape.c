/* Order-restricted fits by pooling adjacent violators, tested by parametric bootstrap.
 *
 * The deviance of a fit whose blocks are weighted means is a sum over rows less a sum
 * over blocks: D = 2 sum_i w_i h(y_i) - 2 sum_b W_b h(m_b), with h(y) = y ln y +
 * (1-y) ln(1-y), or y^2/2 for Gaussian data. Fits of all prefixes therefore cost one
 * pass, and a U or a cap is the best sum of a prefix and a suffix.
 *
 * Where no errors are known, deviances are divided by the scatter between neighbours, in the
 * data as in every repeat of the bootstrap: noise of any size is not taken for a shape. */
#include "analysis/shape_priv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "stats/dist.h"
#include "stats/draw.h"
#include "stats/fast.h"
#include "stats/special.h"

enum { REPEATS = 399, TABLE = 4096, GUIDE = 512 };

#define ALPHA       0.05
#define DIP         0.25 /* of the main limb: smaller ones do not make a curve non-monotone */
#define TIE         1e-9
#define ROOT_TWO_PI 2.5066282746310002

/* y ln y + (1-y) ln(1-y), or half the square. */
static inline double entropy(double y, bool gaussian)
{
    if (gaussian) return .5 * y * y;
    double v = 0;
    if (y > 1e-300) v += y * ons_fast_log(y);
    if (y < 1) v += (1 - y) * ons_fast_log(1 - y);
    return v;
}

typedef struct block {
    double mean, weight, sum_h; /* sum_h: W h(m) of this and all blocks below */
    size_t count;
} block;

/* Adds one value to a rising (or falling: sign -1) fit; returns the new number of blocks. */
static size_t push(block *b, size_t n, double y, double w, double sign, bool gaussian)
{
    block t = {y, w, 0, 1};
    while (n > 0 && sign * b[n - 1].mean >= sign * t.mean - 1e-15) {
        n--;
        t.mean = (b[n].mean * b[n].weight + t.mean * t.weight) / (b[n].weight + t.weight);
        t.weight += b[n].weight;
        t.count += b[n].count;
    }
    t.sum_h = t.weight * entropy(t.mean, gaussian) + (n > 0 ? b[n - 1].sum_h : 0);
    b[n] = t;
    return n + 1;
}

/* ret_h[s] = sum over blocks of the fit to the first s values (prefix) or to all but the first s
 * (suffix), s = 0 … K. */
static void prefix_fits(const ons_shape_data *d, const double *y, double sign, double *ret_h)
{
    block b[ONS_POINTS_MAX];
    size_t n = 0;
    ret_h[0] = 0;
    for (size_t s = 0; s < d->n_scales; s++) {
        n = push(b, n, y[s], d->weight[s], sign, d->gaussian);
        ret_h[s + 1] = b[n - 1].sum_h;
    }
}

static void suffix_fits(const ons_shape_data *d, const double *y, double sign, double *ret_h)
{
    block b[ONS_POINTS_MAX];
    size_t n = 0, k = d->n_scales;
    ret_h[k] = 0;
    for (size_t s = k; s-- > 0;) { /* read backwards, a rising curve falls */
        n = push(b, n, y[s], d->weight[s], -sign, d->gaussian);
        ret_h[s] = b[n - 1].sum_h;
    }
}

/* sum_b W_b h(m_b) of the class; the larger, the better the fit. */
static double fit_value(const ons_shape_data *d, const double *y, ons_order order)
{
    double pre[ONS_POINTS_MAX + 1], post[ONS_POINTS_MAX + 1];
    size_t k = d->n_scales;
    if (order == ONS_ORDER_CONSTANT) {
        double w = 0, wy = 0;
        for (size_t s = 0; s < k; s++) {
            w += d->weight[s];
            wy += d->weight[s] * y[s];
        }
        return w * entropy(wy / w, d->gaussian);
    }
    if (order == ONS_ORDER_RISING || order == ONS_ORDER_FALLING) {
        prefix_fits(d, y, order == ONS_ORDER_RISING ? 1 : -1, pre);
        return pre[k];
    }
    double first = order == ONS_ORDER_CAP ? 1 : -1, best = -INFINITY;
    prefix_fits(d, y, first, pre);
    suffix_fits(d, y, -first, post);
    for (size_t s = 1; s < k; s++) best = fmax(best, pre[s] + post[s]);
    return best;
}

static double full_value(const ons_shape_data *d, const double *y)
{
    double sum = 0;
    for (size_t s = 0; s < d->n_scales; s++) sum += d->weight[s] * entropy(y[s], d->gaussian);
    return sum;
}

/* Variance of the scores in units of 1 / weight, at least 1: from their squared distances to
 * the line between their neighbours, which a slope does not touch. The two largest are left
 * out: a step makes two. */
static double excess_variance(const ons_shape_data *d, const double *y)
{
    if (!d->measure_scatter || d->n_scales < 4) return 1;
    double v[ONS_POINTS_MAX], sum = 0;
    size_t m = d->n_scales - 2, keep = m > 4 ? m - 2 : (m + 1) / 2;
    for (size_t i = 0; i < m; i++) {
        double b = (d->x[i + 1] - d->x[i]) / (d->x[i + 2] - d->x[i]), a = 1 - b;
        double e = y[i + 1] - a * y[i] - b * y[i + 2];
        v[i] = e * e / (1 / d->weight[i + 1] + a * a / d->weight[i] + b * b / d->weight[i + 2]);
    }
    qsort(v, m, sizeof *v, ons_ascending);
    for (size_t i = 0; i < keep; i++) sum += v[i];
    /* The mean of the smaller part of squared normal deviates is below 1. */
    double share = (double)keep / (double)m, z = ons_normal_quantile(.5 * (1 + share));
    double expected = 1 - 2 * z * exp(-.5 * z * z) / (ROOT_TWO_PI * share);
    return fmax(1, sum / (double)keep / expected);
}

double ons_shape_neighbour_scatter(const ons_shape_data *d)
{
    double seen = 0, noise = 0, full = 0;
    for (size_t i = 1; i + 1 < d->n_scales; i++) {
        double b = (d->x[i] - d->x[i - 1]) / (d->x[i + 1] - d->x[i - 1]), a = 1 - b;
        double line = a * d->y[i - 1] + b * d->y[i + 1], e = d->y[i] - line;
        double mu = (d->y[i - 1] + d->y[i] + d->y[i + 1]) / 3, v = mu * (1 - mu);
        seen += e * e;
        noise += v * (1 / d->n[i] + a * a / d->n[i - 1] + b * b / d->n[i + 1]);
        full += v * (1 + a * a + b * b);
    }
    return full > noise ? fmin(.9, fmax(0, (seen - noise) / (full - noise))) : 0;
}

/* Improvement of the deviance by the next larger classes. */
static double gain(const ons_shape_data *d, const double *y, ons_order order, double own)
{
    if (order > ONS_ORDER_FALLING) return 0;
    ons_order a = order == ONS_ORDER_CONSTANT ? ONS_ORDER_RISING : ONS_ORDER_U;
    ons_order b = order == ONS_ORDER_CONSTANT ? ONS_ORDER_FALLING : ONS_ORDER_CAP;
    return 2 * (fmax(fit_value(d, y, a), fit_value(d, y, b)) - own);
}

static void fill_fit(const ons_shape_data *d, size_t begin, size_t end, double sign, double *ret_f)
{
    block b[ONS_POINTS_MAX];
    size_t n = 0;
    for (size_t s = begin; s < end; s++) {
        n = push(b, n, d->y[s], d->weight[s], sign, d->gaussian);
    }
    size_t at = begin;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < b[i].count; j++) ret_f[at++] = b[i].mean;
    }
}

double ons_shape_fit(const ons_shape_data *d, ons_order order, double *ret_f)
{
    size_t k = d->n_scales, split = k;
    double own = fit_value(d, d->y, order);
    if (order == ONS_ORDER_CONSTANT) {
        double w = 0, wy = 0;
        for (size_t s = 0; s < k; s++) {
            w += d->weight[s];
            wy += d->weight[s] * d->y[s];
        }
        for (size_t s = 0; s < k; s++) ret_f[s] = wy / w;
    } else if (order == ONS_ORDER_RISING || order == ONS_ORDER_FALLING) {
        fill_fit(d, 0, k, order == ONS_ORDER_RISING ? 1 : -1, ret_f);
    } else {
        double pre[ONS_POINTS_MAX + 1], post[ONS_POINTS_MAX + 1], best = -INFINITY;
        double first = order == ONS_ORDER_CAP ? 1 : -1;
        prefix_fits(d, d->y, first, pre);
        suffix_fits(d, d->y, -first, post);
        for (size_t s = 1; s < k; s++) {
            if (pre[s] + post[s] <= best + 1e-12) continue;
            best = pre[s] + post[s];
            split = s;
        }
        fill_fit(d, 0, split, first, ret_f);
        fill_fit(d, split, k, -first, ret_f);
    }
    return fmax(0, 2 * (full_value(d, d->y) - own));
}

/* ---- draws ---- */

/* Inverse of a beta-binomial distribution function, by table. */
typedef struct draw_table {
    double first; /* count of cdf[0] */
    size_t n;
    double cdf[TABLE];
    uint16_t guide[GUIDE];
} draw_table;

/* False where the table would be too long. Starts at the mode and goes outwards until the
 * rest cannot matter. */
static bool table_fill(draw_table *t, double n, double mu, double rho)
{
    double m = 1 / rho - 1, a = mu * m, b = (1 - mu) * m, mode = 0;
    if (a > 1 && b > 1)
        mode = floor((n * (a - 1) + 1 - b) / (a + b - 2));
    else if (b <= 1 && a > b)
        mode = n;
    mode = fmin(fmax(mode, 0), n);
    double lo = mode, hi = mode, mass = 1, low[TABLE];
    size_t n_low = 0, n_high = 1;
    while (lo > 0 && mass > 1e-14) {
        mass *= lo * (n - lo + b) / ((n - lo + 1) * (lo - 1 + a));
        lo--;
        if (n_low == TABLE) return false;
        low[n_low++] = mass;
    }
    if (n_low >= TABLE) return false;
    for (size_t i = 0; i < n_low; i++) t->cdf[i] = low[n_low - 1 - i];
    t->cdf[n_low] = mass = 1;
    while (hi < n && mass > 1e-14) {
        mass *= (n - hi) * (hi + a) / ((hi + 1) * (n - hi - 1 + b));
        hi++;
        if (n_low + n_high == TABLE) return false;
        t->cdf[n_low + n_high++] = mass;
    }
    t->first = lo;
    t->n = n_low + n_high;
    double sum = 0;
    for (size_t i = 0; i < t->n; i++) t->cdf[i] = sum += t->cdf[i];
    for (size_t i = 0; i < t->n; i++) t->cdf[i] /= sum;
    for (size_t g = 0, i = 0; g < GUIDE; g++) {
        while (i + 1 < t->n && t->cdf[i] <= (double)g / GUIDE) i++;
        t->guide[g] = (uint16_t)i;
    }
    return true;
}

static double table_draw(const draw_table *t, ons_rng *r)
{
    double u = ons_rng_f64(r);
    size_t i = t->guide[(size_t)(u * GUIDE)];
    while (i + 1 < t->n && t->cdf[i] <= u) i++;
    return t->first + (double)i;
}

/* All draws of one scale: ret_y[repeat * K + s]. Each scale has a stream of its own. */
static void draw_scale(const ons_shape_data *d, size_t s, double mean, uint64_t seed,
                       uint64_t stream, float *ret_y)
{
    ons_rng rng = ons_rng_make(seed, stream);
    size_t k = d->n_scales;
    if (d->gaussian) {
        double sd = 1 / sqrt(d->weight[s]);
        for (size_t b = 0; b < REPEATS; b++) {
            ret_y[b * k + s] = (float)(sd * ons_draw_normal(&rng));
        }
        return;
    }
    draw_table t;
    double n = fmax(round(d->n[s]), 1);
    bool table = table_fill(&t, n, mean, d->scatter);
    for (size_t b = 0; b < REPEATS; b++) {
        ret_y[b * k + s] = (float)(table ? table_draw(&t, &rng)
                                         : ons_draw_beta_binomial(&rng, n, mean, d->scatter));
    }
}

/* One repeat as scores. Gaussian draws are deviations from the fit, spread: in their units. */
static void repeat_scores(const ons_shape_data *d, const double *f, double spread,
                          const float *draw, double *ret_y)
{
    for (size_t s = 0; s < d->n_scales; s++) {
        ret_y[s] = d->gaussian ? f[s] + spread * (double)draw[s]
                               : (double)draw[s] / fmax(round(d->n[s]), 1);
    }
}

/* p of the deviance and of the gain, under the class fitted. */
static double bootstrap(const ons_shape_data *d, ons_order order, const double *f, double deviance,
                        uint64_t seed, float *work)
{
    double n_max = 0, y[ONS_POINTS_MAX], seen = excess_variance(d, d->y), spread = sqrt(seen);
    for (size_t s = 0; s < d->n_scales; s++) n_max = fmax(n_max, d->n[s]);
    for (size_t s = 0; s < d->n_scales; s++) {
        double edge = .2 / n_max, mean = fmin(fmax(f[s], edge), 1 - edge);
        draw_scale(d, s, mean, seed, (uint64_t)order << 32 | s, work);
    }
    double seen_gain = gain(d, d->y, order, fit_value(d, d->y, order)) / seen;
    double worse = 1, gained = 1;
    bool directed = order <= ONS_ORDER_FALLING;
    for (size_t b = 0; b < REPEATS; b++) {
        repeat_scores(d, f, spread, work + b * d->n_scales, y);
        double own = fit_value(d, y, order), excess = excess_variance(d, y);
        if (2 * (full_value(d, y) - own) / excess >= deviance / seen - TIE) worse++;
        if (directed && gain(d, y, order, own) / excess >= seen_gain - TIE) gained++;
    }
    double omnibus = worse / (REPEATS + 1);
    return directed ? fmin(1, 2 * fmin(omnibus, gained / (REPEATS + 1))) : omnibus;
}

/* Drop and rise of the two limbs; a small one is ignored (2.5). */
static void judge_limbs(const ons_shape_data *d, ons_shape_result *r)
{
    double f[ONS_POINTS_MAX], drop, rise;
    size_t k = d->n_scales, at = 0;
    if (r->order == ONS_ORDER_NONE) {
        double top = d->y[0], least = d->y[0];
        drop = 0;
        for (size_t s = 0; s < k; s++) {
            top = fmax(top, d->y[s]);
            least = fmin(least, d->y[s]);
            drop = fmax(drop, top - d->y[s]);
        }
        rise = d->y[k - 1] - least;
    } else {
        bool u = r->order == ONS_ORDER_U;
        ons_shape_fit(d, r->order, f);
        for (size_t s = 1; s < k; s++) {
            if (u ? f[s] < f[at] : f[s] > f[at]) at = s;
        }
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): k >= 1 are filled */
        drop = u ? f[0] - f[at] : f[at] - f[k - 1];
        rise = u ? f[k - 1] - f[at] : f[at] - f[0];
    }
    if (drop < DIP * rise) {
        r->dip_ignored = true;
        r->order = ONS_ORDER_RISING;
    } else if (r->order != ONS_ORDER_NONE && rise < DIP * drop) {
        r->dip_ignored = true;
        r->order = ONS_ORDER_FALLING;
    }
}

ons_status ons_shape_decide(const ons_shape_data *d, uint64_t seed, ons_shape_result *ret_r,
                            ons_err *err)
{
    ons_shape_result r = {ONS_ORDER_NONE, 0, false};
    ons_arena arena;
    ons_arena_init(&arena, 0);
    float *work;
    ons_status status = ONS_NEW(&arena, REPEATS * d->n_scales, &work, err);
    if (status != ONS_OK) goto out;
    for (int o = ONS_ORDER_CONSTANT; o < ONS_ORDER_NONE; o++) {
        double f[ONS_POINTS_MAX], deviance = ons_shape_fit(d, (ons_order)o, f);
        double p = 1;
        if (deviance >= TIE) {
            bool hopeless = ons_chi2_tail(deviance, (double)d->n_scales - 1) < 1e-6;
            if (hopeless && !d->measure_scatter) continue;
            p = bootstrap(d, (ons_order)o, f, deviance, seed, work);
        }
        if (p <= ALPHA) continue;
        r.order = (ons_order)o;
        r.p = p;
        break;
    }
    if (r.order >= ONS_ORDER_U) judge_limbs(d, &r);
    *ret_r = r;
out:
    ons_arena_clear(&arena);
    return status;
}
