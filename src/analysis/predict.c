/* A line with Brownian deviations: the score at x is a + b x + w(x) + noise, w a Brownian motion
 * of variance speed^2 per unit of x, noise of the sampling variance plus scatter^2. For given
 * speed and scatter everything is Gaussian; both are averaged over a grid by the likelihood of
 * the scales that are known. Half of the weight goes to a walk from the last score in steps as large
 * as those before (Student's t), which few scales cannot measure better. */
#include "analysis/predict.h"

#include <math.h>
#include <string.h>

#include "analysis/predict_priv.h"
#include "analysis/series_priv.h"
#include "base/arena.h"
#include "stats/special.h"

enum {
    SPEEDS = 7,
    SCATTERS = 4,
    SLOPES = 2,
    NODES = SLOPES * SPEEDS * SCATTERS,
    PARTS = NODES + 1,
    HALVINGS = 50
};

#define Z_EDGE              1e-9 /* six standard deviations are all there is to say */
#define LN_2PI              1.83787706640934548356
#define LN_2                .69314718055994530942
#define LEVEL_SD            1.0  /* of a, in units of the score */
#define SLOPE_MEAN          .05  /* scores rise with scale more often than they fall */
#define SURPRISE            0.02 /* prior probability of a score that nothing announces */
#define SLOPE_SD            .15
#define CONTINUOUS_SLOPE_SD 0.4

const char *ons_predict_text(ons_predict_by by)
{
    static const char *const text[] = {
#define X(name, word) word,
        ONS_PREDICT_MAP(X)
#undef X
    };
    return (size_t)by < ONS_PREDICT_COUNT ? text[by] : "?";
}

/* ---- data ---- */

double ons_known_variance(const ons_known *k, size_t scale, double y)
{
    double n = k->items[scale], p = (fmin(fmax(y, 0), 1) * n + .5) / (n + 1);
    return n > 0 ? p * (1 - p) / n : k->variance[scale];
}

void ons_known_make(const ons_rows *r, bool bounded, size_t n_train, ons_known *ret_k)
{
    ons_known *k = ret_k;
    *k = (ons_known){.n = n_train, .bounded = bounded, .chance = r->chance};
    double lo = INFINITY, hi = -INFINITY;
    for (size_t s = 0; s < r->n_scales; s++) {
        double items = 0, precision = 0;
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            items += r->gaussian ? 0 : r->n[i];
            precision += r->gaussian ? 1 / (r->se[i] * r->se[i]) : 0;
        }
        k->x[s] = (r->x[s] - r->x[0]) / r->unit;
        k->y[s] = ons_rows_score(r, s);
        k->items[s] = items;
        k->variance[s] = r->gaussian ? 1 / precision : ons_known_variance(k, s, k->y[s]);
        if (s >= n_train) continue;
        lo = fmin(lo, k->y[s]);
        hi = fmax(hi, k->y[s]);
    }
    k->unit = bounded ? 1 : fmax(hi - lo, 1e-9 * fmax(fabs(hi), 1));
}

/* ---- one node ---- */

typedef struct node {
    double log_w, mean, sd; /* of the score to be seen */
} node;

typedef struct work {
    double *root;             /* [n][n] Cholesky factor, lower triangle */
    double *residual, *cross; /* [n] */
    node node[PARTS];         /* the last one: a surprise */
} work;

static double covariance(const ons_known *k, double slope_sd, double speed, double x, double y)
{
    double u = k->unit * k->unit;
    return u * (LEVEL_SD * LEVEL_SD + slope_sd * slope_sd * x * y + speed * speed * fmin(x, y));
}

/* Lower triangle in place; the matrix is positive definite by its noise. */
static void cholesky(double *a, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i * n + j];
            for (size_t q = 0; q < j; q++) sum -= a[i * n + q] * a[j * n + q];
            a[i * n + j] = i == j ? sqrt(fmax(sum, 1e-300)) : sum / a[j * n + j];
        }
    }
}

static void solve_lower(const double *l, size_t n, double *v)
{
    for (size_t i = 0; i < n; i++) {
        double sum = v[i];
        for (size_t q = 0; q < i; q++) sum -= l[i * n + q] * v[q];
        v[i] = sum / l[i * n + i];
    }
}

