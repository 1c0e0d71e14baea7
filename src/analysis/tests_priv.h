/* The four tests of an emergence (2.4) and the knee of a late, gradual rise (2.6). */
#ifndef ONS_ANALYSIS_TESTS_PRIV_H
#define ONS_ANALYSIS_TESTS_PRIV_H

#include "analysis/fit_priv.h"

/* What the sharp fit says lies below (scales < n_pre) and beyond (from first_post). */
typedef struct ons_split {
    double onset;      /* 10 % point */
    double upper;      /* level beyond */
    size_t n_pre;      /* scales at or below the onset */
    size_t first_post; /* first scale past the midpoint; n_scales: none */
} ons_split;
ons_split ons_split_make(const ons_rows *r, const ons_fit *sharp);

double ons_test_sharp(double lr);
/* The same with five or six scales where the other tests have passed: the joint event is what an
 * error would be, and with so few scales a gradual curve meets it more rarely than the asymptotic
 * distribution of lr says. */
double ons_test_sharp_few(double lr);
double ons_test_above(const ons_rows *r, const ons_split *s, double scatter);
double ons_test_absent(const ons_rows *r, const ons_split *s, double scatter);

/* One-sided bounds of the pooled score of scales [begin, end). */
double ons_bound_lower(const ons_rows *r, size_t begin, size_t end, double scatter, double alpha);
double ons_bound_upper(const ons_rows *r, size_t begin, size_t end, double scatter, double alpha);

/* Scales at or beyond the onset whose score is significantly above chance. */
size_t ons_count_above(const ons_rows *r, const ons_split *s, double scatter);
/* Is every scale past the midpoint significantly above chance, alpha shared among them? */
bool ons_all_above(const ons_rows *r, const ons_split *s, double scatter);

/* Hinge (chance up to a knee, then a ramp) against a ramp from the first scale.
 * True: 2 ln ratio > 3.84 and at least two scales at or below the knee. */
bool ons_knee_test(const ons_rows *r, const ons_scatter *scatter, const ons_like *like);

/* Could the items have seen what the best smooth curve predicts below the threshold (2.10)?
 * Returns ln P(scores as low as seen); ret_needed: items a model, NaN where undefined. */
double ons_resolution(const ons_rows *r, const ons_split *s, const ons_fit *smooth, double scatter,
                      double *ret_needed);

#endif
