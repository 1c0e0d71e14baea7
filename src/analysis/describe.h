/* What is told beside a verdict and decides nothing: how steep, how far above noise, and how well
 * the usual curves fit (method 1.2 and 2.8).
 *
 * The information criteria of the table tempt to decide by them; measured, "a step fits better than
 * a logistic" calls 10 % of gradual series sharp, and 30 % of those with a dip or a cap.
 * Pure and thread-safe. */
#ifndef ONS_ANALYSIS_DESCRIBE_H
#define ONS_ANALYSIS_DESCRIBE_H

#include "analysis/verdict.h"

/* By the 10-90 % width where W0 is 1.5 decades; elsewhere in proportion, so that what is narrower
 * than W0 is sharp or abrupt on every axis. */
#define ONS_STEEPNESS_MAP(X)            \
    X(NONE, "")         /* no width */  \
    X(ABRUPT, "abrupt") /* below 0.5 */ \
    X(SHARP, "sharp")   /* below 1.5 */ \
    X(STEEP, "steep")   /* below 3 */   \
    X(GRADUAL, "gradual")

typedef enum ons_steepness {
#define X(name, text) ONS_STEEPNESS_##name,
    ONS_STEEPNESS_MAP(X)
#undef X
        ONS_STEEPNESS_COUNT
} ons_steepness;
const char *ons_steepness_text(ons_steepness s);

/* NaN: does not apply. */
typedef struct ons_description {
    double sampling_sd; /* of one scale's score: the noise that steps must be read against */
    double gap_share;   /* largest step between neighbours over the range of scores */
    double x10, x90;    /* where a tenth and nine tenths of the rise are made; axis of the points */
    double width;       /* x90 - x10 */
    double odds_ratio;  /* by which a unit of the axis multiplies the odds: e^(4.394 / width) */
    ons_steepness steepness;
    /* Discriminability (d'), fractions only: from the scales below the threshold to those above
     * it; where there is none, from the smallest scale to the largest. */
    double low, high; /* the pooled scores */
    double d_prime, d_prime_per_unit;
    unsigned n_choices; /* d' as of a choice among so many; 0: difference of normal quantiles */
} ons_description;

/* v: the verdict on s. Errors: those of ons_series_decide. */
ons_status ons_series_describe(const ons_series *s, const ons_verdict *v, ons_description *ret_d,
                               ons_err *err);

/* d' of a choice among m >= 2 answers that is right with probability p: the difference, in standard
 * deviations, between right and wrong answers. 0 at p = 1 / m; p in (0, 1), else NaN. */
double ons_d_prime_choice(double p, unsigned m);

/* Curves of score over scale. floor: the chance level. */
#define ONS_FORM_MAP(X)                                                                            \
    X(CHANCE, "chance") /* constant at chance */                                                   \
    X(CONSTANT, "constant")                                                                        \
    X(LINEAR, "linear")             /* cut off at the ends of the range */                         \
    X(LOGIT_LINEAR, "logit-linear") /* logistic from the floor to 1 */                             \
    X(GOMPERTZ, "gompertz")         /* Gompertz from the floor to 1 */                             \
    X(LOGISTIC, "logistic")         /* from the floor to a free ceiling */                         \
    X(FOUR, "logistic-4")           /* floor and ceiling free */                                   \
    X(HINGE, "hinge")               /* floor, then a line; free floor: no chance level is known */ \
    X(STEP, "step")                 /* floor, then a level; the same */                            \
    X(QUADRATIC, "logit-quadratic") /* quadratic in the logit above the floor */                   \
    X(BROKEN, "bnsl")               /* broken neural scaling law, one break */                     \
    X(ISOTONIC, "isotonic")         /* any curve that does not fall; as many parameters as levels */

typedef enum ons_form {
#define X(name, text) ONS_FORM_##name,
    ONS_FORM_MAP(X)
#undef X
        ONS_FORM_COUNT
} ons_form;
const char *ons_form_text(ons_form f);

typedef struct ons_form_fit {
    bool fitted; /* false: it does not apply, or has too many parameters for so few scales */
    size_t n_parameters;
    double log_likelihood; /* of all rows, nats */
    double aicc, bic;      /* of K = the number of distinct scales; AICc is NaN for K <= q + 1 */
    double loo;            /* ln density of every scale by the fit to all others, summed */
} ons_form_fit;

typedef struct ons_forms {
    size_t n_scales;
    double scatter; /* common to all: intra-class correlation (continuous scores: SD) */
    ons_form_fit form[ONS_FORM_COUNT];
} ons_forms;

/* Fits all of them, by beta-binomial (continuous: Gaussian) likelihood at the scatter that is most
 * plausible on average. About 30 ms. Errors: those of ons_series_decide. */
ons_status ons_series_fit_forms(const ons_series *s, ons_forms *ret_f, ons_err *err);

#endif
