/* Special functions. Sources: DLMF chapters 5, 6, 8; C. Loader, "Fast and Accurate
 * Computation of Binomial Probabilities" (2000) for the saddle-point form;
 * Abramowitz & Stegun 26.2.23 for the first guess of the normal quantile. */
#include "stats/special.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define LN_SQRT_2PI 0.91893853320467274178
#define PI          3.14159265358979323846

/* zeta(k) - 1 for k = 2, 3, …, 31 */
static const double zeta_minus_1[] = {
    6.44934066848226436472e-01, 2.02056903159594285400e-01, 8.23232337111381915160e-02,
    3.69277551433699263314e-02, 1.73430619844491397145e-02, 8.34927738192282683980e-03,
    4.07735619794433937869e-03, 2.00839282608221441785e-03, 9.94575127818085337146e-04,
    4.94188604119464558702e-04, 2.46086553308048298638e-04, 1.22713347578489146752e-04,
    6.12481350587048292585e-05, 3.05882363070204935517e-05, 1.52822594086518717325e-05,
    7.63719763789976227360e-06, 3.81729326499983985646e-06, 1.90821271655393892566e-06,
    9.53962033872796113152e-07, 4.76932986787806463117e-07, 2.38450502727732990004e-07,
    1.19219925965311073068e-07, 5.96081890512594796124e-08, 2.98035035146522801861e-08,
    1.49015548283650412347e-08, 7.45071178983542949198e-09, 3.72533402478845705482e-09,
    1.86265972351304900640e-09, 9.31327432419668182872e-10, 4.65662906503378407299e-10,
};

/* ln Gamma(1 + e), |e| <= 0.3: ln Gamma(1+e) = -ln(1+e) + e (1 - gamma) + sum (-e)^k (zeta(k)-1)/k */
static double lgamma_1p(double e)
{
    double sum = 0;
    for (int k = (int)(sizeof zeta_minus_1 / sizeof *zeta_minus_1) + 1; k >= 2; k--) {
        double t = zeta_minus_1[k - 2] / k;
        sum = sum * -e + t;
    }
    return e * e * sum + e * 0.42278433509846713939 - log1p(e);
}

/* The tail of Stirling's series: ln Gamma(z) - (z - 1/2) ln z + z - ln(2 pi)/2, z >= 10. */
static double stirling_tail(double z)
{
    double r = 1 / z, s = r * r;
    double p = -3617.0 / 122400;
    p = p * s + 1.0 / 156;
    p = p * s - 691.0 / 360360;
    p = p * s + 1.0 / 1188;
    p = p * s - 1.0 / 1680;
    p = p * s + 1.0 / 1260;
    p = p * s - 1.0 / 360;
    p = p * s + 1.0 / 12;
    return p * r;
}

double ons_lgamma(double x)
{
    if (isnan(x)) return x;
    if (isinf(x)) return INFINITY;
    if (x <= 0) {
        if (x == floor(x)) return INFINITY;
        double f = fabs(x - 2 * floor(x / 2)); /* sin has period 2 in units of pi */
        return log(PI / fabs(sin(PI * f))) - ons_lgamma(1 - x);
    }
    if (fabs(x - 1) <= .3) return lgamma_1p(x - 1);
    if (fabs(x - 2) <= .3) return log1p(x - 2) + lgamma_1p(x - 2);
    if (x < 1e-5) return lgamma_1p(x) - log(x);
    double product = 1;
    while (x < 10) product *= x++;
    return (x - .5) * log(x) - x + LN_SQRT_2PI + stirling_tail(x) - log(product);
}

double ons_stirling_error(double x)
{
    if (x >= 10) return stirling_tail(x);
    return ons_lgamma(x + 1) - (x + .5) * log(x) + x - LN_SQRT_2PI;
}

double ons_deviance_part(double x, double m)
{
    if (x == 0) return m;
    double d = x - m;
    if (fabs(d) < .1 * (x + m)) {
        /* With v = (x-m)/(x+m): x ln((1+v)/(1-v)) - (x - m) as a series in v. */
        double v = d / (x + m), s = d * v, term = 2 * x * v, v2 = v * v;
        for (int j = 1; j < 1000; j++) {
            term *= v2;
            double next = s + term / (2 * j + 1);
            if (next == s) break;
            s = next;
        }
        return s;
    }
    return x * log(x / m) - d;
}

double ons_lbeta(double a, double b)
{
    if (!(a > 0) || !(b > 0)) return NAN;
    if (a > b) {
        double t = a;
        a = b;
        b = t;
    }
    if (a >= 10) {
        double h = a / b;
        return LN_SQRT_2PI - .5 * log(b) + stirling_tail(a) + stirling_tail(b) -
               stirling_tail(a + b) + (a - .5) * log(h / (1 + h)) - b * log1p(h);
    }
    if (b >= 10) {
        return ons_lgamma(a) + stirling_tail(b) - stirling_tail(a + b) + a - a * log(a + b) -
               (b - .5) * log1p(a / b);
    }
    return ons_lgamma(a) + ons_lgamma(b) - ons_lgamma(a + b);
}

/* ln [ x^a (1-x)^b / B(a, b) ] */
static double beta_factor_log(double a, double b, double x)
{
    double n = a + b;
    if (a < 10 || b < 10) return a * log(x) + b * log1p(-x) - ons_lbeta(a, b);
    double tails = stirling_tail(n) - stirling_tail(a) - stirling_tail(b);
    return tails - ons_deviance_part(a, n * x) - ons_deviance_part(b, n * (1 - x)) +
           .5 * log(a / n * b) - LN_SQRT_2PI;
}

