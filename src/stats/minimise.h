/* The minimum of a function of a few variables without its derivatives: the downhill simplex of
 * Nelder & Mead (Computer Journal 7, 1965). For smooth functions of up to six variables that cost
 * little; it finds a local minimum, so the caller brings good starts. Deterministic, thread-safe. */
#ifndef ONS_STATS_MINIMISE_H
#define ONS_STATS_MINIMISE_H

#include <stddef.h>

enum { ONS_MINIMISE_MAX = 6 };

/* Must not be NaN; large where there is nothing to find. */
typedef double ons_objective(void *ctx, const double *at);

/* Goes downhill from `at` with a first simplex of edges step[0 … n), n from 1 to ONS_MINIMISE_MAX,
 * until the simplex's values lie within `tolerance` or after max_calls of f. at: start, and result.
 * Returns the value there. */
double ons_minimise(ons_objective *f, void *ctx, size_t n, const double *step, double tolerance,
                    int max_calls, double *at);

#endif
