/* What one forward pass leaves behind, for the backward pass in train/.
 *
 * Letters as in decoder.h; T tokens, R rows. A layer computes queries, attention
 * output and MLP for Q tokens: all T in every layer but the last, the R wanted
 * rows in the last, since nothing reads the others. Leaving them out changes no
 * bit of the logits or of any gradient: rows do not mix in products, and their
 * share of a sum over tokens would be exact zeros.
 *
 * Written by ons_decoder_forward, valid until the next call. */
#ifndef ONS_MODEL_ACTIVATIONS_H
#define ONS_MODEL_ACTIVATIONS_H

#include "model/decoder.h"

typedef struct ons_layer_activations {
    float *xn1, *r1;  /* [T][C], [T]: norm before attention */
    float *qkv;       /* [T][3C]; in the last layer only [T][2C] = k, v */
    float *p;         /* attention weights, document by document, head by head */
    float *o;         /* [Q][C] heads side by side */
    float *xn2, *r2;  /* [Q][C], [Q]: norm before the MLP */
    float *gate_up;   /* [Q][2F] */
    float *sig, *act; /* [Q][F] */
} ons_layer_activations;

struct ons_activations {
    ons_decoder_config config;
    ons_decoder_layout layout;
    size_t max_tokens;
    float *rope; /* [max_len][D] cos, sin */
    ons_layer_activations layer[ONS_LAYERS_MAX];
    float *x;          /* [T][C] residual stream */
    float *xn_rows;    /* [R][C] last layer's xn1 at the rows */
    float *q_rows;     /* [R][C] last layer's queries */
    float *x_rows;     /* [R][C] residual stream at the rows */
    float *xf, *rf;    /* [R][C], [R]: final norm */
    float *xf_gain;    /* [R][C] times final_gain */
    float *logits;     /* [R][V] */
    float *work;       /* of products and of attention_back */
    uint32_t *pos;     /* [T] position in the document */
    uint32_t *row_pos; /* [R] position of each row in its document */
    size_t *doc_row;   /* [n_docs + 1] first row of each document */
    /* For the backward pass: */
    float *dx;       /* [T][C] */
    float *dxn;      /* [T][C] */
    float *dqkv;     /* [T][3C] */
    float *dgate_up; /* [T][2F] */
    float *dact;     /* [T][F] */
    float *d_rows;   /* [R][C] */
    void *block;     /* all of the above */
    size_t block_bytes;
};

/* The memory of activations for so many tokens at once; SIZE_MAX: more than can be. */
size_t ons_activations_bytes(const ons_decoder_config *c, size_t max_tokens);

/* One head of one document in one layer, as the kernels want it. */
typedef struct ons_head_view {
    size_t first_token, n_tokens; /* of the document */
    size_t first_query;           /* row of the layer's [Q] arrays */
    ons_attention attention;
} ons_head_view;

/* The head h of document d in layer l; p_at: where its weights begin, moved on to the next
 * head's. Heads must be visited in the order of forward: documents, then heads. */
ons_head_view ons_activations_head(const ons_activations *a, const ons_batch *b, size_t l, size_t d,
                                   size_t h, size_t *p_at);

#endif
