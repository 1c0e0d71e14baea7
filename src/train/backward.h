/* The gradient of the loss by hand, over what ons_decoder_forward left behind.
 *
 * Letters as in model/decoder.h. Thread-safe if each thread has its own
 * activations and gradient. Allocates nothing, cannot fail.
 *
 *   ons_decoder_forward(&config, k, params, &batch, acts);
 *   double loss = ons_decoder_backward(&config, k, params, &batch, target, NULL, acts, grad); */
#ifndef ONS_TRAIN_BACKWARD_H
#define ONS_TRAIN_BACKWARD_H

#include "model/decoder.h"

/* Adds to grad [layout.n_params] the gradient of the sum over rows r of
 * weight[r] * -log p(target[r]); returns that sum (nats). Nothing is divided by a
 * count: the optimiser takes a grad_scale.
 * target: [R] in [0, V); weight: [R], or NULL for ones. Uses up the logits.
 *
 * A weight's sum over tokens goes on as one chain from what grad holds, so a batch
 * split in two gives the same bits for all matrices but the embedding (whose head
 * and input parts take turns). */
double ons_decoder_backward(const ons_decoder_config *c, const ons_kernels *k, const float *params,
                            const ons_batch *b, const int32_t *target, const float *weight,
                            ons_activations *acts, float *grad);

#endif
