/* trainer.state: where a run stands, so that it goes on as if it had never stopped. The one before
 * it stays as trainer.state.before until the model is finished: a damaged one costs little.
 *
 *   "ONSTRAIN" | u32 version | u32 0 | recipe hash [16] | u64 step | u64 generator |
 *   f64 mean loss | u64 n_params | u64 n_moments | f32 params | f32 moments | hash of all before [16]
 *
 * Little-endian. No times, so the last one of a run is the same bytes however often it was cut. */
#ifndef ONS_TRAIN_STATE_H
#define ONS_TRAIN_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/slice.h"
#include "base/status.h"

typedef struct ons_train_state {
    ons_id recipe;
    uint64_t step; /* steps done */
    uint64_t rng;  /* of the data stream */
    double loss_nats;
    float *params; /* [n_params], the caller's */
    size_t n_params;
    float *moments; /* [n_moments], the caller's */
    size_t n_moments;
} ons_train_state;

/* Appends the file. */
void ons_train_state_write(const ons_train_state *s, ons_buf *out);
size_t ons_train_state_bytes(size_t n_params, size_t n_moments);

/* Fills *s, whose recipe, n_params and n_moments say what is wanted; untouched on failure.
 * Errors: FORMAT (damaged: byte or hash), UNSUPPORTED (another version), MISMATCH (another
 * recipe, or other counts). */
ons_status ons_train_state_read(ons_bytes file, ons_train_state *s, ons_err *err);

/* What an undamaged file says of itself. Errors: FORMAT (damaged). */
typedef struct ons_train_state_head {
    ons_id recipe;
    uint64_t step;
    double loss_nats;
} ons_train_state_head;
ons_status ons_train_state_peek(ons_bytes file, ons_train_state_head *ret_h, ons_err *err);

#endif
