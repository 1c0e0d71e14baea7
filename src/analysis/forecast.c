/* Forecast of the first scales above the threshold by averaging over smooth curves that
 * start at chance, each weighted by its likelihood on the scales below (2.7). */
#include "analysis/forecast_priv.h"

#include <math.h>

#include "base/arena.h"
#include "stats/special.h"

enum {
    WIDTHS = 5,
    SHIFTS = 20,
    TOPS = 6,
    NODES = ONS_SHAPES * WIDTHS * SHIFTS * TOPS,
    BINS = 512,
    CELLS = 4096
};

#define WEIGHT_MIN 1e-8

typedef struct mixture {
    const ons_rows *rows;
    double scatter;
    size_t n_train;
    double mu[NODES]; /* at the scale at hand */
    double log_w[NODES];
    double w[NODES];
    double ll[NODES], k[NODES], n[NODES]; /* scratch */
    double bin[BINS + 1];                 /* weights by asin sqrt mu */
} mixture;

/* Means of all nodes at scale value x. */
static void node_means(mixture *m, double x)
{
    static const double width[WIDTHS] = {1, 1.4, 2, 3, 5};
    static const double top[TOPS] = {.15, .3, .45, .6, .8, 1};
    const ons_rows *r = m->rows;
    double last = r->x[m->n_train - 1], *mu = m->mu;
    for (int shape = 0; shape < ONS_SHAPES; shape++) {
        for (int w = 0; w < WIDTHS; w++) {
            double wide = r->w0 * width[w] * (shape > 3 ? 2 : 1), at[SHIFTS], f[SHIFTS];
            for (int i = 0; i < SHIFTS; i++) at[i] = x - (-1.2 * wide + i * (wide / 6));
            ons_shape_fill(shape, last, wide, SHIFTS, at, f);
            for (int i = 0; i < SHIFTS; i++) {
                for (int u = 0; u < TOPS; u++) *mu++ = r->chance + r->headroom * top[u] * f[i];
            }
        }
    }
}

/* ln likelihood of one row at the means at hand, into m->ll. */
static void row_likelihood(mixture *m, double y, double k, double n, double variance)
{
    if (m->rows->gaussian) {
        for (size_t i = 0; i < NODES; i++) {
            m->ll[i] = -.5 * (y - m->mu[i]) * (y - m->mu[i]) / variance;
        }
        return;
    }
    double big_m = 1 / m->scatter - 1;
    for (size_t i = 0; i < NODES; i++) {
        m->k[i] = k;
        m->n[i] = n;
        m->mu[i] = m->mu[i] < 1e-6 ? 1e-6 : m->mu[i];
    }
    ons_beta_binomial_fill(NODES, m->k, m->n, m->mu, big_m, m->ll);
}

static double variance_of(const mixture *m, size_t row)
{
    double se = m->rows->gaussian ? m->rows->se[row] : 0;
    return se * se + m->scatter * m->scatter;
}

static void train(mixture *m)
{
    const ons_rows *r = m->rows;
    for (size_t i = 0; i < NODES; i++) m->log_w[i] = 0;
    for (size_t s = 0; s < m->n_train; s++) {
        node_means(m, r->x[s]);
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            row_likelihood(m, r->y[i], r->k[i], r->n[i], variance_of(m, i));
            for (size_t j = 0; j < NODES; j++) m->log_w[j] += m->ll[j];
        }
    }
    double top = -INFINITY, sum = 0, kept = 0;
    for (size_t i = 0; i < NODES; i++) top = fmax(top, m->log_w[i]);
    for (size_t i = 0; i < NODES; i++) sum += m->w[i] = exp(m->log_w[i] - top);
    for (size_t i = 0; i < NODES; i++) {
        m->w[i] /= sum;
        if (m->w[i] <= WEIGHT_MIN) m->w[i] = 0;
        kept += m->w[i];
    }
    for (size_t i = 0; i < NODES; i++) m->w[i] /= kept;
}

/* The observed score of a scale and what its predictive distribution needs. */
typedef struct observed {
    double y, k, n;
    double big_m; /* of the moment-matched beta */
    double sd;    /* Gaussian */
} observed;

static observed observe(const mixture *m, size_t scale)
{
    const ons_rows *r = m->rows;
    observed o = {0};
    double effective = 0, precision = 0;
    for (size_t i = r->begin[scale]; i < r->begin[scale + 1]; i++) {
        o.k += r->k[i];
        o.n += r->n[i];
        if (r->gaussian)
            precision += 1 / variance_of(m, i);
        else
            effective += ons_effective_n(r->n[i], m->scatter);
    }
    o.y = ons_rows_score(r, scale);
    o.big_m = fmax(effective - 1, .5);
    o.sd = r->gaussian ? 1 / sqrt(precision) : 0;
    return o;
}

