/* Profile-likelihood intervals of the threshold and of the width (2.8). */
#ifndef ONS_ANALYSIS_INTERVAL_PRIV_H
#define ONS_ANALYSIS_INTERVAL_PRIV_H

#include "analysis/fit_priv.h"

/* Ends of the 95 % intervals of onset, midpoint and width; x of each is the caller's.
 * Needs a known chance. Steps give the whole gap between two scales, as they must. */
void ons_interval_profile(const ons_rows *r, const ons_scatter *scatter, const ons_like *like,
                          ons_interval *ret_onset, ons_interval *ret_midpoint,
                          ons_interval *ret_width);

#endif
