/* Baselines, each with its own predictive distribution: Student's t around the prediction. */
#include <math.h>

#include "analysis/predict_priv.h"
#include "stats/special.h"

#define SD_LEAST 0.005 /* of the unit: nothing is known better than this */

double ons_student_log_density(const ons_student *t, double y)
{
    double z = (y - t->middle) / t->sd, n = t->dof;
    return ons_lgamma(.5 * (n + 1)) - ons_lgamma(.5 * n) - .5 * log(n * 3.14159265358979323846) -
           log(t->sd) - .5 * (n + 1) * log1p(z * z / n);
}

/* Through the incomplete beta function: P(|T| > t) = I_{n/(n+t^2)}(n/2, 1/2). */
double ons_student_reach(const ons_student *t)
{
    double n = t->dof, x = ons_beta_inc_inv(.5 * n, .5, .05);
    return t->sd * sqrt(n * (1 - x) / x);
}

double ons_student_below(const ons_student *t, double y)
{
    double z = (y - t->middle) / t->sd, n = t->dof;
    double tail = .5 * ons_beta_inc(.5 * n, .5, n / (n + z * z));
    return z < 0 ? tail : 1 - tail;
}

/* Cut off at the ends of a bounded score, as the forecast is. */
static ons_predictive describe(const ons_known *k, size_t target, ons_student t)
{
    t.sd = fmax(t.sd, SD_LEAST * k->unit);
    double reach = ons_student_reach(&t);
    ons_predictive p = {.median = t.middle,
                        .lo = t.middle - reach,
                        .hi = t.middle + reach,
                        .log_score = ons_student_log_density(&t, k->y[target]),
                        .z = NAN,
                        .nats = NAN};
    if (!k->bounded) return p;
    p.median = fmin(fmax(p.median, 0), 1);
    p.lo = fmin(fmax(p.lo, 0), 1);
    p.hi = fmin(fmax(p.hi, 0), 1);
    p.log_score -= log(fmax(ons_student_below(&t, 1) - ons_student_below(&t, 0), 1e-12));
    return p;
}

ons_student ons_predict_walk(const ons_known *k, size_t target)
{
    size_t n = k->n;
    double sum = 0, last = k->y[n - 1];
    for (size_t i = 1; i < n; i++) {
        double step = k->y[i] - k->y[i - 1];
        sum += step * step / (k->x[i] - k->x[i - 1]);
    }
    double gap = k->x[target] - k->x[n - 1];
    double variance = sum / (double)(n - 1) * gap + ons_known_variance(k, target, last);
    return (ons_student){last, fmax(sqrt(variance), SD_LEAST * k->unit), (double)(n - 1)};
}

ons_predictive ons_predict_last(const ons_known *k, size_t target)
{
    return describe(k, target, ons_predict_walk(k, target));
}

ons_student ons_predict_line(const ons_known *k, const double *v, size_t target)
{
    size_t n = k->n;
    double mx = 0, mv = 0, sxx = 0, sxv = 0, rss = 0, at = k->x[target];
    for (size_t i = 0; i < n; i++) {
        mx += k->x[i] / (double)n;
        mv += v[i] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        sxx += (k->x[i] - mx) * (k->x[i] - mx);
        sxv += (k->x[i] - mx) * (v[i] - mv);
    }
    double slope = sxv / sxx;
    for (size_t i = 0; i < n; i++) {
        double r = v[i] - mv - slope * (k->x[i] - mx);
        rss += r * r;
    }
    double dof = (double)(n - 2);
    double spread = 1 + 1 / (double)n + (at - mx) * (at - mx) / sxx;
    return (ons_student){mv + slope * (at - mx), sqrt(rss / dof * spread), dof};
}

ons_predictive ons_predict_linear(const ons_known *k, size_t target)
{
    ons_student t = ons_predict_line(k, k->y, target);
    t.sd = sqrt(t.sd * t.sd + ons_known_variance(k, target, t.middle));
    return describe(k, target, t);
}

/* The log odds of the rise above chance are linear; a score without a range is taken as it is. */
ons_predictive ons_predict_logistic(const ons_known *k, size_t target)
{
    if (!k->bounded) return ons_predict_linear(k, target);
    double v[ONS_POINTS_MAX], c = isnan(k->chance) ? 0 : k->chance, h = 1 - c;
    for (size_t i = 0; i < k->n; i++) {
        double edge = k->items[i] > 0 ? .5 / (k->items[i] + 1) : .005,
               p = fmin(fmax((k->y[i] - c) / h, edge), 1 - edge);
        v[i] = log(p / (1 - p));
    }
    ons_student t = ons_predict_line(k, v, target);
    double p = 1 / (1 + exp(-fmin(fmax(t.middle, -30), 30)));
    t.sd *= h * fmax(p * (1 - p), 1e-4);
    t.middle = c + h * p;
    t.sd = sqrt(t.sd * t.sd + ons_known_variance(k, target, t.middle));
    return describe(k, target, t);
}
