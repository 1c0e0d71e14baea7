/* The shapes of 2.3: F rises from 0 to 1, given by its midpoint and 10-90 % width. */
#ifndef ONS_ANALYSIS_CURVE_PRIV_H
#define ONS_ANALYSIS_CURVE_PRIV_H

#include <stddef.h>

/* The six of 2.3, and one with a steep core and long tails (arctan), whose 10-90 width says little
 * about its slope: gradual curves of that kind must not pass for jumps. */
enum { ONS_SHAPES = 6, ONS_SHARP_SHAPES = 3, ONS_LONG_TAILED = 6, ONS_ALL_SHAPES = 7 };

/* F(x_i) for i < n; f may not alias x. Relative error below 1e-12. */
void ons_shape_fill(int shape, double x50, double width, size_t n, const double *x, double *f);
double ons_shape_at(int shape, double x50, double width, double x);

/* Where F is 10 %, in widths from the midpoint. */
double ons_shape_onset(int shape);

#endif
