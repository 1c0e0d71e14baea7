/* Series whose truth is known, drawn at random: what the error rates of the verdicts are
 * measured on (method section 3), and what a planned study is tried on.
 *
 *   const ons_sim_class *c = &ons_sim_classes[i];
 *   ons_sim s;
 *   ons_sim_draw(c, seed, trial, &s);
 *   ons_series_decide(&s.series, 0, &verdict, err);
 *
 * The same (class, seed, trial) gives the same series. Thread-safe. */
#ifndef ONS_ANALYSIS_SIMULATE_H
#define ONS_ANALYSIS_SIMULATE_H

#include "analysis/verdict.h"
#include "base/rng.h"

/* What a class is a sample of. */
#define ONS_SIM_GROUP_MAP(X)                                                           \
    X(SMOOTH, "smooth", "no jump: curves of the kinds that tuning knew")               \
    X(HELD_OUT, "held-out", "no jump: curves, spacing and chance never tuned on")      \
    X(POWER, "power", "a jump, by width and height (in headrooms) and chance")         \
    X(HELD_OUT_POWER, "held-out-power", "a jump on curves and spacing never tuned on") \
    X(SEEDS, "seeds", "several seeds a size, graded or all-or-none: called sharp")     \
    X(METRIC, "metric", "a continuous metric beside it: was the jump the metric's?")   \
    X(DISCOVERY, "discovery", "batteries of 40 series, 8 with a jump: share of false discoveries")

typedef enum ons_sim_group {
#define X(name, text, about) ONS_SIM_##name,
    ONS_SIM_GROUP_MAP(X)
#undef X
        ONS_SIM_GROUPS
} ons_sim_group;

const char *ons_sim_group_text(ons_sim_group g);
const char *ons_sim_group_about(ons_sim_group g);

enum { ONS_SIM_POINTS = 96, ONS_SIM_BATTERY = 40, ONS_SIM_JUMPS = 8 };

/* One series. Points and the series that borrows them live together: do not copy. */
typedef struct ons_sim {
    ons_point point[ONS_SIM_POINTS];
    ons_series series;
    ons_point continuous_point[ONS_SIM_POINTS]; /* group METRIC: the partner's */
    ons_series continuous;
    bool jump;              /* is there a threshold? */
    double onset, midpoint; /* NaN: no rise with one */
} ons_sim;

/* How a run of a size ends. */
typedef enum ons_sim_runs { ONS_SIM_GRADED, ONS_SIM_ALL_OR_NONE, ONS_SIM_ONE_FAILED } ons_sim_runs;

typedef struct ons_sim_class {
    const char *name;
    ons_sim_group group;
    int curve;          /* of the group; simulate.c */
    double width, rise; /* decades and headrooms, where the class fixes them */
    double chance;
    ons_sim_runs runs;
    double least, most; /* band of the judged rate: see selftest.h */
} ons_sim_class;

extern const ons_sim_class ons_sim_classes[];
extern const size_t ons_sim_n_classes;

/* Group METRIC: does the metric make the jump? */
bool ons_sim_is_artefact(const ons_sim_class *c);

/* trial: 0, 1, …; designs (scales, items) go round with it. Not for group DISCOVERY. */
void ons_sim_draw(const ons_sim_class *c, uint64_t seed, uint64_t trial, ons_sim *ret_s);
/* Series i < ONS_SIM_BATTERY of battery `trial`; the first ONS_SIM_JUMPS have a jump. */
void ons_sim_draw_battery(uint64_t seed, uint64_t trial, size_t i, ons_sim *ret_s);

/* A planned study: scales spread evenly over `span` decades, a rise by `rise` of the headroom
 * whose midpoint lies anywhere between the third and the last scale but one. */
typedef struct ons_sim_design {
    size_t n_scales, n_seeds;
    double span; /* decades */
    double n_items, chance, rise, width;
    double w0;      /* decades */
    double scatter; /* intra-class correlation of a run, the noise beyond sampling */
} ons_sim_design;
/* n_scales x n_seeds at most ONS_SIM_POINTS, n_scales >= 4. */
void ons_sim_draw_design(const ons_sim_design *p, uint64_t seed, uint64_t trial, ons_sim *ret_s);

#endif
