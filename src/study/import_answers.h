/* Raw answers of imported files into a store, a batch at a time. Inside study/ only. */
#ifndef ONS_STUDY_IMPORT_ANSWERS_H
#define ONS_STUDY_IMPORT_ANSWERS_H

#include "base/arena.h"
#include "import/rows.h"
#include "store/store.h"

#define ONS_ANSWERS_BATCH ((size_t)512)

typedef struct ons_answers {
    ons_store *store;
    ons_arena texts; /* of the batch */
    ons_response batch[ONS_ANSWERS_BATCH];
    size_t n;
    ons_id model, task; /* that the store has already been told of */
    size_t n_kept;
} ons_answers;

void ons_answers_init(ons_answers *a, ons_store *s);
/* ctx: the ons_answers; the type of ons_import.answer. Errors: those of the store. */
ons_status ons_answers_take(void *ctx, const ons_import_answer *x, ons_err *err);
/* Writes what is left. */
ons_status ons_answers_flush(ons_answers *a, ons_err *err);
void ons_answers_release(ons_answers *a);

#endif
