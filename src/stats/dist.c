#include "stats/dist.h"

#include <math.h>

#include "stats/special.h"

double ons_binomial_log_pmf(double k, double n, double p)
{
    if (isnan(k) || !(n >= 0) || !(p >= 0 && p <= 1)) return NAN;
    if (k < 0 || k > n) return -INFINITY;
    if (p == 0) return k == 0 ? 0 : -INFINITY;
    if (p == 1) return k == n ? 0 : -INFINITY;
    if (k == 0) return n * log1p(-p);
    if (k == n) return n * log(p);
    double tails = ons_stirling_error(n) - ons_stirling_error(k) - ons_stirling_error(n - k);
    return tails - ons_deviance_part(k, n * p) - ons_deviance_part(n - k, n * (1 - p)) -
           .5 * log(6.283185307179586476925 * k / n * (n - k));
}

double ons_beta_binomial_log_pmf(double k, double n, double mu, double rho)
{
    if (!(rho >= 0 && rho < 1)) return NAN;
    if (rho == 0) return ons_binomial_log_pmf(k, n, mu);
    if (isnan(k) || !(n >= 0) || !(mu > 0 && mu < 1)) return NAN;
    if (k < 0 || k > n) return -INFINITY;
    double m = 1 / rho - 1, a = mu * m, b = (1 - mu) * m;
    return ons_lbeta(k + a, n - k + b) - ons_lbeta(a, b) - log1p(n) - ons_lbeta(k + 1, n - k + 1);
}

double ons_cp_lower(double k, double n, double alpha)
{
    if (!(n >= 0) || isnan(k) || !(alpha > 0 && alpha < 1)) return NAN;
    if (k <= 0) return 0;
    return ons_beta_inc_inv(k, (k > n ? n : k) == n ? 1 : n - k + 1, alpha);
}

double ons_cp_upper(double k, double n, double alpha)
{
    if (!(n >= 0) || isnan(k) || !(alpha > 0 && alpha < 1)) return NAN;
    if (k >= n) return 1;
    /* The upper bound is one minus the lower bound of the failures. */
    return 1 - ons_beta_inc_inv(n - (k < 0 ? 0 : k), (k < 0 ? 0 : k) + 1, alpha);
}