/* Splits every node's weight between the two nearest of 513 means. */
static void fill_bins(mixture *m)
{
    for (size_t i = 0; i <= BINS; i++) m->bin[i] = 0;
    for (size_t i = 0; i < NODES; i++) {
        if (m->w[i] == 0) continue;
        double mu = fmin(fmax(m->mu[i], 1e-7), 1 - 1e-7);
        double t = asin(sqrt(mu)) / 1.57079632679489661923 * BINS, below = floor(t);
        size_t b = (size_t)below;
        if (b >= BINS) b = BINS - 1;
        m->bin[b] += m->w[i] * ((double)b + 1 - t);
        m->bin[b + 1] += m->w[i] * (t - (double)b);
    }
}

static double bin_mean(size_t i)
{
    double s = sin(1.57079632679489661923 * (double)i / BINS);
    return fmin(fmax(s * s, 1e-7), 1 - 1e-7);
}

/* P(score > y) under the mixture; weights below `least` are left out. */
static double mixture_tail(const mixture *m, const observed *o, double y, double least)
{
    double p = 0, kept = 0;
    if (m->rows->gaussian) {
        for (size_t i = 0; i < NODES; i++) {
            if (m->w[i] <= least) continue;
            p += m->w[i] * ons_normal_tail((y - m->mu[i]) / o->sd);
            kept += m->w[i];
        }
        return p / kept;
    }
    for (size_t i = 0; i <= BINS; i++) {
        if (m->bin[i] <= least) continue;
        double mu = bin_mean(i);
        p += m->bin[i] * ons_beta_inc((1 - mu) * o->big_m, mu * o->big_m, 1 - y);
        kept += m->bin[i];
    }
    return p / kept;
}

static double target_p(mixture *m, size_t scale)
{
    observed o = observe(m, scale);
    node_means(m, m->rows->x[scale]);
    if (m->rows->gaussian) return mixture_tail(m, &o, o.y, 0);
    fill_bins(m);
    if (o.k <= 0) return 1;
    return mixture_tail(m, &o, fmax(o.y - .5 / o.n, 1e-9), 0);
}

/* Score with P(score <= q) = a, to one of CELLS: where the chord says, and half way where that
 * did not halve what is left. */
static double mixture_quantile(const mixture *m, const observed *o, double a)
{
    const ons_rows *r = m->rows;
    double first = 0, last = 1, p_lo = 0, p_hi = 1, least = r->gaussian ? 0 : 1e-4;
    if (r->gaussian) {
        first = r->chance - r->headroom - 10 * o->sd;
        last = r->ceiling + r->headroom + 10 * o->sd;
    }
    int lo = 0, hi = CELLS;
    for (bool halve = false; hi - lo > 1;) {
        int width = hi - lo, at = lo + width / 2;
        if (!halve) at = lo + (int)((a - p_lo) / (p_hi - p_lo) * width);
        at = at <= lo ? lo + 1 : at >= hi ? hi - 1 : at;
        double p = 1 - mixture_tail(m, o, first + (last - first) * at / CELLS, least);
        if (p < a) {
            lo = at;
            p_lo = p;
        } else {
            hi = at;
            p_hi = p;
        }
        halve = 2 * (hi - lo) > width;
    }
    return first + (last - first) * (lo + .5) / CELLS;
}

/* ln P_saturated - ln P_mixture of the observed score. */
static double surprise_nats(mixture *m, const observed *o)
{
    double term[NODES], best;
    if (m->rows->gaussian) {
        row_likelihood(m, o->y, 0, 0, o->sd * o->sd);
        best = 0;
    } else {
        double edge = .5 / o->n, mu = fmin(fmax(o->y, edge), 1 - edge);
        row_likelihood(m, o->y, o->k, o->n, 0);
        ons_beta_binomial_fill(1, &o->k, &o->n, &mu, 1 / m->scatter - 1, &best);
    }
    for (size_t i = 0; i < NODES; i++) {
        term[i] = m->w[i] > 0 ? log(m->w[i]) + m->ll[i] : -(double)INFINITY;
    }
    return best - ons_log_sum_exp(term, NODES);
}

static void describe(mixture *m, size_t scale, double p, ons_forecast *f)
{
    observed o = observe(m, scale);
    f->made = true;
    f->x = m->rows->x[scale];
    f->observed = o.y;
    f->median = mixture_quantile(m, &o, .5);
    f->lo = mixture_quantile(m, &o, .025);
    f->hi = mixture_quantile(m, &o, .975);
    f->z = -ons_normal_quantile(fmin(fmax(p, 1e-300), 1 - 1e-12));
    f->nats = surprise_nats(m, &o);
    f->n_below = m->rows->begin[m->n_train];
}

ons_status ons_forecast_make(const ons_rows *r, size_t n_train, const size_t *target,
                             size_t n_targets, double scatter, double *ret_p,
                             ons_forecast *ret_first, ons_err *err)
{
    ons_arena arena;
    ons_arena_init(&arena, 0);
    mixture *m;
    ons_status status = ONS_NEW(&arena, 1, &m, err);
    if (status != ONS_OK) goto out;
    m->rows = r;
    m->scatter = scatter;
    m->n_train = n_train;
    train(m);
    for (size_t i = 0; i < n_targets; i++) {
        ret_p[i] = target_p(m, target[i]);
        if (i == 0) describe(m, target[0], ret_p[0], ret_first);
    }
out:
    ons_arena_clear(&arena);
    return status;
}
