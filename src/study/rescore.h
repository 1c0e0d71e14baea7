/* The scores of a store computed anew from the responses it holds. */
#ifndef ONS_STUDY_RESCORE_H
#define ONS_STUDY_RESCORE_H

#include "base/buf.h"
#include "store/store.h"

typedef struct ons_rescore {
    size_t n_scores;     /* computed anew */
    size_t n_changed;    /* of them: another value than the store held, or missing there */
    size_t n_incomplete; /* pairs of a model and a task some of whose items lack a response */
    size_t n_unknown;    /* pairs whose task's items the store does not hold */
} ons_rescore;

/* Where every score is as it was, nothing is written. changes: a line for each that was not
 * ("28k-s1, digit_sum, exact_match: 0.5 is 0.109375"); the store's verdicts then are not those of
 * its scores any more. Scores without responses (rows of tables) stay.
 * Errors: FORMAT (damaged responses or items), LIMIT (`changes` full), NOMEM, the store's. */
ons_status ons_rescore_store(ons_store *s, ons_rescore *ret_r, ons_buf *changes, ons_err *err);

#endif