/* sloped: a line beneath; else Brownian motion alone. */
static node fit_node(const ons_known *k, size_t target, bool sloped, double speed, double scatter,
                     work *w)
{
    size_t n = k->n;
    double slope = k->bounded && sloped ? SLOPE_MEAN : 0, slope_sd = 0;
    if (sloped) slope_sd = k->bounded ? SLOPE_SD : CONTINUOUS_SLOPE_SD;
    double noise = scatter * k->unit, level = k->y[0], at = k->x[target];
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++)
            w->root[i * n + j] = covariance(k, slope_sd, speed, k->x[i], k->x[j]);
        w->root[i * n + i] += k->variance[i] + noise * noise;
        w->residual[i] = k->y[i] - level - slope * k->x[i];
        w->cross[i] = covariance(k, slope_sd, speed, k->x[i], at);
    }
    cholesky(w->root, n);
    solve_lower(w->root, n, w->residual);
    solve_lower(w->root, n, w->cross);
    node r = {.mean = level + slope * at};
    double left = covariance(k, slope_sd, speed, at, at);
    for (size_t i = 0; i < n; i++) {
        r.log_w -= .5 * w->residual[i] * w->residual[i] + log(w->root[i * n + i]);
        r.mean += w->cross[i] * w->residual[i];
        left -= w->cross[i] * w->cross[i];
    }
    double sampling = ons_known_variance(k, target, r.mean);
    r.sd = sqrt(fmax(left, 0) + noise * noise + sampling);
    return r;
}

/* ---- the mixture, cut off at the ends of a bounded score ---- */

static double nodes_below(const work *w, double y)
{
    double p = 0;
    for (size_t i = 0; i < PARTS; i++)
        p += exp(w->node[i].log_w) * ons_normal_cdf((y - w->node[i].mean) / w->node[i].sd);
    return p;
}

static double nodes_log_density(const work *w, double y)
{
    double term[PARTS];
    for (size_t i = 0; i < PARTS; i++) {
        double z = (y - w->node[i].mean) / w->node[i].sd;
        term[i] = w->node[i].log_w - .5 * z * z - log(w->node[i].sd) - .5 * LN_2PI;
    }
    return ons_log_sum_exp(term, PARTS);
}

/* Half of the weight each: the nodes, and steps as large as before. Both are cut off apart. */
typedef struct pool {
    const work *w;
    ons_student walk;
    double lo, hi; /* where a quantile of .025 to .975 can lie */
    double nodes_lo, nodes_inside, walk_lo, walk_inside;
} pool;

static double pool_below(const pool *p, double y)
{
    return .5 * (nodes_below(p->w, y) - p->nodes_lo) / p->nodes_inside +
           .5 * (ons_student_below(&p->walk, y) - p->walk_lo) / p->walk_inside;
}

static double pool_log_density(const pool *p, double y)
{
    return ons_log_add_exp(nodes_log_density(p->w, y) - log(p->nodes_inside),
                           ons_student_log_density(&p->walk, y) - log(p->walk_inside)) -
           LN_2;
}

static double quantile(const pool *p, double at)
{
    double lo = p->lo, hi = p->hi;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = .5 * (lo + hi);
        if (pool_below(p, middle) < at)
            lo = middle;
        else
            hi = middle;
    }
    return .5 * (lo + hi);
}

static pool pool_make(const ons_known *k, size_t target, const work *w)
{
    pool p = {
        .w = w, .walk = ons_predict_walk(k, target), .hi = 1, .nodes_inside = 1, .walk_inside = 1};
    if (k->bounded) {
        p.nodes_lo = nodes_below(w, 0);
        p.nodes_inside = fmax(nodes_below(w, 1) - p.nodes_lo, 1e-12);
        p.walk_lo = ons_student_below(&p.walk, 0);
        p.walk_inside = fmax(ons_student_below(&p.walk, 1) - p.walk_lo, 1e-12);
        return p;
    }
    p.lo = p.walk.middle - ons_student_reach(&p.walk);
    p.hi = p.walk.middle + ons_student_reach(&p.walk);
    for (size_t i = 0; i < PARTS; i++) {
        p.lo = fmin(p.lo, w->node[i].mean - 12 * w->node[i].sd);
        p.hi = fmax(p.hi, w->node[i].mean + 12 * w->node[i].sd);
    }
    return p;
}

/* Abilities come up that nothing announced: anywhere, where scores have a range. */
static node surprise(const ons_known *k)
{
    return (node){.log_w = log(SURPRISE),
                  .mean = k->bounded ? .5 : k->y[k->n - 1],
                  .sd = k->bounded ? .5 : 3 * k->unit};
}

