/* config.json: the shape of a model, as transformers' LlamaForCausalLM reads it.
 *
 * Reading is strict in what could change a result: a file that asks for anything the decoder
 * does not do (another architecture, biases, rope scaling, an untied head) or that holds a key
 * we do not know is refused by name, never run wrongly. */
#ifndef ONS_MODEL_HF_CONFIG_H
#define ONS_MODEL_HF_CONFIG_H

#include "base/buf.h"
#include "base/slice.h"
#include "base/status.h"
#include "model/decoder.h"

/* Appends the file. c->final_gain is not part of it: it is the tensor model.norm.weight. */
void ons_hf_config_write(const ons_decoder_config *c, ons_buf *out);

/* ret_config->final_gain is 1 until the weights are read.
 * Errors: FORMAT (no JSON, a value of the wrong kind or range), UNSUPPORTED (by key and value),
 * LIMIT, NOMEM. */
ons_status ons_hf_config_read(ons_str json, ons_decoder_config *ret_config, ons_err *err);

#endif
