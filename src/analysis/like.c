#include "analysis/like_priv.h"

#include <math.h>

#include "stats/fast.h"
#include "stats/special.h"

#define MEAN_MIN  1e-7 /* means are clipped to [MEAN_MIN, 1 - MEAN_MIN] */
#define MAX_STEPS 25
#define LANES     4

void ons_like_init(ons_like *l, const ons_rows *r, double scatter)
{
    l->rows = r;
    l->scatter = scatter;
    l->big_m = 1 / scatter - 1;
    l->base = 0;
    for (size_t s = 0; s < r->n_scales; s++) {
        double w = 0, wy = 0, edge = 0;
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            double v = 0, one;
            if (r->gaussian) {
                v = r->se[i] * r->se[i] + scatter * scatter;
                one = 1 / v;
                l->base -= .5 * log(v);
            } else {
                one = ons_effective_n(r->n[i], scatter);
                l->base += ons_lgamma(l->big_m) - ons_lgamma(r->n[i] + l->big_m);
            }
            w += one;
            wy += one * r->y[i];
            edge = fmax(edge, .3 / (one + 1));
        }
        l->weight[s] = w;
        l->weight_y[s] = wy;
        l->edge[s] = edge;
    }
}

/* Stirling's tail for z >= 4 with five terms: error below 5e-10. */
static inline double tail4(double z)
{
    double r = 1 / z, s = r * r;
    return r *
           (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s * (1.0 / 1188)))));
}

/* ln Gamma(k+a) - ln Gamma(a), but for the factor that `shift` returns: both arguments are
 * moved up by 4 so that Stirling's series holds for any a > 0. */
static inline double ratio_log(double a, double k)
{
    double hi = a + k;
    return (hi + 3.5) * ons_fast_log(hi + 4) - (a + 3.5) * ons_fast_log(a + 4) - k + tail4(hi + 4) -
           tail4(a + 4);
}

static inline double shift(double a) { return (a * (a + 1)) * ((a + 2) * (a + 3)); }

ONS_FAST_CLONES
void ons_beta_binomial_fill(size_t n_rows, const double *restrict k, const double *restrict n,
                            const double *restrict mu, double big_m, double *restrict ret_ll)
{
    for (size_t i = 0; i < n_rows; i++) {
        double m = mu[i]; /* NOLINT(clang-analyzer-core.uninitialized.Assign): rows have a scale */
        m = m < MEAN_MIN ? MEAN_MIN : m;
        m = m > 1 - MEAN_MIN ? 1 - MEAN_MIN : m;
        double a = m * big_m, b = (1 - m) * big_m, misses = n[i] - k[i];
        double down = shift(a) * shift(b), up = shift(a + k[i]) * shift(b + misses);
        ret_ll[i] = ratio_log(a, k[i]) + ratio_log(b, misses) + ons_fast_log(down / up);
    }
}

void ons_like_rows(const ons_like *l, const double *mu, double *ret_ll)
{
    ons_beta_binomial_fill(l->rows->n_rows, l->rows->k, l->rows->n, mu, l->big_m, ret_ll);
}

static double gaussian_value(const ons_like *l, const double *f, const ons_levels *at)
{
    const ons_rows *r = l->rows;
    double sum = 0, tau2 = l->scatter * l->scatter;
    for (size_t s = 0; s < r->n_scales; s++) {
        double mu = at->lower * (1 - f[s]) + at->upper * f[s];
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            double d = r->y[i] - mu;
            sum -= .5 * d * d / (r->se[i] * r->se[i] + tau2);
        }
    }
    return sum + l->base;
}

double ons_like_value(const ons_like *l, const double *f, const ons_levels *at)
{
    const ons_rows *r = l->rows;
    if (r->gaussian) return gaussian_value(l, f, at);
    double mu[ONS_POINTS_MAX], ll[ONS_POINTS_MAX], sum = 0;
    if (r->n_rows == r->n_scales) {
        for (size_t s = 0; s < r->n_scales; s++) {
            mu[s] = at->lower * (1 - f[s]) + at->upper * f[s];
        }
    } else {
        for (size_t s = 0; s < r->n_scales; s++) {
            double m = at->lower * (1 - f[s]) + at->upper * f[s];
            for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) mu[i] = m;
        }
    }
    /* Rows beyond the last (n = 0) make up whole vectors. */
    size_t whole = (r->n_rows + LANES - 1) / LANES * LANES;
    for (size_t i = r->n_rows; i < whole; i++) mu[i] = .5;
    ons_beta_binomial_fill(whole, r->k, r->n, mu, l->big_m, ll);
    /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): filled up to `whole` */
    for (size_t i = 0; i < r->n_rows; i++) sum += ll[i];
    return sum + l->base;
}

