/* A series in the making: designs and curves fill it, the draw turns it into points. */
#ifndef ONS_ANALYSIS_SIMULATE_PRIV_H
#define ONS_ANALYSIS_SIMULATE_PRIV_H

#include "analysis/simulate.h"

enum { ONS_SIM_SCALES = 32 };

typedef struct ons_draft {
    ons_rng rng;
    size_t n_scales, n_seeds;
    double x[ONS_SIM_SCALES];  /* rising, first is 0 */
    double mu[ONS_SIM_SCALES]; /* mean score */
    double chance, n_items, rho;
    bool jump;
    double onset, midpoint; /* NaN: none */
    /* All-or-none: a run is at `high` with probability share, else at chance. */
    ons_sim_runs runs;
    double high, share[ONS_SIM_SCALES];
    /* A continuous partner with its standard error; se 0: none. */
    double z[ONS_SIM_SCALES], z_se;
} ons_draft;

static inline double ons_draft_uniform(ons_draft *d, double lo, double hi)
{
    return lo + (hi - lo) * ons_rng_f64(&d->rng);
}
static inline double ons_draft_pick(ons_draft *d, const double *v, uint32_t n)
{
    return v[ons_rng_below(&d->rng, n)];
}

/* Curves of the groups; they need scales, chance and seeds, and fill mu (and z, share). */
void ons_curve_smooth(ons_draft *d, const ons_sim_class *c);
void ons_curve_held_out(ons_draft *d, const ons_sim_class *c);
void ons_curve_jump(ons_draft *d, const ons_sim_class *c);
void ons_curve_seeds(ons_draft *d, const ons_sim_class *c);
void ons_curve_metric(ons_draft *d, const ons_sim_class *c);

/* What `curve` of a class means in its group. */
enum {
    ONS_SIM_CHANCE,
    ONS_SIM_CONSTANT,
    ONS_SIM_LINEAR,
    ONS_SIM_SHAPES, /* the six of 2.3, of the class's width */
    ONS_SIM_HINGE,  /* chance, then a ramp as long as the class's width */
    ONS_SIM_POWER_LAW,
    ONS_SIM_GOMPERTZ,
    ONS_SIM_SATURATED,
    ONS_SIM_U,
    ONS_SIM_INVERSE,
    ONS_SIM_CAP,
    ONS_SIM_IRREGULAR
};
enum {
    ONS_SIM_PROBIT,
    ONS_SIM_TWO_STEP, /* two logistics, one after the other */
    ONS_SIM_MIXTURE,  /* items of different difficulty */
    ONS_SIM_SMOOTHSTEP,
    ONS_SIM_ARCTAN,
    ONS_SIM_LAPLACE,
    ONS_SIM_STUDENT /* two degrees of freedom */
};
enum {
    ONS_SIM_LATENT,  /* a score that passes a threshold */
    ONS_SIM_NLL,     /* exact match of a power law */
    ONS_SIM_IN_BOTH, /* a jump in both metrics; drift: the class's width, in jumps */
};

#endif
