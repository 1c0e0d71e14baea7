/* Two stages: a continuous metric of the same answers as a line over scale, and the score as a
 * logistic function of that metric. The link is averaged over a grid by the likelihood of the scales
 * that are known; the line's Student's t is carried through it at a few quantiles. */
#include <math.h>

#include "analysis/predict_priv.h"
#include "base/arena.h"
#include "stats/special.h"

enum { SLOPES = 6, PLACES = 17, SCATTERS = 3, QUANTILES = 9, HALVINGS = 40 };
enum { LINKS = SLOPES * PLACES * SCATTERS, PARTS = LINKS * QUANTILES + 1 };

#define SURPRISE   0.02  /* as the forecast has it */
#define LOG_LEAST  (-12) /* links less likely by more than this weigh nothing */
#define SAME_SCALE 0.003 /* decades: the same models, printed with fewer digits */

typedef struct part {
    double weight, mean, sd;
} part;

typedef struct two {
    const ons_known *score, *metric;
    double middle, range; /* of the metric, over the known scales */
    size_t n;
    part part[PARTS];
} two;

/* The score at a value of the metric: slope per range of the metric, place in ranges. */
static double linked(const two *w, double metric, double slope, double place)
{
    const double c = isnan(w->score->chance) ? 0 : w->score->chance;
    const double z = slope * ((metric - w->middle) / w->range - place);
    return c + (1 - c) / (1 + exp(-fmin(fmax(z, -300), 300)));
}

static double student_quantile(const ons_student *t, double p)
{
    const double n = t->dof, x = ons_beta_inc_inv(.5 * n, .5, 2 * fmin(p, 1 - p));
    const double z = p == .5 ? 0 : t->sd * sqrt(n * (1 - x) / x);
    return p < .5 ? t->middle - z : t->middle + z;
}

typedef struct link {
    double slope, place, scatter, log_w;
} link;

static double link_log_likelihood(const two *w, const link *l)
{
    double sum = 0;
    for (size_t i = 0; i < w->score->n; i++) {
        const double mean = linked(w, w->metric->y[i], l->slope, l->place);
        const double v = ons_known_variance(w->score, i, mean) + l->scatter * l->scatter;
        const double d = w->score->y[i] - mean;
        sum -= .5 * (d * d / v + log(v));
    }
    return sum;
}

static double links_fill(const two *w, link *ret_link)
{
    static const double slopes[SLOPES] = {.7, 1.5, 3, 6, 12, 25};
    static const double scatters[SCATTERS] = {.01, .03, .08};
    double best = -INFINITY;
    for (size_t i = 0; i < LINKS; i++) {
        link *l = &ret_link[i];
        *l = (link){.slope = slopes[i % SLOPES],
                    .place = -1 + .25 * (double)(i / SLOPES % PLACES),
                    .scatter = scatters[i / SLOPES / PLACES]};
        l->log_w = link_log_likelihood(w, l);
        best = fmax(best, l->log_w);
    }
    return best;
}

/* Every link that is likely at all, at every quantile of the metric. */
static void parts_fill(two *w, const link *l, double best, size_t target)
{
    ons_student t = ons_predict_line(w->metric, w->metric->y, target);
    t.sd = fmax(t.sd, .005 * w->range);
    double total = 0;
    w->n = 0;
    for (size_t i = 0; i < LINKS; i++) {
        if (l[i].log_w < best + LOG_LEAST) continue;
        for (size_t q = 0; q < QUANTILES; q++) {
            const double at = student_quantile(&t, ((double)q + .5) / QUANTILES);
            const double mean = linked(w, at, l[i].slope, l[i].place);
            const double v = ons_known_variance(w->score, target, mean);
            const part p = {exp(l[i].log_w - best), mean, sqrt(v + l[i].scatter * l[i].scatter)};
            total += p.weight;
            w->part[w->n++] = p;
        }
    }
    for (size_t i = 0; i < w->n; i++) w->part[i].weight *= (1 - SURPRISE) / total;
    w->part[w->n++] = (part){SURPRISE, .5, .5};
}

