/* The decoder: one forward pass for training and for evaluation, so that both
 * see the same bits.
 *
 * An ordinary Llama (pre-norm RMSNorm, rotary positions in halves, SwiGLU, tied
 * embeddings) whose norm gains are all 1 but the final one, which is the
 * constant config.final_gain.
 *
 * Shapes: T tokens of the batch (all documents laid end to end), C width,
 * L layers, H heads, D head_dim (C = H D), F mlp_width, V vocabulary, R rows
 * whose logits are wanted. All f32, row-major, 64-byte aligned.
 *
 * Every output element is one chain of fused multiply-adds in a fixed order, so
 * a document's logits do not depend on what else is in the batch. */
#ifndef ONS_MODEL_DECODER_H
#define ONS_MODEL_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "kernel/kernel.h"

#define ONS_LAYERS_MAX 64

typedef struct ons_decoder_config {
    uint32_t n_layers, width, n_heads, head_dim, mlp_width, vocab;
    uint32_t max_len; /* longest document, tokens */
    float rope_base;
    float norm_eps;
    float final_gain; /* 1/sqrt(width) in our ladders */
} ons_decoder_config;

/* Where each tensor begins in the one block of parameters (in floats), matrices
 * as [in][out]: embed [V][C]; per layer qkv [C][3C] (q, k, v side by side),
 * out [C][C], gate_up [C][2F] (gate, up side by side), down [F][C]. */
typedef struct ons_decoder_layout {
    size_t embed;
    struct {
        size_t qkv, out, gate_up, down;
    } layer[ONS_LAYERS_MAX];
    size_t n_params;        /* all of them */
    size_t n_non_embedding; /* without embed */
} ons_decoder_layout;

/* Refuses impossible shapes: USAGE/LIMIT with the numbers. */
ons_status ons_decoder_config_check(const ons_decoder_config *c, ons_err *err);
void ons_decoder_layout_of(const ons_decoder_config *c, ons_decoder_layout *ret_layout);

/* Documents laid end to end; attention and positions start anew in each. */
typedef struct ons_batch {
    const int32_t *token;   /* [T], each in [0, V) */
    const uint32_t *start;  /* [n_docs] first token of each document */
    const uint32_t *length; /* [n_docs] 1..max_len */
    const uint32_t *row;    /* [R] ascending indices into token: where logits are wanted */
    size_t n_docs, n_tokens, n_rows;
} ons_batch;

/* Activations for up to max_tokens tokens: one block, allocated once. Not
 * thread-safe; each thread has its own. Backward (train/) reads them. */
typedef struct ons_activations ons_activations;
ons_status ons_activations_new(const ons_decoder_config *c, size_t max_tokens,
                               ons_activations **ret_acts, ons_err *err);
void ons_activations_free(ons_activations *a);

/* Fills logits [R][V], which belong to `acts` until the next call.
 * params: [layout.n_params]. Allocates nothing, cannot fail. */
const float *ons_decoder_forward(const ons_decoder_config *c, const ons_kernels *k,
                                 const float *params, const ons_batch *b, ons_activations *acts);

#endif