/* Normal equations of the weighted two-parameter regression on (1 - F, F). */
typedef struct normal_equations {
    double aa, ab, bb, ra, rb;
} normal_equations;

static double quadratic(const normal_equations *q, ons_levels v)
{
    return q->aa * v.lower * v.lower + 2 * q->ab * v.lower * v.upper + q->bb * v.upper * v.upper -
           2 * q->ra * v.lower - 2 * q->rb * v.upper;
}

/* The minimum inside the box: unconstrained if it is inside, else the better of the two
 * orders of clipping one level and solving for the other. */
static inline ons_levels solve_box(const normal_equations *q, const ons_box *box)
{
    double det = q->aa * q->bb - q->ab * q->ab, least = 1e-12 * q->aa * q->bb;
    if (det < least) det = least;
    double inv = 1 / det;
    ons_levels v = {(q->ra * q->bb - q->rb * q->ab) * inv, (q->aa * q->rb - q->ab * q->ra) * inv};
    if (v.lower >= box->lower_min && v.lower <= box->lower_max && v.upper >= box->upper_min &&
        v.upper <= box->upper_max) {
        return v;
    }
    ons_levels p, r;
    double inv_a = 1 / q->aa, inv_b = 1 / q->bb;
    p.lower = ons_clip(v.lower, box->lower_min, box->lower_max);
    p.upper = ons_clip((q->rb - p.lower * q->ab) * inv_b, box->upper_min, box->upper_max);
    p.lower = ons_clip((q->ra - p.upper * q->ab) * inv_a, box->lower_min, box->lower_max);
    r.upper = ons_clip(v.upper, box->upper_min, box->upper_max);
    r.lower = ons_clip((q->ra - r.upper * q->ab) * inv_a, box->lower_min, box->lower_max);
    r.upper = ons_clip((q->rb - r.lower * q->ab) * inv_b, box->upper_min, box->upper_max);
    return quadratic(q, p) <= quadratic(q, r) ? p : r;
}

/* 1 / (mu (1 - mu)) per scale, mu kept off the ends. */
static inline void binomial_precision(const ons_like *l, const double *restrict f,
                                      const ons_levels *at, double *restrict ret_v)
{
    double lower = at->lower, upper = at->upper;
    for (size_t s = 0; s < l->rows->n_scales; s++) {
        double mu = lower * (1 - f[s]) + upper * f[s], e = l->edge[s];
        mu = mu < e ? e : mu;
        mu = mu > 1 - e ? 1 - e : mu;
        ret_v[s] = 1 / (mu * (1 - mu));
    }
}

ONS_FAST_CLONES
void ons_like_levels(const ons_like *l, const double *f, const ons_box *box, double tolerance,
                     ons_levels *at)
{
    size_t n = l->rows->n_scales;
    bool gaussian = l->rows->gaussian;
    double v[ONS_POINTS_MAX];
    for (int step = 0; step < MAX_STEPS; step++) {
        normal_equations q = {1e-9, 0, 1e-9, 0, 0};
        if (!gaussian) binomial_precision(l, f, at, v);
        for (size_t s = 0; s < n; s++) {
            double p = gaussian ? 1 : v[s], b = f[s], a = 1 - b;
            double w = l->weight[s] * p, y = l->weight_y[s] * p, wa = w * a;
            q.aa += wa * a;
            q.ab += wa * b;
            q.bb += w * b * b;
            q.ra += y * a;
            q.rb += y * b;
        }
        ons_levels next = solve_box(&q, box);
        double change = fabs(next.lower - at->lower) + fabs(next.upper - at->upper);
        if (step > 4) { /* late steps are halved: the weights may make it swing */
            next.lower = .5 * (next.lower + at->lower);
            next.upper = .5 * (next.upper + at->upper);
        }
        *at = next;
        if (gaussian || change < tolerance) return;
    }
}
