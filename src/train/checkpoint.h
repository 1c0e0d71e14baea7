/* The finished directory of a job: an ordinary Llama for Hugging Face, and onset.json last, which
 * says that all the rest is there. */
#ifndef ONS_TRAIN_CHECKPOINT_H
#define ONS_TRAIN_CHECKPOINT_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/status.h"
#include "train/ladder.h"

typedef struct ons_checkpoint {
    const ons_ladder *ladder;
    const ons_train_job *job;
    const char *dir;    /* DIR/NAME */
    const char *recipe; /* JSON object */
    ons_id recipe_hash;
} ons_checkpoint;

/* Writes all files. params: [layout.n_params]. Errors: IO, LIMIT, NOMEM. */
ons_status ons_checkpoint_write(const ons_checkpoint *c, const float *params, double loss_nats,
                                ons_err *err);

/* Whether the directory is finished and undamaged; if not, *ret_why says what is wrong with one
 * that claims to be (empty: it does not claim it). Errors: MISMATCH (finished, of another recipe). */
ons_status ons_checkpoint_check(const ons_checkpoint *c, bool *ret_done, ons_err *ret_why,
                                ons_err *err);

/* What to do about a directory of another recipe. */
ons_status ons_checkpoint_hint(ons_err *err, ons_status s, const char *dir);

#endif
