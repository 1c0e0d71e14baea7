/* Discrete distributions and the bounds that go with them.
 * Counts may be real where the formulas allow it (effective numbers of items).
 * Pure and thread-safe. */
#ifndef ONS_STATS_DIST_H
#define ONS_STATS_DIST_H

/* ln P(X = k), X ~ Binomial(n, p), 0 <= k <= n; -inf where impossible, NaN where meaningless. */
double ons_binomial_log_pmf(double k, double n, double p);

/* ln P(X = k), X ~ beta-binomial with mean mu in (0, 1) and intra-class correlation
 * rho in [0, 1): variance n mu (1-mu) (1 + (n-1) rho). rho = 0 is the binomial. */
double ons_beta_binomial_log_pmf(double k, double n, double mu, double rho);

/* Exact one-sided bounds of a proportion at confidence 1 - alpha (Clopper-Pearson);
 * lower is 0 for k <= 0, upper is 1 for k >= n. */
double ons_cp_lower(double k, double n, double alpha);
double ons_cp_upper(double k, double n, double alpha);

#endif
