/* Muon and AdamW over the one block of parameters.
 *
 * Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers"): momentum in
 * Nesterov form, each hidden matrix's update made nearly orthogonal by five
 * Newton-Schulz steps (coefficients 3.4445, -4.7750, 2.0315), times
 * sqrt(max(1, out/in)); q, k, v, gate and up count as matrices of their own.
 * AdamW (Loshchilov & Hutter 2019): rate * 32/width, the gradient clipped to
 * norm 1. The embedding always takes Adam, without decay.
 *
 * The state is one block of floats, to be saved and loaded as bytes:
 *   Muon:  momentum [n_non_embedding], embedding m [V C], v [V C]
 *   AdamW: m [n_params], v [n_params]
 * It begins as zeros. Thread-safe if each model has its own state and work. */
#ifndef ONS_TRAIN_OPTIMIZER_H
#define ONS_TRAIN_OPTIMIZER_H

#include "model/decoder.h"
#include "train/ladder.h"

size_t ons_optimizer_state_floats(const ons_decoder_config *c, ons_optimizer_kind kind);
/* Scratch of a step; 64-byte aligned memory is best. */
size_t ons_optimizer_work_floats(const ons_decoder_config *c);

typedef struct ons_optimizer_step_args {
    const ons_optimizer_spec *spec;
    uint64_t step;     /* from 1: the bias correction of Adam */
    double schedule;   /* factor of all rates in this step */
    double grad_scale; /* 1 / weight of the batch's rows */
} ons_optimizer_step_args;

/* One update of params in place. grad is left as it is. */
void ons_optimizer_step(const ons_decoder_config *c, const ons_kernels *k,
                        const ons_optimizer_step_args *args, const float *grad, float *params,
                        float *state, float *work);

#endif
