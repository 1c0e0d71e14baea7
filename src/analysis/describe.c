#include "analysis/describe.h"

#include <math.h>

#include "analysis/curve_priv.h"
#include "analysis/series_priv.h"
#include "stats/special.h"

#define LOGIT_10_90  4.394449154672439 /* 2 ln 9: logits between 10 % and 90 % */
#define CHANCE_SLACK 0.01              /* how far a chance level may lie from 1 / m */
#define CHOICES_MAX  64
#define EDGE         0.005 /* of fractions whose number of items is not known */

const char *ons_steepness_text(ons_steepness s)
{
    static const char *const text[] = {
#define X(name, word) word,
        ONS_STEEPNESS_MAP(X)
#undef X
    };
    return (size_t)s < ONS_STEEPNESS_COUNT ? text[s] : "?";
}

/* ---- noise and gaps ---- */

/* Root of the mean sampling variance of a scale's score. */
static double sampling_sd(const ons_rows *r)
{
    double sum = 0;
    for (size_t s = 0; s < r->n_scales; s++) {
        double items = 0, precision = 0, y = ons_rows_score(r, s);
        for (size_t i = r->begin[s]; i < r->begin[s + 1]; i++) {
            items += r->n[i];
            precision += r->gaussian ? 1 / (r->se[i] * r->se[i]) : 0;
        }
        sum += r->gaussian ? 1 / precision : y * (1 - y) / items;
    }
    return sqrt(sum / (double)r->n_scales);
}

static double gap_share(const ons_rows *r)
{
    double most = -INFINITY, lo = INFINITY, hi = -INFINITY;
    for (size_t s = 0; s < r->n_scales; s++) {
        double y = ons_rows_score(r, s);
        if (s > 0) most = fmax(most, y - ons_rows_score(r, s - 1));
        lo = fmin(lo, y);
        hi = fmax(hi, y);
    }
    return hi > lo ? most / (hi - lo) : (double)NAN;
}

/* ---- how steep ---- */

/* The curve that the verdict rests on: the sharp one where there is a threshold, the smooth one
 * where the rise is gradual. */
static const ons_curve *curve_of(const ons_verdict *v)
{
    if (isfinite(v->width.x)) return &v->sharp;
    if (v->verdict == ONS_VERDICT_SMOOTH || v->verdict == ONS_VERDICT_DELAYED) return &v->smooth;
    return NULL;
}

static ons_steepness steepness(double width)
{
    if (isnan(width)) return ONS_STEEPNESS_NONE;
    return width < .5    ? ONS_STEEPNESS_ABRUPT
           : width < 1.5 ? ONS_STEEPNESS_SHARP
           : width < 3   ? ONS_STEEPNESS_STEEP
                         : ONS_STEEPNESS_GRADUAL;
}

static void describe_width(const ons_rows *r, const ons_verdict *v, ons_description *d)
{
    const ons_curve *c = curve_of(v);
    if (!c || c->shape < 0) return;
    d->width = c->width;
    d->x10 = c->x50 + ons_shape_onset(c->shape) * c->width;
    d->x90 = d->x10 + c->width;
    d->odds_ratio = exp(LOGIT_10_90 / c->width);
    d->steepness = steepness(c->width / r->unit);
}

/* ---- d' ---- */

/* P(right) = integral of phi(z - d) Phi(z)^(m - 1), and its derivative in d. The trapezoid rule is
 * exact to the last digits: the integrand is analytic and falls off like a Gaussian. */
static void choice(double d, unsigned m, double *ret_p, double *ret_slope)
{
    const double h = .25;
    const int reach = 36; /* nine standard deviations */
    double p = 0, slope = 0;
    for (int i = -reach; i <= reach; i++) {
        const double z = h * i;
        double phi = exp(-.5 * z * z) * pow(ons_normal_cdf(z + d), m - 1);
        p += phi;
        slope += z * phi;
    }
    const double scale = h / 2.50662827463100050242; /* sqrt(2 pi) */
    *ret_p = p * scale;
    *ret_slope = slope * scale;
}

