/* The true curves of simulated series. */
#include <math.h>

#include "analysis/curve_priv.h"
#include "analysis/simulate_priv.h"
#include "stats/draw.h"
#include "stats/special.h"

#define PI  3.14159265358979323846
#define LN2 0.69314718055994530942

static void add_shape(ons_draft *d, int shape, double middle, double width, double rise)
{
    double f[ONS_SIM_SCALES];
    ons_shape_fill(shape, middle, width, d->n_scales, d->x, f);
    for (size_t i = 0; i < d->n_scales; i++) d->mu[i] = d->chance + rise * f[i];
}

/* ---- no jump ---- */

static void flat(ons_draft *d, double level)
{
    for (size_t i = 0; i < d->n_scales; i++) d->mu[i] = level;
}

static void shapes(ons_draft *d, double width)
{
    int shape = (int)ons_rng_below(&d->rng, ONS_SHAPES);
    double rise = ons_draft_uniform(d, .3, 1) * (1 - d->chance);
    double middle = ons_draft_uniform(d, .5, d->x[d->n_scales - 1] + .3 * width);
    /* Cornered shapes count as gradual from twice the width on (2.3). */
    add_shape(d, shape, middle, width * (shape < 4 ? 1 : 2), rise);
}

static void hinge(ons_draft *d, double length)
{
    double knee = ons_draft_uniform(d, .3, d->x[d->n_scales - 1] - 1);
    double rise = ons_draft_uniform(d, .3, 1) * (1 - d->chance);
    for (size_t i = 0; i < d->n_scales; i++)
        d->mu[i] = d->chance + rise * ons_clip((d->x[i] - knee) / length, 0, 1);
}

static void power_law(ons_draft *d, double last)
{
    double top = ons_draft_uniform(d, .1, .9) * (1 - d->chance);
    double slope = ons_draft_uniform(d, .12, .32);
    for (size_t i = 0; i < d->n_scales; i++)
        d->mu[i] = d->chance + top * pow(10, slope * (d->x[i] - last));
}

static void gompertz(ons_draft *d, double last)
{
    double slope = ons_draft_uniform(d, .25, .6), middle = ons_draft_uniform(d, 1, last + .5);
    for (size_t i = 0; i < d->n_scales; i++)
        d->mu[i] = d->chance + (1 - d->chance) * exp(-LN2 * pow(10, -slope * (d->x[i] - middle)));
}

static void u_shape(ons_draft *d, double last)
{
    double middle = ons_draft_uniform(d, 1, last - 1), base = fmax(d->chance, .3);
    double depth = ons_draft_uniform(d, .1, .2);
    for (size_t i = 0; i < d->n_scales; i++) {
        double t = (d->x[i] - middle) / middle;
        d->mu[i] = ons_clip(base - depth + depth * t * t, .01, .95);
    }
}

static void falling(ons_draft *d)
{
    double first = ons_draft_uniform(d, .5, .8), slope = ons_draft_uniform(d, .05, .15);
    for (size_t i = 0; i < d->n_scales; i++) d->mu[i] = ons_clip(first - slope * d->x[i], .02, 1);
}

static void cap(ons_draft *d, double last)
{
    double middle = ons_draft_uniform(d, 1, last - 1), top = ons_draft_uniform(d, .5, .8);
    for (size_t i = 0; i < d->n_scales; i++) {
        double t = (d->x[i] - middle) / 2;
        d->mu[i] = ons_clip(top - .25 * t * t, .02, 1);
    }
}

static void irregular(ons_draft *d)
{
    for (size_t i = 0; i < d->n_scales; i++) {
        double t = fabs(.3 + .2 * ons_draw_normal(&d->rng));
        d->mu[i] = ons_clip(d->chance + (1 - d->chance) * t, 0, .99);
    }
}

static void linear(ons_draft *d, double last)
{
    double rise = ons_draft_uniform(d, .2, .95) * .9, h = 1 - d->chance;
    double first = ons_draft_uniform(d, 0, .05);
    for (size_t i = 0; i < d->n_scales; i++)
        d->mu[i] = d->chance + h * (first + rise * d->x[i] / last);
}