/* The continued fraction of I_x(a, b), fast for x < (a+1)/(a+b+2); modified Lentz. */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double f = d;
    for (int m = 1; m < 100000; m++) {
        double k = m, even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k));
        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        if (fabs(c) < tiny) c = tiny;
        f *= d * c;
        double odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        if (fabs(c) < tiny) c = tiny;
        double step = d * c;
        f *= step;
        if (fabs(step - 1) < 1e-15) break;
    }
    return f;
}

static bool beta_edge(double a, double b, double x, double *ret_v)
{
    bool outside = isnan(a) || isnan(b) || isnan(x) || a < 0 || b < 0 || x < 0 || x > 1;
    if (outside || (a == 0 && b == 0))
        *ret_v = NAN;
    else if (x == 1 || a == 0)
        *ret_v = 1;
    else if (x == 0 || b == 0)
        *ret_v = 0;
    else
        return false;
    return true;
}

double ons_beta_inc(double a, double b, double x)
{
    double v;
    if (beta_edge(a, b, x, &v)) return v;
    double front = exp(beta_factor_log(a, b, x));
    if (x <= (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double ons_beta_inc_log(double a, double b, double x)
{
    double v;
    if (beta_edge(a, b, x, &v)) return log(v);
    double front = beta_factor_log(a, b, x);
    if (x <= (a + 1) / (a + b + 2)) return front + log(beta_fraction(a, b, x) / a);
    return log1p(-exp(front) * beta_fraction(b, a, 1 - x) / b);
}

/* Newton on ln I as a function of logit x, held by a bracket. */
double ons_beta_inc_inv(double a, double b, double p)
{
    if (!(a > 0) || !(b > 0) || !(p >= 0) || p > 1 || isinf(a) || isinf(b)) return NAN;
    if (p == 0) return 0;
    if (p == 1) return 1;
    if (p > .5 && ons_beta_inc(a, b, .5) < p && 1 - p > 1e-10) {
        return 1 - ons_beta_inc_inv(b, a, 1 - p); /* the small side of the interval keeps digits */
    }
    double lo = -745, hi = 36.7, target = log(p), u = log(a / b);
    if (!(u > lo && u < hi)) u = 0;
    for (int it = 0; it < 200 && hi - lo > 1e-15 * (1 + fabs(u)); it++) {
        double x = 1 / (1 + exp(-u)), f = ons_beta_inc_log(a, b, x) - target;
        if (f == 0) return x;
        if (f > 0)
            hi = u;
        else
            lo = u;
        /* d ln I / d logit x = [x^a (1-x)^b / B] / I */
        double slope = exp(beta_factor_log(a, b, x) - (f + target));
        double next = u - f / slope;
        if (!(next > lo && next < hi)) next = .5 * (lo + hi);
        if (fabs(next - u) <= 2e-16 * (1 + fabs(u))) return 1 / (1 + exp(-next));
        u = next;
    }
    return u < -744 ? 0 : 1 / (1 + exp(-u));
}

double ons_normal_cdf(double z) { return .5 * erfc(-z * .70710678118654752440); }
double ons_normal_tail(double z) { return .5 * erfc(z * .70710678118654752440); }

double ons_normal_quantile(double p)
{
    if (!(p >= 0 && p <= 1)) return NAN;
    if (p == 0) return -INFINITY;
    if (p == 1) return INFINITY;
    if (p == .5) return 0;
    double q = p < .5 ? p : 1 - p, t = sqrt(-2 * log(q));
    double z = t - (2.515517 + t * (.802853 + t * .010328)) /
                       (1 + t * (1.432788 + t * (.189269 + t * .001308)));
    for (int it = 0; it < 4; it++) { /* Newton on ln P(Z > z), concave */
        double tail = ons_normal_tail(z);
        double density = exp(-.5 * z * z) / 2.50662827463100050242;
        z += log(tail / q) * tail / density;
    }
    return p < .5 ? -z : z;
}

/* Regularised upper incomplete gamma function Q(a, x). */
static double gamma_tail(double a, double x)
{
    double front = exp(-x + a * log(x) - ons_lgamma(a));
    if (x < a + 1) {
        double term = 1 / a, sum = term;
        for (int k = 1; k < 100000 && term > 1e-17 * sum; k++) {
            term *= x / (a + k);
            sum += term;
        }
        return 1 - front * sum;
    }
    double b = x + 1 - a, c = 1e300, d = 1 / b, f = d;
    for (int k = 1; k < 100000; k++) {
        double an = -k * (k - a);
        b += 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        double step = d * c;
        f *= step;
        if (fabs(step - 1) < 1e-16) break;
    }
    return front * f;
}

double ons_chi2_tail(double x, double dof)
{
    if (isnan(x) || !(dof > 0)) return NAN;
    if (x <= 0) return 1;
    if (isinf(x)) return 0;
    if (dof == 1) return erfc(sqrt(.5 * x));
    return gamma_tail(.5 * dof, .5 * x);
}

int ons_ascending(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

double ons_log_sum_exp(const double *v, size_t n)
{
    double top = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(v[i])) return NAN;
        if (v[i] > top) top = v[i];
    }
    if (isinf(top)) return top;
    for (size_t i = 0; i < n; i++) sum += exp(v[i] - top);
    return top + log(sum);
}

double ons_log_add_exp(double a, double b)
{
    double v[2] = {a, b};
    return ons_log_sum_exp(v, 2);
}
