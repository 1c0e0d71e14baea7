/* A job's recipe as text and as a hash: everything its weights depend on. */
#ifndef ONS_TRAIN_RECIPE_H
#define ONS_TRAIN_RECIPE_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/status.h"
#include "train/ladder.h"

/* Appends a JSON object. */
void ons_recipe_write(const ons_train_job *job, ons_buf *out);
/* Of the recipe, the names and the seed: two models with one hash are the same bytes. */
ons_id ons_recipe_hash(const ons_trained_model *m, ons_str recipe);

#endif