void ons_curve_smooth(ons_draft *d, const ons_sim_class *c)
{
    double last = d->x[d->n_scales - 1];
    switch (c->curve) {
    case ONS_SIM_CHANCE:
        flat(d, d->chance > 0 ? d->chance : pow(10, ons_draft_uniform(d, -4, -2.5)));
        return;
    case ONS_SIM_CONSTANT:
        flat(d, ons_draft_uniform(d, d->chance + .1, .9));
        return;
    case ONS_SIM_LINEAR:
        linear(d, last);
        return;
    case ONS_SIM_SHAPES:
        shapes(d, c->width);
        return;
    case ONS_SIM_HINGE:
        hinge(d, c->width);
        return;
    case ONS_SIM_POWER_LAW:
        power_law(d, last);
        return;
    case ONS_SIM_GOMPERTZ:
        gompertz(d, last);
        return;
    case ONS_SIM_SATURATED:
        add_shape(d, 0, -ons_draft_uniform(d, 0, 1), 2.5,
                  ons_draft_uniform(d, .6, .95) * (1 - d->chance));
        return;
    case ONS_SIM_U:
        u_shape(d, last);
        return;
    case ONS_SIM_INVERSE:
        falling(d);
        return;
    case ONS_SIM_CAP:
        cap(d, last);
        return;
    default:
        irregular(d);
    }
}

/* ---- curves that no fit knows ---- */

/* Any rising function from 0 to 1. */
typedef struct rising {
    int curve;
    double offset[12]; /* of the parts of a mixture */
    size_t n_parts;
    double slope;
} rising;

static double expit(double t) { return t < -500 ? 0 : 1 / (1 + exp(-t)); }

static double rising_at(const rising *r, double t)
{
    double sum = 0, u = ons_clip(t + .5, 0, 1);
    switch (r->curve) {
    case ONS_SIM_PROBIT:
        return ons_normal_cdf(t);
    case ONS_SIM_SMOOTHSTEP:
        return u * u * (3 - 2 * u);
    case ONS_SIM_ARCTAN:
        return .5 + atan(t) / PI;
    case ONS_SIM_LAPLACE:
        return t < 0 ? .5 * exp(t) : 1 - .5 * exp(-t);
    case ONS_SIM_STUDENT:
        return .5 + .5 * t / sqrt(2 + t * t);
    default:
        for (size_t i = 0; i < r->n_parts; i++) sum += expit(r->slope * (t - r->offset[i]));
        return sum / (double)r->n_parts;
    }
}

static double rising_inverse(const rising *r, double level)
{
    double lo = -100, hi = 100;
    for (int i = 0; i < 60; i++) {
        double middle = .5 * (lo + hi);
        if (rising_at(r, middle) < level)
            lo = middle;
        else
            hi = middle;
    }
    return .5 * (lo + hi);
}

static rising rising_make(ons_draft *d, int curve)
{
    rising r = {.curve = curve, .slope = 1};
    if (curve == ONS_SIM_TWO_STEP) {
        r.n_parts = 2;
        r.offset[1] = ons_draft_uniform(d, 3, 9);
    }
    if (curve == ONS_SIM_MIXTURE) {
        r.n_parts = 12;
        r.slope = ons_draft_uniform(d, 1.5, 4);
        for (size_t i = 0; i < r.n_parts; i++) r.offset[i] = ons_draw_normal(&d->rng);
    }
    return r;
}

void ons_curve_held_out(ons_draft *d, const ons_sim_class *c)
{
    static const double wide[] = {1.6, 2.2, 3.5}, narrow[] = {.1, .4, .7};
    d->jump = c->group == ONS_SIM_HELD_OUT_POWER;
    double width = ons_draft_pick(d, d->jump ? narrow : wide, 3);
    rising r = rising_make(d, c->curve);
    double lo = rising_inverse(&r, .1), middle = rising_inverse(&r, .5),
           hi = rising_inverse(&r, .9);
    double unit = (hi - lo) / width, last = d->x[d->n_scales - 1];
    d->midpoint = d->jump ? ons_draft_uniform(d, d->x[1], d->x[d->n_scales - 2])
                          : ons_draft_uniform(d, .4, last - .3);
    d->onset = d->midpoint - (middle - lo) / unit;
    double rise = ons_draft_uniform(d, .3, .95) * (1 - d->chance);
    for (size_t i = 0; i < d->n_scales; i++)
        d->mu[i] = d->chance + rise * rising_at(&r, middle + (d->x[i] - d->midpoint) * unit);
}

