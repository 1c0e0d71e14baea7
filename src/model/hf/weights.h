/* model.safetensors: the tensors of a Llama under Hugging Face's names.
 *
 * There a matrix is [out][in], q, k, v (gate, up) stand apart; in decoder.h it is [in][out] and
 * they stand side by side. The norms' gains are tensors there and constants here. */
#ifndef ONS_MODEL_HF_WEIGHTS_H
#define ONS_MODEL_HF_WEIGHTS_H

#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"
#include "model/decoder.h"

/* Appends the file. params: [layout.n_params]. Errors: LIMIT, NOMEM. */
ons_status ons_hf_weights_write(const ons_decoder_config *c, const float *params, ons_buf *out,
                                ons_err *err);

/* Reads the file for the shape `c`; *ret_params is 64-byte aligned, freed with free().
 * Sets c->final_gain. Every tensor must be there, in F32, finite, of the right shape, and none
 * besides. Errors: FORMAT (tensor and byte), UNSUPPORTED (a gain that is not 1, another dtype, a
 * tensor we do not know), LIMIT, NOMEM. */
ons_status ons_hf_weights_read(ons_bytes file, ons_decoder_config *c, float **ret_params,
                               ons_err *err);

#endif
