/* From a series of scores over scale to a verdict: does this ability emerge,
 * where, how sure are we, and did the metric make the jump?
 *
 * The procedure is design/method.md section 2, whose numbers the comments below
 * name. Pure: memory in, memory out; the same series gives the same bytes
 * whatever the order of its points. Thread-safe. */
#ifndef ONS_ANALYSIS_VERDICT_H
#define ONS_ANALYSIS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define ONS_POINTS_MAX 256

typedef struct ons_point {
    double x;      /* log10 of scale (or minus the loss, nats) */
    double y;      /* score as a fraction of the range (accuracy), or any real, higher is better */
    double n;      /* items behind y (accuracy mode); effective number where clustered */
    double deff;   /* items that were asked are n * deff; 0 stands for 1 (2.1); for words alone */
    double se;     /* standard error of y (continuous mode); NaN: unknown */
    double params; /* NaN: unknown; only carried along */
    unsigned family; /* of several that are taken together: which one; else 0 */
    char seed[24];   /* replicate label, may be empty; breaks ties of the sort */
} ons_point;

typedef struct ons_series {
    const ons_point *point; /* any order; NaN scores are dropped and counted */
    size_t n_points;
    bool continuous; /* Gaussian likelihood on y ± se; else beta-binomial on y of n */
    double chance;   /* NaN: unknown → shape verdicts only */
    double ceiling;  /* best possible y; 1 for fractions */
    double w0;       /* 10-90 % width, decades, that separates sharp from gradual (2.1) */
    bool n_assumed;  /* sizes of item sets were not given */
    bool pooled;     /* models of several families: they scatter more (2.2), and those of one
                            scale are no replicates (2.14) */
} ons_series;

/* The words of the command line, in the order of cli.md. */
#define ONS_VERDICT_MAP(X)                    \
    X(EMERGENT, "emergent")                   \
    X(SHARP_FORESEEABLE, "sharp-foreseeable") \
    X(CANDIDATE, "candidate")                 \
    X(SMOOTH, "smooth")                       \
    X(DELAYED, "delayed")                     \
    X(FLAT, "flat")                           \
    X(CONSTANT, "constant")                   \
    X(SATURATED, "saturated")                 \
    X(INVERSE, "inverse")                     \
    X(U_SHAPED, "U-shaped")                   \
    X(INVERTED_U, "inverted-U")               \
    X(NON_MONOTONE, "non-monotone")           \
    X(UNDETERMINED, "undetermined")

typedef enum ons_verdict_word {
#define X(name, text) ONS_VERDICT_##name,
    ONS_VERDICT_MAP(X)
#undef X
        ONS_VERDICT_COUNT
} ons_verdict_word;

#define ONS_CHECK_MAP(X)                \
    X(NONE, "none")                     \
    X(METRIC_INDUCED, "metric-induced") \
    X(ROBUST, "robust")                 \
    X(MIXED, "mixed")                   \
    X(INCONCLUSIVE, "inconclusive")

typedef enum ons_metric_check {
#define X(name, text) ONS_CHECK_##name,
    ONS_CHECK_MAP(X)
#undef X
        ONS_CHECK_COUNT
} ons_metric_check;

#define ONS_FLAG_MAP(X)                         \
    X(SINGLE_POINT, "single-point")             \
    X(INSUFFICIENT, "insufficient")             \
    X(THEN_NON_MONOTONE, "then-non-monotone")   \
    X(CONFOUNDED, "confounded")                 \
    X(RESOLUTION_LIMITED, "resolution-limited") \
    X(BIMODAL_SEEDS, "bimodal-seeds")           \
    X(CHANCE_UNKNOWN, "chance-unknown")         \
    X(CONTAMINATION, "contamination-sensitive") \
    X(NO_SCALE, "no-scale")                     \
    X(N_ASSUMED, "n-assumed")

typedef enum ons_flag_bit {
#define X(name, text) ONS_FLAG_BIT_##name,
    ONS_FLAG_MAP(X)
#undef X
        ONS_FLAG_COUNT
} ons_flag_bit;

