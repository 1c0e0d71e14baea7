/* A model on disk, ready to be asked: weights, tokenizer, scale.
 *
 * Opens an ordinary Hugging Face directory (config.json, tokenizer.json,
 * model.safetensors); today the shape that our own ladders have. Read-only after
 * opening, so any number of sessions on any threads may share it. */
#ifndef ONS_MODEL_MODEL_H
#define ONS_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/slice.h"
#include "base/status.h"
#include "kernel/kernel.h"
#include "model/decoder.h"

typedef struct ons_model ons_model;

/* What is known of a model's scale; NaN where unknown. Texts are owned by the model. */
typedef struct ons_model_info {
    const char *name;   /* "28k-s1": the directory's last part unless onset.json says more */
    const char *family; /* "pocket" */
    const char *recipe; /* the training recipe as JSON, "" if unknown */
    const char *seed;   /* "1", "" if unknown */
    double params, params_non_embedding;
    double tokens;     /* planned training tokens */
    double flops;      /* planned training FLOPs */
    double loss_nats;  /* on held-out documents, per scored token */
    bool intermediate; /* a checkpoint before the end of its run */
    ons_id hash;       /* of weights, config and tokenizer: the model's identity */
} ons_model_info;

/* Errors: IO, FORMAT (file, tensor, byte), UNSUPPORTED (by name), NOMEM. */
ons_status ons_model_open(const char *dir, ons_model **ret_model, ons_err *err);
void ons_model_close(ons_model *m);
const ons_model_info *ons_model_info_of(const ons_model *m);

/* Text to ids, without special tokens. ret_ids: room for text.len ids.
 * Errors: FORMAT naming the byte of a character the vocabulary lacks. */
ons_status ons_model_encode(const ons_model *m, ons_str text, int32_t *ret_ids, size_t *ret_n,
                            ons_err *err);
/* Ids to bytes, appended; special tokens give nothing. */
void ons_model_decode(const ons_model *m, const int32_t *ids, size_t n, ons_buf *out);
int32_t ons_model_eos(const ons_model *m);
size_t ons_model_max_len(const ons_model *m);

/* A sequence to be scored: tokens[from..n), from >= 1, given what stands before. */
typedef struct ons_score_query {
    const int32_t *tokens;
    size_t n_tokens, from;
    float *ret_logprob; /* [n_tokens - from], nats */
    bool ret_greedy;    /* every scored token is the most likely one (lowest id wins a tie) */
} ons_score_query;

/* A prompt to be continued greedily until end-of-text, max_tokens or the model's max_len,
 * whichever comes first. */
typedef struct ons_generate_query {
    const int32_t *tokens;
    size_t n_tokens, max_tokens;
    int32_t *ret_ids; /* [max_tokens], without end-of-text */
    size_t ret_n;
    bool ret_eos; /* stopped at end-of-text */
} ons_generate_query;

/* Working memory of one thread. */
typedef struct ons_session ons_session;
/* batch_tokens: tokens computed at once; results do not depend on it. */
ons_status ons_session_new(const ons_model *m, const ons_kernels *k, size_t batch_tokens,
                           ons_session **ret_s, ons_err *err);
void ons_session_free(ons_session *s);
/* What model and session take together, in bytes. */
double ons_session_bytes(const ons_model *m, size_t batch_tokens);
/* Errors: LIMIT if a sequence (a prompt) is longer than the model's max_len or holds a token
 * outside the vocabulary; USAGE if `from` is not in 1..n_tokens. Checked before any work. */
ons_status ons_session_score(ons_session *s, ons_score_query *q, size_t n, ons_err *err);
ons_status ons_session_generate(ons_session *s, ons_generate_query *q, size_t n, ons_err *err);

#endif
