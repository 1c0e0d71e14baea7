/* What can be said of a series whose verdict leaves it open (`undetermined`, `candidate`): between
 * which scales it rises, how wide a gap these scores could judge, and what would decide.
 *
 * Pure, thread-safe. Where chance is not known, all that can be said is whether it rises.
 * docs/method.md says how the figures were tried. */
#ifndef ONS_ANALYSIS_KNOWN_H
#define ONS_ANALYSIS_KNOWN_H

#include "analysis/verdict.h"

/* The words of `verdict --json`, known.kind. */
#define ONS_KNOWN_MAP(X)            \
    X(NOTHING, "nothing")           \
    X(RISE_BETWEEN, "rise-between") \
    X(RISE_SEEN, "rise-seen")       \
    X(ABOVE_CHANCE, "above-chance") \
    X(NOTHING_SEEN, "no-rise-seen")

typedef enum ons_known_kind {
#define X(name, text) ONS_KNOWN_##name,
    ONS_KNOWN_MAP(X)
#undef X
        ONS_KNOWN_COUNT
} ons_known_kind;

/* What would show a jump, if it is one, in ONS_NEEDS_SHARE of cases: sizes on either side (a
 * threshold needs two), and as many between; or more questions at the sizes there are. */
#define ONS_NEEDS_SHARE 0.8
typedef struct ons_needs {
    size_t below, above;  /* further sizes up to the last at chance; from the first above it on */
    size_t between;       /* further sizes between the two, with `items` a size; 0: none would do */
    double items;         /* questions a size */
    double items_instead; /* questions a size without further ones between; NaN: no number */
} ons_needs;

typedef struct ons_known {
    ons_known_kind kind;
    double lo, hi;      /* x: at chance up to lo, clearly above from hi on; NaN where not shown */
    double p_absent;    /* of more than a quarter of the rise at lo */
    double p_above;     /* of no more than chance (and 5 % of the headroom) from hi on */
    double gap;         /* hi - lo */
    double gap_most;    /* the widest over which these scores tell a jump from a slope (2.10) */
    double upper_bound; /* no-rise-seen: 95 % upper bound of the largest scale's score */
    ons_needs needs;    /* rise-between */
} ons_known;

const char *ons_known_text(ons_known_kind k);

/* of: the verdict on s; other than undetermined and candidate: nothing is filled in.
 * Errors: as ons_series_decide. */
ons_status ons_series_known(const ons_series *s, const ons_verdict *of, ons_known *ret_k,
                            ons_err *err);

#endif
