/* The parameters a run begins with. */
#ifndef ONS_TRAIN_INIT_H
#define ONS_TRAIN_INIT_H

#include <stdint.h>

#include "model/decoder.h"

/* Embeddings of unit variance, matrices of variance 1/fan_in, output projections (attention's
 * and the MLP's last) of that times (output / sqrt(2 n_layers))^2. params: [layout.n_params].
 * Numbers come from sums of uniform ones, so they do not depend on a mathematics library. */
void ons_params_init(const ons_decoder_config *c, double output, uint64_t seed, float *params);

#endif
