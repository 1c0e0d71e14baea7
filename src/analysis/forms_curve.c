/* The curves of the table and the places where a search for each begins. */
#include <math.h>

#include "analysis/forms_priv.h"

#define EXP_MAX 500.0

const char *ons_form_text(ons_form f)
{
    static const char *const text[] = {
#define X(name, word) word,
        ONS_FORM_MAP(X)
#undef X
    };
    return (size_t)f < ONS_FORM_COUNT ? text[f] : "?";
}

int ons_form_parameters(const ons_form_data *d, ons_form f)
{
    const bool tied = isfinite(d->floor), from_chance = d->bounded && tied;
    switch (f) {
    case ONS_FORM_CHANCE:
        return tied ? 0 : -1;
    case ONS_FORM_CONSTANT:
        return 1;
    case ONS_FORM_LINEAR:
        return 2;
    case ONS_FORM_LOGIT_LINEAR:
    case ONS_FORM_GOMPERTZ:
        return from_chance ? 2 : -1;
    case ONS_FORM_LOGISTIC:
    case ONS_FORM_QUADRATIC:
        return from_chance ? 3 : -1;
    case ONS_FORM_FOUR:
        return 4;
    case ONS_FORM_HINGE:
        return tied ? 2 : 3;
    case ONS_FORM_BROKEN:
        return 6;
    case ONS_FORM_STEP:
    case ONS_FORM_ISOTONIC:
        return 0;
    case ONS_FORM_COUNT:
    default:
        return -1;
    }
}

static double sigma(double z)
{
    return z < 0 ? exp(fmax(z, -EXP_MAX)) / (1 + exp(fmax(z, -EXP_MAX))) : 1 / (1 + exp(-z));
}

static double softplus(double z) { return fmax(z, 0) + log1p(exp(-fabs(z))); }

/* A level of a curve: within the range of the scores. */
static double level(const ons_form_data *d, double v)
{
    return d->bounded ? fmin(fmax(v, 0), 1) : v;
}

/* Through three values at t = 0, 1/2, 1. */
static double parabola(const double *p, double t)
{
    return p[0] * (1 - t) * (1 - 2 * t) + p[1] * 4 * t * (1 - t) + p[2] * t * (2 * t - 1);
}

/* y = a + b x^-c0 (1 + (x / d)^(1/f))^(-c1 f), in t: the scale's logarithm. p: a, b, c0, c1, the
 * place of the break, ln of its width f. */
static double broken(const double *p, double t)
{
    const double f = exp(fmin(fmax(p[5], -8), 2));
    const double bend = f * softplus((t - p[4]) / f);
    return p[0] + p[1] * exp(fmin(fmax(-p[2] * t - p[3] * bend, -EXP_MAX), EXP_MAX));
}

/* The floor up to p[0], then a line that is at p[1] at the largest scale: in place of its slope,
 * which would be tied to the place of the knee. */
static double hinge(double floor, const double *p, double t)
{
    const double knee = fmin(p[0], .999);
    return floor + (p[1] - floor) * fmax(0, t - knee) / (1 - knee);
}

double ons_form_at(const ons_form_data *d, ons_form f, const double *p, double t)
{
    const double c = d->floor;
    switch (f) {
    case ONS_FORM_CHANCE:
        return c;
    case ONS_FORM_CONSTANT:
        return p[0];
    case ONS_FORM_LINEAR:
        return p[0] + (p[1] - p[0]) * t;
    case ONS_FORM_LOGIT_LINEAR:
        return c + (1 - c) * sigma(p[0] + (p[1] - p[0]) * t);
    case ONS_FORM_GOMPERTZ:
        return c + (1 - c) * exp(-exp(fmin(-(p[0] + (p[1] - p[0]) * t), EXP_MAX)));
    case ONS_FORM_LOGISTIC:
        return c + (level(d, p[2]) - c) * sigma(exp(fmin(p[1], 8)) * (t - p[0]));
    case ONS_FORM_FOUR: {
        const double lower = level(d, p[3]);
        return lower + (level(d, p[2]) - lower) * sigma(exp(fmin(p[1], 8)) * (t - p[0]));
    }
    case ONS_FORM_HINGE:
        return hinge(isfinite(c) ? c : p[2], p, t);
    case ONS_FORM_QUADRATIC:
        return c + (1 - c) * sigma(parabola(p, t));
    case ONS_FORM_BROKEN:
        return broken(p, t);
    case ONS_FORM_STEP:
    case ONS_FORM_ISOTONIC:
    case ONS_FORM_COUNT:
    default:
        return (double)NAN;
    }
}

/* ---- where to begin ---- */

/* The next digit of a mixed-radix number: index i runs through all combinations. */
static double pick(const double *value, size_t n, size_t *i)
{
    const double v = value[*i % n];
    *i /= n;
    return v;
}
#define PICK(values, i) pick(values, sizeof(values) / sizeof *(values), i)

static const double places[] = {0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1, 1.2};
static const double knees[] = {-6, -1, -.3, 0, .1, .2, .3, .4, .5, .6, .7, .8, .9};
static const double log_slopes[] = {.5, 1.5, 2.3, 3, 4, 5.3};
static const double logits[] = {-8, -5, -3, -1.5, 0, 1.5, 4};
static const double exponents[] = {-3, -1, .01, 1, 3};
static const double bends[] = {-12, -3, 3, 12};
static const double breaks[] = {.2, .4, .6, .8};
static const double log_sharpness[] = {-3.5, -2};