/* Newton's steps, kept inside a bracket that shrinks. */
double ons_d_prime_choice(double p, unsigned m)
{
    double lo = -8, hi = 8, d = 0, at, slope;
    if (m < 2 || !(p > 0 && p < 1)) return (double)NAN;
    for (int i = 0; i < 60; i++) {
        choice(d, m, &at, &slope);
        if (at < p)
            lo = d;
        else
            hi = d;
        double next = d + (p - at) / slope;
        if (!(next > lo && next < hi)) next = .5 * (lo + hi);
        if (fabs(next - d) < 1e-10) return next;
        d = next;
    }
    return d;
}

/* m where a guess is right in one of m; 0: open answers, or an uneven chance level. */
static unsigned choices_of(const ons_rows *r)
{
    if (!r->chance_known || r->chance < 1. / CHOICES_MAX) return 0;
    double m = round(1 / r->chance);
    return m >= 2 && fabs(r->chance - 1 / m) <= CHANCE_SLACK ? (unsigned)m : 0;
}

typedef struct group {
    double score, p, x; /* pooled; the same kept off 0 and 1; mean place */
} group;

static group pool(const ons_rows *r, size_t begin, size_t end)
{
    double k = 0, n = 0, x = 0;
    for (size_t s = begin; s < end; s++) x += r->x[s] / (double)(end - begin);
    for (size_t i = r->begin[begin]; i < r->begin[end]; i++) {
        k += r->gaussian ? r->y[i] : r->k[i];
        n += r->gaussian ? 1 : r->n[i];
    }
    group g = {.score = k / n, .x = x};
    g.p = r->gaussian ? fmin(fmax(g.score, EDGE), 1 - EDGE) : (k + .5) / (n + 1);
    return g;
}

static double discriminability(double p, unsigned n_choices)
{
    return n_choices ? ons_d_prime_choice(p, n_choices) : ons_normal_quantile(p);
}

/* Below: up to the 10 % point. Above: from the 50 % point (2.4). */
static void describe_d_prime(const ons_rows *r, const ons_verdict *v, ons_description *d)
{
    size_t below = 0, above = r->n_scales;
    while (below < r->n_scales && r->x[below] <= v->onset.x) below++;
    while (above > 0 && r->x[above - 1] >= v->midpoint.x) above--;
    if (below == 0 || above == r->n_scales || above < below) { /* no threshold, or at the edge */
        below = 1;
        above = r->n_scales - 1;
    }
    const group low = pool(r, 0, below), high = pool(r, above, r->n_scales);
    d->low = low.score;
    d->high = high.score;
    d->n_choices = choices_of(r);
    d->d_prime = discriminability(high.p, d->n_choices) - discriminability(low.p, d->n_choices);
    d->d_prime_per_unit = d->d_prime / (high.x - low.x);
}

ons_status ons_series_describe(const ons_series *s, const ons_verdict *v, ons_description *ret_d,
                               ons_err *err)
{
    ons_rows r;
    ons_description d = {.sampling_sd = NAN,
                         .gap_share = NAN,
                         .x10 = NAN,
                         .x90 = NAN,
                         .width = NAN,
                         .odds_ratio = NAN,
                         .low = NAN,
                         .high = NAN,
                         .d_prime = NAN,
                         .d_prime_per_unit = NAN};
    ONS_TRY(ons_rows_make(s, &r, err));
    if (r.n_scales > 0) d.sampling_sd = sampling_sd(&r);
    if (r.n_scales > 1) {
        d.gap_share = gap_share(&r);
        describe_width(&r, v, &d);
        if (!s->continuous || s->n_assumed) describe_d_prime(&r, v, &d);
    }
    *ret_d = d;
    return ONS_OK;
}
