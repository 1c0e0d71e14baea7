#include "stats/draw.h"

#include <math.h>

/* In (0, 1): never an end. */
static double uniform_open(ons_rng *r) { return ons_rng_f64(r) + 0x1p-54; }

double ons_draw_normal(ons_rng *r)
{
    for (;;) {
        double u = 2 * ons_rng_f64(r) - 1, v = 2 * ons_rng_f64(r) - 1, s = u * u + v * v;
        if (s > 0 && s < 1) return u * sqrt(-2 * log(s) / s);
    }
}

double ons_draw_gamma(ons_rng *r, double shape)
{
    if (!(shape > 0) || isinf(shape)) return NAN;
    if (shape < 1) return ons_draw_gamma(r, shape + 1) * pow(uniform_open(r), 1 / shape);
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = ons_draw_normal(r), v = 1 + c * x;
        if (v <= 0) continue;
        v = v * v * v;
        if (log(uniform_open(r)) < .5 * x * x + d - d * v + d * log(v)) return d * v;
    }
}

double ons_draw_beta(ons_rng *r, double a, double b)
{
    double x = ons_draw_gamma(r, a), y = ons_draw_gamma(r, b);
    if (x + y > 0 || isnan(x + y)) return x / (x + y);
    return ons_rng_f64(r) * (a + b) < a ? 1 : 0; /* both underflowed: shapes next to 0 */
}

static double binomial_inversion(ons_rng *r, double n, double p)
{
    double odds = p / (1 - p), mass = exp(n * log1p(-p)), u = ons_rng_f64(r), k = 0;
    while (u >= mass && k < n) {
        u -= mass;
        mass *= (n - k) / (k + 1) * odds;
        k++;
        if (mass < 1e-300 && k > n * p) break;
    }
    return k;
}

double ons_draw_binomial(ons_rng *r, double n, double p)
{
    if (!(n >= 0) || n >= 0x1p53 || n != floor(n) || !(p >= 0 && p <= 1)) return NAN;
    double k = 0;
    while (n > 40 && n * p > 20 && n * (1 - p) > 20) {
        /* The m-th smallest of n uniforms is Beta(m, n+1-m): on which side of p is it? */
        double m = floor(n / 2) + 1, b = ons_draw_beta(r, m, n + 1 - m);
        if (b <= p) {
            k += m;
            n -= m;
            p = b < 1 ? (p - b) / (1 - b) : 0;
        } else {
            n = m - 1;
            p = p / b;
        }
        p = p > 1 ? 1 : p;
    }
    if (p <= 0) return k;
    if (p >= 1) return k + n;
    return k + (p > .5 ? n - binomial_inversion(r, n, 1 - p) : binomial_inversion(r, n, p));
}

double ons_draw_beta_binomial(ons_rng *r, double n, double mu, double rho)
{
    if (!(mu >= 0 && mu <= 1) || !(rho >= 0 && rho < 1)) return NAN;
    if (rho == 0 || mu == 0 || mu == 1) return ons_draw_binomial(r, n, mu);
    double m = 1 / rho - 1;
    return ons_draw_binomial(r, n, ons_draw_beta(r, mu * m, (1 - mu) * m));
}
