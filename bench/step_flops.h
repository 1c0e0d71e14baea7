/* What a training step costs in floating-point operations; an FMA counts two. Products only:
 * norms, softmax, activations and element-wise updates are not counted. */
#ifndef ONS_BENCH_STEP_FLOPS_H
#define ONS_BENCH_STEP_FLOPS_H

#include "model/decoder.h"
#include "train/ladder.h"

typedef struct step_flops {
    /* The model's by convention: 6 N T + 6 V C R + 12 C P L, with N the parameters without the
     * embedding, T tokens, R rows with a loss, P pairs of a token with itself or an earlier one. */
    double model;
    /* The products that are carried out: the last layer's queries, outputs and MLP only for the
     * R rows that anything reads, and with the optimiser's. */
    double done;
    double optimizer; /* of `done`: Newton-Schulz, half for symmetric products */
} step_flops;

step_flops bench_step_flops(const ons_decoder_config *c, ons_optimizer_kind kind,
                            const ons_batch *b);

#endif