enum {
#define X(name, text) ONS_FLAG_##name = 1u << ONS_FLAG_BIT_##name,
    ONS_FLAG_MAP(X)
#undef X
};

const char *ons_verdict_text(ons_verdict_word v);
const char *ons_check_text(ons_metric_check c);
const char *ons_flag_text(ons_flag_bit f);
bool ons_verdict_parse(const char *text, ons_verdict_word *ret_v);

/* A value on the x axis with its 95 % interval; all NaN where not fitted. */
typedef struct ons_interval {
    double x, lo, hi;
} ons_interval;

/* A fitted curve mu(x) = L (1 - F) + U F (2.3); shape -1: none. */
typedef struct ons_curve {
    int shape; /* 0 logistic, 1 Gompertz, 2 cloglog, 3 ramp, 4 power to a ceiling, 5 mirrored, 6 arctan */
    double x50, width, lower, upper;
} ons_curve;
double ons_curve_at(const ons_curve *c, double x);

/* What the models below the threshold foresaw of the first one above (2.7). */
typedef struct ons_forecast {
    bool made;
    double x;                        /* the scale that was predicted */
    double observed, median, lo, hi; /* scores; 95 % predictive interval */
    double z;                        /* surprise in standard deviations */
    double nats;                     /* surprise in nats */
    size_t n_below;                  /* points it was trained on */
} ons_forecast;

typedef struct ons_verdict {
    ons_verdict_word verdict;
    unsigned flags;    /* ONS_FLAG_… */
    double p_emergent; /* max of the four (2.4) */
    double p_above, p_absent, p_sharp, p_unforeseen;
    double p_shape;          /* of the accepted shape class (2.5) */
    double lr;               /* 2 (l_E - l_S) */
    double rho;              /* posterior mean of the scatter (intra-class correlation) */
    ons_interval onset;      /* 10 % point; x on the axis of the points (log10) */
    ons_interval midpoint;   /* 50 % point */
    ons_interval width;      /* 10-90 %, decades */
    ons_curve sharp, smooth; /* best fits of the two classes, for drawing */
    ons_forecast forecast;
    size_t n_models, n_scales; /* points used, distinct x */
    size_t n_below, n_above;   /* distinct scales on either side of the threshold */
    double first, last;        /* pooled score at the smallest and the largest scale */
    double upper_bound;        /* flat: the 95 % upper bound of the pooled score */
    double learned_share;      /* bimodal seeds: runs that learned beyond the threshold; else NaN */
    double breakthroughness, linearity; /* BIG-bench (1.2); descriptive */
    double items_needed; /* resolution-limited: items a model for the absence to show (2.10) */
    size_t n_dropped;    /* NaN scores */
} ons_verdict;

/* Decides one series. Too little data is a verdict (undetermined), not an error.
 * seed: of the shape bootstrap; 0 is the default.
 * Errors: LIMIT (more than ONS_POINTS_MAX points), USAGE (chance or w0 out of range). */
ons_status ons_series_decide(const ons_series *s, uint64_t seed, ons_verdict *ret_v, ons_err *err);

/* The metric check (2.9): the same models under a continuous metric.
 * of: the verdict on the discontinuous metric of the same models. */
typedef struct ons_metric_result {
    ons_metric_check check;
    double lr, p_sharp; /* two classes on the continuous metric, floors free */
    double p_precursor, share_before;
    ons_interval midpoint; /* of the continuous metric's sharp fit; x only */
    ons_curve sharp, smooth;
} ons_metric_result;
ons_status ons_metric_check_decide(const ons_series *continuous, const ons_verdict *of,
                                   ons_metric_result *ret_r, ons_err *err);

/* Benjamini-Hochberg adjusted p-values, in place (2.11). NaN is left alone.
 * work: [2 n] scratch. */
void ons_adjust_bh(double *p, size_t n, double *work);

#endif
