/* One run of a learning-rate sweep: what store, study and report exchange. */
#ifndef ONS_BASE_SWEEP_H
#define ONS_BASE_SWEEP_H

typedef struct ons_sweep_point {
    double params, tokens;
    double rate;      /* of the recipe's optimiser */
    double loss_nats; /* held-out, per scored token */
} ons_sweep_point;

#endif