/* ---- jumps ---- */

void ons_curve_jump(ons_draft *d, const ons_sim_class *c)
{
    size_t k = d->n_scales, gap = 2;
    if (k > 5) gap += ons_rng_below(&d->rng, (uint32_t)(k - 3));
    double from = ons_draft_uniform(d, d->x[gap - 1], d->x[gap]);
    int shape = (int)ons_rng_below(&d->rng, ONS_SHARP_SHAPES);
    d->jump = true;
    d->midpoint = from + (c->width < .2 ? 0 : c->width / 4);
    d->onset = d->midpoint + ons_shape_onset(shape) * c->width;
    add_shape(d, shape, d->midpoint, c->width, c->rise * (1 - d->chance));
}

void ons_curve_seeds(ons_draft *d, const ons_sim_class *c)
{
    size_t k = d->n_scales;
    double rise = ons_draft_uniform(d, .4, .98) * (1 - d->chance), f[ONS_SIM_SCALES];
    double middle = ons_draft_uniform(d, d->x[2], d->x[k - 2]), width = c->width;
    int shape = (int)ons_rng_below(&d->rng, ONS_SHARP_SHAPES);
    d->high = d->chance + rise;
    if (c->curve != ONS_SIM_SHAPES) {
        flat(d, c->curve == ONS_SIM_CHANCE ? d->chance : d->high);
        return;
    }
    d->jump = width < 1;
    if (width < 1) width = ons_draft_uniform(d, .05, width);
    if (width > 1.5) width = ons_draft_uniform(d, 1.6, width);
    d->runs = c->runs;
    d->midpoint = middle;
    d->onset = middle + ons_shape_onset(shape) * width;
    add_shape(d, shape, middle, width, rise);
    ons_shape_fill(shape, middle, width, k, d->x, f);
    for (size_t i = 0; i < k; i++) d->share[i] = f[i];
}

/* ---- with a continuous metric ---- */

static double noise(ons_draft *d, double tau)
{
    double lo = d->z[0], hi = d->z[0];
    for (size_t i = 1; i < d->n_scales; i++) {
        lo = fmin(lo, d->z[i]);
        hi = fmax(hi, d->z[i]);
    }
    return .5 * tau * (hi - lo);
}

void ons_curve_metric(ons_draft *d, const ons_sim_class *c)
{
    size_t k = d->n_scales, gap = k > 5 ? 3 + ons_rng_below(&d->rng, (uint32_t)(k - 4)) : 3;
    double m = ons_draft_uniform(d, d->x[gap - 1], d->x[gap]), sd = .5;
    double tau = ons_draft_uniform(d, 0, .06), acc[ONS_SIM_SCALES];
    if (c->curve == ONS_SIM_LATENT) {
        double spread = ons_draft_uniform(d, .1, .2);
        sd = 2 * spread;
        for (size_t i = 0; i < k; i++) d->z[i] = d->x[i] - m - .2;
        for (size_t i = 0; i < k; i++) acc[i] = ons_normal_cdf(d->z[i] / spread);
    } else if (c->curve == ONS_SIM_NLL) {
        double slope = ons_draft_uniform(d, 1, 1.4);
        sd = 1;
        tau *= 3;
        for (size_t i = 0; i < k; i++) {
            double nats = LN2 * pow(10, -slope * (d->x[i] - m - .15));
            acc[i] = exp(-nats);
            d->z[i] = -log(nats);
        }
    } else {
        double width = ons_draft_uniform(d, .1, .5), top = ons_draft_uniform(d, .6, .95);
        ons_shape_fill(0, m + width / 4, width, k, d->x, acc);
        for (size_t i = 0; i < k; i++) d->z[i] = acc[i] + c->width * d->x[i] / d->x[k - 1];
        for (size_t i = 0; i < k; i++) acc[i] *= top;
    }
    double scatter = noise(d, tau);
    d->z_se = sd / sqrt(d->n_items);
    for (size_t i = 0; i < k; i++) {
        d->mu[i] = d->chance + (1 - d->chance) * acc[i];
        d->z[i] += scatter * ons_draw_normal(&d->rng) + d->z_se * ons_draw_normal(&d->rng);
    }
}
