#include "analysis/curve_priv.h"

#include <math.h>

#include "analysis/verdict.h"
#include "stats/fast.h"
#include "stats/special.h"

#define LN2      0.69314718055994530942
#define LOGISTIC 4.394449154672439 /* 2 ln 9: its 10-90 % width in units of its scale */
#define EXTREME  3.084399          /* ln(ln .1 / ln .9) */
#define POWER    0.95424250943933  /* log10 9 */
#define ARCTAN   6.15536707435051  /* 2 tan(.4 pi) */
#define PI       3.14159265358979323846
#define LN10     2.30258509299404568402

static inline void logistic_fill(double a, double b, size_t n, const double *restrict x,
                                 double *restrict f)
{
    for (size_t i = 0; i < n; i++) {
        f[i] = 1 / (1 + ons_fast_exp(-ons_clip((x[i] - a) * b, -500, 500)));
    }
}

static inline void gompertz_fill(double a, double b, size_t n, const double *restrict x,
                                 double *restrict f)
{
    for (size_t i = 0; i < n; i++) {
        f[i] = ons_fast_exp(-LN2 * ons_fast_exp(-ons_clip((x[i] - a) * b, -500, 500)));
    }
}

static inline void cloglog_fill(double a, double b, size_t n, const double *restrict x,
                                double *restrict f)
{
    for (size_t i = 0; i < n; i++) {
        double u = LN2 * ons_fast_exp(ons_clip((x[i] - a) * b, -500, 500));
        double far = 1 - ons_fast_exp(-u);
        double near = u * (1 - u * (.5 - u * (1.0 / 6 - u * (1.0 / 24))));
        f[i] = u < 1e-4 ? near : far;
    }
}

static inline void ramp_fill(double a, double b, size_t n, const double *restrict x,
                             double *restrict f)
{
    for (size_t i = 0; i < n; i++) f[i] = ons_clip(.5 + (x[i] - a) * b, 0, 1);
}

static inline void power_fill(double a, double b, size_t n, const double *restrict x,
                              double *restrict f)
{
    for (size_t i = 0; i < n; i++) f[i] = ons_clip(.5 * ons_fast_exp((x[i] - a) * b), 0, 1);
}

static void arctan_fill(double a, double b, size_t n, const double *restrict x, double *restrict f)
{
    for (size_t i = 0; i < n; i++) f[i] = .5 + atan((x[i] - a) * b) / PI;
}

ONS_FAST_CLONES
void ons_shape_fill(int shape, double x50, double width, size_t n, const double *x, double *f)
{
    switch (shape) {
    case 0:
        logistic_fill(x50, LOGISTIC / width, n, x, f);
        return;
    case 1:
        gompertz_fill(x50, EXTREME / width, n, x, f);
        return;
    case 2:
        cloglog_fill(x50, EXTREME / width, n, x, f);
        return;
    case 3:
        ramp_fill(x50, .8 / width, n, x, f);
        return;
    case 4:
        power_fill(x50, POWER * LN10 / width, n, x, f);
        return;
    case ONS_LONG_TAILED:
        arctan_fill(x50, ARCTAN / width, n, x, f);
        return;
    default:
        break;
    }
    power_fill(x50, -POWER * LN10 / width, n, x, f);
    for (size_t i = 0; i < n; i++) f[i] = 1 - f[i];
}

double ons_shape_at(int shape, double x50, double width, double x)
{
    double f;
    ons_shape_fill(shape, x50, width, 1, &x, &f);
    return f;
}

double ons_shape_onset(int shape)
{
    static const double at[ONS_ALL_SHAPES] = {-.5, -.3892, -.6108, -.5, -.7325, -.2675, -.5};
    return at[shape];
}

double ons_curve_at(const ons_curve *c, double x)
{
    if (c->shape < 0 || c->shape >= ONS_ALL_SHAPES || isnan(x)) return NAN;
    double f = ons_shape_at(c->shape, c->x50, c->width, x);
    return c->lower * (1 - f) + c->upper * f;
}
