/* onset.json: what a checkpoint of ours knows about itself: name, scale, recipe.
 *
 * It is written last, so its presence says that the directory is complete. No times, no paths, no
 * machine names: the same recipe and seed give the same bytes. */
#ifndef ONS_MODEL_HF_CARD_H
#define ONS_MODEL_HF_CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/slice.h"
#include "base/status.h"

#define ONS_MODEL_CARD_FORMAT 1

typedef struct ons_model_card {
    const char *name;   /* "28k-s1" */
    const char *family; /* "pocket" */
    const char *seed;   /* "1" */
    double params, params_non_embedding;
    double tokens, flops; /* planned */
    double loss_nats;     /* on held-out documents, per scored token */
    bool intermediate;    /* a checkpoint before the end of its run */
    ons_id recipe_hash;   /* of all that the weights depend on */
    ons_id hash;          /* ons_model_info.hash of the directory */
    const char *recipe;   /* a JSON object */
} ons_model_card;

/* Appends onset.json; its last member, "check", is a hash of what stands before it, so that a
 * changed digit of the loss, which nothing else vouches for, is found. Errors: FORMAT (the recipe is no JSON), NOMEM, LIMIT. */
ons_status ons_model_card_write(const ons_model_card *card, ons_buf *out, ons_err *err);
/* Texts live in `a`. Errors: FORMAT, UNSUPPORTED (another format number), NOMEM. */
ons_status ons_model_card_read(ons_str json, ons_arena *a, ons_model_card *ret_card, ons_err *err);

#endif