static double below(const two *w, double y)
{
    double p = 0;
    for (size_t i = 0; i < w->n; i++)
        p += w->part[i].weight * ons_normal_cdf((y - w->part[i].mean) / w->part[i].sd);
    return p;
}

static double density(const two *w, double y)
{
    double sum = 0;
    for (size_t i = 0; i < w->n; i++) {
        const double z = (y - w->part[i].mean) / w->part[i].sd;
        sum += w->part[i].weight * exp(-.5 * z * z) / w->part[i].sd;
    }
    return sum / 2.50662827463100050242; /* sqrt(2 pi) */
}

static double quantile(const two *w, double p)
{
    double lo = 0, hi = 1;
    for (int i = 0; i < HALVINGS; i++) {
        const double middle = .5 * (lo + hi);
        if (below(w, middle) < p)
            lo = middle;
        else
            hi = middle;
    }
    return .5 * (lo + hi);
}

static ons_predictive predict_target(two *w, const link *l, double best, size_t target)
{
    parts_fill(w, l, best, target);
    const double lo = below(w, 0), inside = fmax(below(w, 1) - lo, 1e-12);
    return (ons_predictive){.median = quantile(w, lo + .5 * inside),
                            .lo = quantile(w, lo + .025 * inside),
                            .hi = quantile(w, lo + .975 * inside),
                            .log_score = log(density(w, w->score->y[target]) / inside),
                            .z = NAN,
                            .nats = NAN};
}

/* ---- both series at the same scales ---- */

/* The metric at the scales of the score; only those that are known need be there. */
static bool align(const ons_known *score, const ons_rows *r, const ons_rows *metric,
                  ons_known *ret_m)
{
    double lo = INFINITY, hi = -INFINITY;
    *ret_m = *score;
    for (size_t s = 0, m = 0; s < score->n; s++) {
        while (m < metric->n_scales && metric->x[m] < r->x[s] - SAME_SCALE) m++;
        if (m == metric->n_scales || metric->x[m] > r->x[s] + SAME_SCALE) return false;
        ret_m->y[s] = ons_rows_score(metric, m);
        lo = fmin(lo, ret_m->y[s]);
        hi = fmax(hi, ret_m->y[s]);
    }
    return hi > lo;
}

typedef struct room {
    ons_rows score_rows, metric_rows;
    ons_known score, metric;
    two two;
    link link[LINKS];
} room;

static ons_status predict(room *b, const ons_series *s, const ons_series *partner, size_t n_out,
                          ons_predictive *ret_p, size_t *ret_n, ons_err *err)
{
    ONS_TRY(ons_rows_make(s, &b->score_rows, err));
    ONS_TRY(ons_rows_make(partner, &b->metric_rows, err));
    const ons_rows *r = &b->score_rows;
    if (r->n_scales < n_out + ONS_PREDICT_TRAIN_LEAST) return ONS_OK;
    ons_known_make(r, true, r->n_scales - n_out, &b->score);
    if (!align(&b->score, r, &b->metric_rows, &b->metric)) return ONS_OK;
    two *w = &b->two;
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < b->metric.n; i++) {
        lo = fmin(lo, b->metric.y[i]);
        hi = fmax(hi, b->metric.y[i]);
    }
    w->score = &b->score;
    w->metric = &b->metric;
    w->middle = .5 * (lo + hi);
    w->range = hi - lo;
    const double best = links_fill(w, b->link);
    for (size_t i = 0; i < n_out; i++) ret_p[i] = predict_target(w, b->link, best, b->score.n + i);
    *ret_n = n_out;
    return ONS_OK;
}

ons_status ons_predict_two_stage(const ons_series *s, const ons_series *partner, size_t n_out,
                                 ons_predictive *ret_p, size_t *ret_n, ons_err *err)
{
    ons_arena arena;
    room *b;
    *ret_n = 0;
    if (n_out == 0 || (s->continuous && !s->n_assumed)) return ONS_OK;
    ons_arena_init(&arena, 0);
    ons_status st = ONS_NEW(&arena, 1, &b, err);
    if (st == ONS_OK) st = predict(b, s, partner, n_out, ret_p, ret_n, err);
    ons_arena_clear(&arena);
    return st;
}
