/* Profile-likelihood intervals of the threshold and of the width (2.8). */
#ifndef ONS_ANALYSIS_INTERVAL_PRIV_H
#define ONS_ANALYSIS_INTERVAL_PRIV_H

#include "analysis/fit_priv.h"
#include "analysis/shift.h"

/* Likelihood ratios are divided by it: a little for scatter that is not modelled (2.4). */
#define ONS_ALLOWANCE 1.1
/* Nats below the maximum that a 95 % interval reaches, with the allowance. */
#define ONS_INTERVAL_DROP (.5 * 3.84 * ONS_ALLOWANCE)

/* Ends of the 95 % intervals of onset, midpoint and width; x of each is the caller's.
 * Needs a known chance. Steps give the whole gap between two scales, as they must. */
void ons_interval_profile(const ons_rows *r, const ons_scatter *scatter, const ons_like *like,
                          ons_interval *ret_onset, ons_interval *ret_midpoint,
                          ons_interval *ret_width);

/* The whole profile of onset or midpoint. Needs a known chance. */
void ons_interval_places(const ons_rows *r, const ons_scatter *scatter, const ons_like *like,
                         bool onset, ons_places *ret_p);

#endif
