/* Study files: which models are trained or taken, what they are asked, how it is decided.
 *
 *   study: do our ladders agree
 *   train: pocket.yaml              # a ladder to train first
 *   models: [{path: other/models/28k-s1}]
 *   tasks: [add_3, digit_sum_steps]
 *
 * A ladder file stands for the study of its own ladder. Paths are looked up beside the file.
 * Every key of the format, no others; what this version cannot do is refused by name. */
#ifndef ONS_STUDY_STUDY_FILE_H
#define ONS_STUDY_STUDY_FILE_H

#include "base/arena.h"
#include "study/series.h"
#include "study/study.h"

/* Reads the file, the ladder that it names, and the names of the checkpoints. All of it lives in
 * the arena. Errors: FORMAT (FILE:LINE:COLUMN), UNSUPPORTED, LIMIT, IO, NOMEM. */
ons_status ons_study_read(const char *path, ons_arena *a, ons_study *ret_study, ons_err *err);

/* What a recipe in a store says of the decisions; what it leaves open keeps its value.
 * Errors: NOMEM; a recipe of another version of onset says nothing. */
typedef struct ons_study_decisions {
    unsigned axes; /* of ons_series_options */
    double w0;     /* decades; NaN: by the axis */
    uint64_t seed;
} ons_study_decisions;
ons_status ons_study_recipe_decisions(ons_str recipe, ons_study_decisions *ret_d, ons_err *err);

#endif
