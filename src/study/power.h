/* What a planned study could show: simulated studies of one design, and the smallest design that
 * shows a jump with probability ONS_POWER_WANTED. Results do not depend on the threads. */
#ifndef ONS_STUDY_POWER_H
#define ONS_STUDY_POWER_H

#include "analysis/simulate.h"
#include "base/monitor.h"
#include "base/status.h"

#define ONS_POWER_WANTED 0.9

enum { ONS_POWER_STEPS = 8 };

typedef struct ons_power_options {
    ons_sim_design design;
    size_t n_studies; /* simulated, for each design that is tried */
    size_t n_threads;
    uint64_t seed;
} ons_power_options;

typedef struct ons_power {
    size_t n;
    size_t verdict[ONS_VERDICT_COUNT];
    size_t placed;         /* studies that place a threshold */
    double median_decades; /* median width of the 95 % interval of the midpoint; NaN: none placed */
    double power, se;      /* share emergent */
} ons_power;

/* Fewest items a model that reach the wanted power, by number of scales. */
typedef struct ons_power_need {
    size_t n_scales;
    double n_items; /* NaN: more than the largest number tried */
    double power;   /* with those, or with the largest number */
} ons_power_need;

/* Errors: NOMEM, LIMIT (the design does not fit ONS_SIM_POINTS), INTERRUPTED. */
ons_status ons_power_of(const ons_power_options *o, const ons_monitor *m, ons_power *ret_p,
                        ons_err *err);
/* ret_need: by rising number of scales. */
ons_status ons_power_search(const ons_power_options *o, const ons_monitor *m,
                            ons_power_need ret_need[ONS_POWER_STEPS], ons_err *err);
/* The largest number of items that the search tries. */
double ons_power_items_most(void);

#endif
