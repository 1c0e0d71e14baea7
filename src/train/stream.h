/* Training documents: skills drawn by weight, packed into batches.
 *
 * Without end, or from a pool: the i-th document of a skill's pool is a function of the skill
 * and i alone, label noise included, and is drawn again and again, with replacement, the same
 * ones in every run. The documents of a run are a function of the mixture, the seed and the
 * sizes of the pools, and the stream's whole state is its generator, which a checkpoint keeps. */
#ifndef ONS_TRAIN_STREAM_H
#define ONS_TRAIN_STREAM_H

#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/rng.h"
#include "base/status.h"
#include "model/decoder.h"
#include "train/ladder.h"

typedef struct ons_stream {
    const ons_ladder *ladder; /* borrowed: skills, weights, noise, what is scored */
    double total_weight;
    uint32_t pool[ONS_LADDER_SKILLS_MAX]; /* 0: no end */
    ons_split side;
    ons_rng rng;
} ons_stream;

/* n_documents: expected in the run; what `duplicates` divides into pools. */
ons_stream ons_stream_make(const ons_ladder *l, uint64_t seed, double n_documents);
/* Held-out documents without label noise: the same ones for every ladder of the same mixture. */
ons_stream ons_stream_held_out(const ons_ladder *l);

/* Whole documents, laid end to end without padding: at least ladder.batch_tokens tokens, less
 * than one document more. A document of n characters is n tokens in, and its last prediction is
 * end-of-text. `batch` points into the arrays. */
typedef struct ons_train_batch {
    ons_batch batch;
    int32_t *target; /* [batch.n_rows] what follows at each row */
    int32_t *token;
    uint32_t *start, *length, *row;
} ons_train_batch;

/* Most tokens a batch may have. */
size_t ons_train_batch_cap(const ons_ladder *l);
ons_status ons_train_batch_init(const ons_ladder *l, ons_arena *a, ons_train_batch *ret_batch,
                                ons_err *err);
void ons_stream_next(ons_stream *s, ons_train_batch *batch);

/* Facts of a mixture, from a fixed sample of it. */
typedef struct ons_stream_facts {
    double scored_share;    /* of the tokens */
    double document_tokens; /* of one document, on average */
    ons_id hash;            /* changes when a skill draws other documents */
} ons_stream_facts;
ons_stream_facts ons_stream_measure(const ons_ladder *l);

#endif
