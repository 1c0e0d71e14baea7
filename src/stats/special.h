/* Special functions and tails of the usual distributions.
 *
 * Relative error 1e-12 or better unless stated, tails down to the smallest double.
 * Every function is defined everywhere: an argument outside its domain gives NaN,
 * the ends of a domain give the limit. Pure and thread-safe. */
#ifndef ONS_STATS_SPECIAL_H
#define ONS_STATS_SPECIAL_H

#include <stddef.h>

/* v, or the nearer end of [lo, hi], lo <= hi; NaN stays. Two steps, which compilers turn into
 * vectors. */
static inline double ons_clip(double v, double lo, double hi)
{
    v = v < lo ? lo : v;
    return v > hi ? hi : v;
}

/* ln |Gamma(x)|; +inf at 0, -1, -2, …. Error 1e-14 relative, also next to the
 * zeros at 1 and 2. Stirling's series after a shift; Taylor's series at the zeros. */
double ons_lgamma(double x);

/* ln B(a, b), a, b > 0. */
double ons_lbeta(double a, double b);

/* Regularised incomplete beta function I_x(a, b) = P(X <= x), X ~ Beta(a, b).
 * a = 0: 1 (all mass at 0); b = 0: 0 below x = 1. Continued fraction (DLMF 8.17.22)
 * behind Loader's saddle-point form of the leading factor, so that large a, b keep
 * their digits. */
double ons_beta_inc(double a, double b, double x);
/* ln of the same, where it would underflow. */
double ons_beta_inc_log(double a, double b, double x);
/* x with I_x(a, b) = p; a, b > 0. */
double ons_beta_inc_inv(double a, double b, double p);

/* P(X > x), X chi-square with dof degrees of freedom (real, > 0). */
double ons_chi2_tail(double x, double dof);

/* Standard normal: P(Z <= z), P(Z > z), and z with P(Z <= z) = p. */
double ons_normal_cdf(double z);
double ons_normal_tail(double z);
double ons_normal_quantile(double p);

/* For qsort of doubles that are no NaN. */
int ons_ascending(const void *pa, const void *pb);

/* ln sum_i exp(v_i); -inf for n = 0. */
double ons_log_sum_exp(const double *v, size_t n);
/* ln (e^a + e^b) */
double ons_log_add_exp(double a, double b);

/* Parts of the saddle-point form, shared with dist.c.
 * ln Gamma(x + 1) - [(x + 1/2) ln x - x + ln(2 pi)/2], x > 0. */
double ons_stirling_error(double x);
/* x ln(x / m) + m - x >= 0, without cancellation near x = m. */
double ons_deviance_part(double x, double m);

#endif
