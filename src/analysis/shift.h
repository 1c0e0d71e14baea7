/* Does the threshold of one series lie elsewhere than that of another? (Better data, another
 * prompt, tuning: two groups of models, one ability, one axis.)
 *
 *   ons_places a, b;
 *   ONS_TRY(ons_places_make(&base, false, true, &a, err));
 *   ONS_TRY(ons_places_make(&other, false, true, &b, err));
 *   ons_shift s = ons_shift_make(&a, &b);
 *   … s.by.x decades, 95 % from s.by.lo to s.by.hi, s.p that there is none …
 *
 * The likelihood of a shift d is the highest that any pair of places d apart has: profile of the
 * base at x times profile of the other at x + d, maximised over x. The interval holds every d
 * within 1.92 nats (times the allowance of 1.1 of the verdict's own intervals) of the best, p is
 * the tail of chi-square at twice the loss of d = 0. A series that never rises keeps a likely
 * place beyond its last scale, one that is high from the start a place before its first: then an
 * end of the interval is infinite and no number stands for the shift. Pure; thread-safe. */
#ifndef ONS_ANALYSIS_SHIFT_H
#define ONS_ANALYSIS_SHIFT_H

#include "analysis/verdict.h"

enum { ONS_PLACES = 121 };

/* Profile log-likelihood (nats) of where a series rises: on an even grid from half a decade before
 * the first scale to half a decade past the last, and in one number each for everything outside. */
typedef struct ons_places {
    double first, step; /* units of x */
    double ll[ONS_PLACES];
    double before, beyond;
} ons_places;

typedef struct ons_shift {
    ons_interval base, other; /* the places; an end of -inf or inf: not bounded on that side */
    ons_interval by;          /* other - base; x is NaN unless both ends are finite */
    double p;                 /* of no shift */
} ons_shift;

/* runs: replicates learn or do not (flag BIMODAL_SEEDS of the verdict): the place is that of the
 * share of runs that learn (2.14). onset: of the 10 % point, else of the midpoint.
 * Errors: as ons_series_decide; USAGE where chance is unknown or there are fewer than two scales;
 * NOMEM. */
ons_status ons_places_make(const ons_series *s, bool runs, bool onset, ons_places *ret_p,
                           ons_err *err);

/* The place of one series: the middle of the likeliest, and 95 %. */
ons_interval ons_places_interval(const ons_places *p);

ons_shift ons_shift_make(const ons_places *base, const ons_places *other);

#endif