static void curved_start(const ons_form_data *d, ons_form f, size_t *i, double *p, double *step)
{
    const double range = fmax(d->hi - d->lo, 1e-3 * fmax(fabs(d->hi), 1e-3));
    const double tops[] = {d->hi, d->bounded ? 1 : d->hi + range,
                           .5 * (d->hi + d->y[d->rows->n_scales - 1])};
    const double turned[] = {0, 1};
    p[0] = PICK(places, i);
    p[1] = PICK(log_slopes, i);
    p[2] = PICK(tops, i);
    p[3] = d->lo;
    if (f == ONS_FORM_FOUR && PICK(turned, i) > 0) {
        p[3] = p[2];
        p[2] = d->lo;
    }
    step[0] = .1;
    step[1] = .5;
    step[2] = step[3] = d->hi - d->lo > 0 ? -.1 * range : .05;
}

/* Levels a and b that fit best, by least squares, with the curve between them given. */
static void broken_levels(const ons_form_data *d, double *p)
{
    double n = (double)d->rows->n_scales, su = 0, sy = 0, suu = 0, suy = 0;
    p[0] = 0;
    p[1] = 1;
    for (size_t s = 0; s < d->rows->n_scales; s++) {
        const double u = broken(p, d->t[s]);
        su += u;
        sy += d->y[s];
        suu += u * u;
        suy += u * d->y[s];
    }
    const double var = suu - su * su / n;
    p[1] = var > 1e-12 * suu ? (suy - su * sy / n) / var : 0;
    p[0] = (sy - p[1] * su) / n;
}

static void broken_start(const ons_form_data *d, size_t *i, double *p, double *step)
{
    const double range = fmax(d->hi - d->lo, 1e-3);
    p[2] = PICK(exponents, i);
    p[3] = PICK(bends, i);
    p[4] = PICK(breaks, i);
    p[5] = PICK(log_sharpness, i);
    broken_levels(d, p);
    step[0] = .05 * range;
    step[1] = p[1] != 0 ? .1 * p[1] : .05 * range;
    step[2] = step[3] = .5;
    step[4] = .1;
    step[5] = .5;
}

static void logit_start(size_t n, size_t *i, double *p, double *step)
{
    for (size_t j = 0; j < n; j++) {
        p[j] = PICK(logits, i);
        step[j] = .7;
    }
}

/* Ends beyond the range too: where the line is cut off there are several maxima. */
static void linear_start(const ons_form_data *d, size_t *i, double *p, double *step)
{
    static const double beyond[] = {0, .5, 1.5, 4, 12};
    const double first = d->y[0], change = d->y[d->rows->n_scales - 1] - first;
    p[0] = first - change * PICK(beyond, i);
    p[1] = first + change * (1 + PICK(beyond, i));
    step[0] = step[1] = change != 0 ? .2 * change : .01 * fmax(fabs(first), .1);
}

static void hinge_start(const ons_form_data *d, size_t *i, double *p, double *step)
{
    const double rise = d->hi - d->lo;
    const double to[] = {
        d->hi, d->lo, d->hi + .5 * rise, d->hi + 2 * rise, d->hi + 6 * rise, d->hi + 20 * rise};
    const double base = isfinite(d->floor) ? d->floor : d->y[0];
    p[0] = PICK(knees, i); /* left of the first scale: a straight line */
    p[1] = PICK(to, i);
    p[2] = base;
    step[0] = .1;
    step[1] = -.1 * fmax(d->hi - d->lo, 1e-3);
    step[2] = .1 * fmax(d->hi - d->lo, 1e-3);
}

bool ons_form_start(const ons_form_data *d, ons_form f, size_t i, double *ret_p, double *ret_step)
{
    const double range = fmax(d->hi - d->lo, .01 * fmax(fabs(d->hi), .01));
    switch (f) {
    case ONS_FORM_CONSTANT:
        ret_p[0] = .5 * (d->lo + d->hi);
        ret_step[0] = .25 * range;
        return i == 0;
    case ONS_FORM_LINEAR:
        linear_start(d, &i, ret_p, ret_step);
        return i == 0;
    case ONS_FORM_LOGIT_LINEAR:
    case ONS_FORM_GOMPERTZ:
        logit_start(2, &i, ret_p, ret_step);
        return i == 0;
    case ONS_FORM_QUADRATIC:
        logit_start(3, &i, ret_p, ret_step);
        return i == 0;
    case ONS_FORM_LOGISTIC:
    case ONS_FORM_FOUR:
        curved_start(d, f, &i, ret_p, ret_step);
        return i == 0;
    case ONS_FORM_HINGE:
        hinge_start(d, &i, ret_p, ret_step);
        return i == 0;
    case ONS_FORM_BROKEN:
        broken_start(d, &i, ret_p, ret_step);
        return i == 0;
    case ONS_FORM_CHANCE:
    case ONS_FORM_STEP:
    case ONS_FORM_ISOTONIC:
    case ONS_FORM_COUNT:
    default:
        return false;
    }
}
