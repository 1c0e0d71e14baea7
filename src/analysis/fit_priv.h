/* The two classes of curves and their comparison (2.3). */
#ifndef ONS_ANALYSIS_FIT_PRIV_H
#define ONS_ANALYSIS_FIT_PRIV_H

#include "analysis/curve_priv.h"
#include "analysis/like_priv.h"

enum { ONS_SCATTER_MAX = 6 };

/* Prior of the scatter: a few values and their weights (2.2). */
typedef struct ons_scatter {
    size_t n;
    double at[ONS_SCATTER_MAX];
    double log_prior[ONS_SCATTER_MAX];
} ons_scatter;

typedef struct ons_fit {
    double ll; /* -1e300: no such shape */
    double x50, width;
    ons_levels level;
    int shape;
} ons_fit;

typedef struct ons_two {
    double ll_sharp, ll_smooth;       /* averaged over the scatter */
    double lr;                        /* 2 (sharp - smooth) */
    double scatter;                   /* posterior mean */
    size_t best;                      /* most probable value */
    ons_fit sharp, smooth;            /* at the most probable value */
    double sharp_at[ONS_SCATTER_MAX]; /* maxima of the sharp class */
    ons_fit smooth_at[ONS_SCATTER_MAX];
} ons_two;

ons_scatter ons_scatter_prior(const ons_rows *r);

/* Levels that the sharp class may have: near chance below, above it beyond.
 * tied = false: any. */
ons_box ons_box_sharp(const ons_rows *r, bool tied);
ons_box ons_box_free(const ons_rows *r);

/* like: one per value of the scatter, initialised. */
void ons_two_class(const ons_rows *r, const ons_scatter *scatter, const ons_like *like, bool tied,
                   ons_two *ret_two);

/* After ons_two_class: the sharp class anew, of the curves with at least two scales at or below the
 * onset and two past the midpoint; what follows from it in `two` as well. */
void ons_sharp_inside(const ons_rows *r, const ons_scatter *scatter, const ons_like *like,
                      ons_two *two);

/* 2 (sharp - long-tailed), both from chance on (which is known): is it sharper than a gradual curve
 * with a steep core and long tails? Such a tail may not begin below chance, where it would be as
 * flat as a step's. */
double ons_fit_long_tailed(const ons_rows *r, const ons_scatter *scatter, const ons_like *like);

double ons_fit_onset(const ons_fit *f);
ons_curve ons_fit_curve(const ons_fit *f);
double ons_fit_mean(const ons_fit *f, double x);

#endif