static ons_predictive predict_trend(const ons_known *k, size_t target, work *w)
{
    static const double speeds[SPEEDS] = {.005, .02, .05, .1, .2, .4, .8};
    static const double scatters[SCATTERS] = {.003, .01, .03, .08};
    /* Without a range the unit is what was seen so far: the next step may be larger. */
    double log_w[NODES], faster = k->bounded ? 1 : 4;
    for (size_t i = 0; i < NODES; i++)
        w->node[i] = fit_node(k, target, i % SLOPES, faster * speeds[i / SLOPES % SPEEDS],
                              scatters[i / SLOPES / SPEEDS], w);
    for (size_t i = 0; i < NODES; i++) log_w[i] = w->node[i].log_w;
    double total = ons_log_sum_exp(log_w, NODES);
    for (size_t i = 0; i < NODES; i++) w->node[i].log_w += log1p(-SURPRISE) - total;
    w->node[NODES] = surprise(k);
    const pool p = pool_make(k, target, w);
    const double y = k->y[target], log_score = pool_log_density(&p, y);
    const double below = fmin(fmax(pool_below(&p, y), Z_EDGE), 1 - Z_EDGE);
    return (ons_predictive){.median = quantile(&p, .5),
                            .lo = quantile(&p, .025),
                            .hi = quantile(&p, .975),
                            .log_score = log_score,
                            .z = ons_normal_quantile(below),
                            .nats =
                                -.5 * (LN_2PI + log(ons_known_variance(k, target, y))) - log_score};
}

/* ---- all of it ---- */

static void predict_target(const ons_known *k, size_t target, work *w, ons_prediction *p)
{
    p->observed = k->y[target];
    p->by[ONS_PREDICT_TREND] = predict_trend(k, target, w);
    p->by[ONS_PREDICT_LAST] = ons_predict_last(k, target);
    p->by[ONS_PREDICT_LINEAR] = ons_predict_linear(k, target);
    p->by[ONS_PREDICT_LOGISTIC] = ons_predict_logistic(k, target);
}

/* Scales first to first + n_out - 1 from the n_train smallest. */
static ons_status predict(const ons_rows *r, bool bounded, size_t n_train, size_t first,
                          size_t n_out, ons_prediction *ret_p, ons_err *err)
{
    ons_arena arena;
    ons_arena_init(&arena, 0);
    ons_known *k = NULL;
    work *w = NULL;
    ons_status s = ONS_NEW(&arena, 1, &k, err);
    if (s == ONS_OK) s = ONS_NEW(&arena, 1, &w, err);
    if (s == ONS_OK) s = ONS_NEW(&arena, n_train * n_train, &w->root, err);
    if (s == ONS_OK) s = ONS_NEW(&arena, n_train, &w->residual, err);
    if (s == ONS_OK) s = ONS_NEW(&arena, n_train, &w->cross, err);
    if (s == ONS_OK) ons_known_make(r, bounded, n_train, k);
    for (size_t i = 0; s == ONS_OK && i < n_out; i++) {
        predict_target(k, first + i, w, &ret_p[i]);
        ret_p[i].x = r->x[first + i];
    }
    ons_arena_clear(&arena);
    return s;
}

/* Fractions whose number of items is unknown are read in the Gaussian mode, but end at 0 and 1. */
static bool is_bounded(const ons_series *s) { return !s->continuous || s->n_assumed; }

ons_status ons_predict_make(const ons_series *s, size_t n_out, ons_prediction *ret_p, size_t *ret_n,
                            ons_err *err)
{
    ons_rows r;
    ONS_TRY(ons_rows_make(s, &r, err));
    *ret_n = 0;
    if (n_out == 0 || r.n_scales < n_out + ONS_PREDICT_TRAIN_LEAST) return ONS_OK;
    *ret_n = n_out;
    return predict(&r, is_bounded(s), r.n_scales - n_out, r.n_scales - n_out, n_out, ret_p, err);
}

ons_status ons_predict_history(const ons_series *s, ons_foresight *ret_f, size_t *ret_n,
                               double *ret_horizon, ons_err *err)
{
    ons_rows r;
    ONS_TRY(ons_rows_make(s, &r, err));
    *ret_n = 0;
    *ret_horizon = (double)NAN;
    if (r.n_scales < ONS_PREDICT_TRAIN_LEAST + 1) return ONS_OK;
    const size_t last = r.n_scales - 1;
    const double tolerance = .1 * (r.headroom > 0 ? r.headroom : r.range);
    *ret_horizon = 0;
    for (size_t n = ONS_PREDICT_TRAIN_LEAST; n <= last; n++) {
        ons_prediction p;
        ONS_TRY(predict(&r, is_bounded(s), n, last, 1, &p, err));
        const ons_predictive *t = &p.by[ONS_PREDICT_TREND];
        ret_f[(*ret_n)++] = (ons_foresight){.n_known = n, .x = r.x[n - 1], .forecast = *t};
        const bool told =
            t->lo <= p.observed && p.observed <= t->hi && fabs(t->median - p.observed) <= tolerance;
        if (!told)
            *ret_horizon = 0;
        else if (*ret_horizon <= 0)
            *ret_horizon = r.x[last] - r.x[n - 1];
    }
    return ONS_OK;
}

ons_status ons_predict_horizon(const ons_series *s, double *ret_horizon, ons_err *err)
{
    ons_foresight f[ONS_POINTS_MAX];
    size_t n;
    return ons_predict_history(s, f, &n, ret_horizon, err);
}
