/* Random draws on ons_rng. The same generator state gives the same draws; the number
 * of generator steps that a draw takes varies. Arguments outside the domain give NaN. */
#ifndef ONS_STATS_DRAW_H
#define ONS_STATS_DRAW_H

#include "base/rng.h"

/* Standard normal (polar method of Marsaglia). */
double ons_draw_normal(ons_rng *r);
/* Gamma(shape, 1), shape > 0 (Marsaglia & Tsang 2000). */
double ons_draw_gamma(ons_rng *r, double shape);
/* Beta(a, b), a, b > 0. */
double ons_draw_beta(ons_rng *r, double a, double b);
/* Binomial(n, p), n a whole number below 2^53; exact: inversion for short ones, halving by
 * order statistics (Relles 1972) for long ones. */
double ons_draw_binomial(ons_rng *r, double n, double p);
/* Beta-binomial with mean mu in [0, 1] and intra-class correlation rho in [0, 1). */
double ons_draw_beta_binomial(ons_rng *r, double n, double mu, double rho);

#endif
