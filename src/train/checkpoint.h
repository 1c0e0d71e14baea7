/* The directory of a model of a job, at the end of its run or on the way: an ordinary Llama for
 * Hugging Face, and onset.json last, which says that all the rest is there. */
#ifndef ONS_TRAIN_CHECKPOINT_H
#define ONS_TRAIN_CHECKPOINT_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/status.h"
#include "os/file.h"
#include "train/ladder.h"

typedef struct ons_checkpoint {
    ons_trained_model model;
    char dir[ONS_PATH_MAX]; /* DIR/NAME */
    const char *recipe;     /* JSON object */
    ons_id recipe_hash;
} ons_checkpoint;

/* The k-th model of a job in DIR; recipe is borrowed. Errors: LIMIT (the path). */
ons_status ons_checkpoint_make(const ons_train_job *job, size_t k, const char *dir,
                               const char *recipe, ons_checkpoint *ret_c, ons_err *err);

/* Makes the directory if it is not there, and clears what a kill left half written. Errors: IO. */
ons_status ons_checkpoint_open(const ons_checkpoint *c, ons_err *err);

/* Writes all files into the open directory. params: [layout.n_params].
 * Errors: IO, LIMIT, NOMEM. */
ons_status ons_checkpoint_write(const ons_checkpoint *c, const float *params, ons_err *err);

/* Whether the directory is finished and undamaged; if not, *ret_why says what is wrong with one
 * that claims to be (empty: it does not claim it). Errors: MISMATCH (finished, of another recipe). */
ons_status ons_checkpoint_check(const ons_checkpoint *c, bool *ret_done, ons_err *ret_why,
                                ons_err *err);

/* What to do about a directory of another recipe. */
ons_status ons_checkpoint_hint(ons_err *err, ons_status s, const char *dir);

#endif
