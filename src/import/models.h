/* The table of public models: which family a model belongs to, and its scale.
 *
 * A CSV that people can read and extend: family, model, aliases (separated by '|'), params,
 * params_non_embedding, tokens, flops, tokens_per_step, source, note; family, model and
 * params are needed. One recipe is one family: base and instruct, deduplicated and not, stand
 * apart. Empty = unknown. flops empty: 6 · params · tokens.
 *
 *   ons_models t = {0};
 *   ONS_TRY(ons_models_add(&t, ons_models_builtin(), "models.csv", &arena, err));
 *   ons_model_scale m;
 *   if (ons_models_find(&t, ONS_S("EleutherAI/pythia-1.4b@step3000"), &arena, &m, err)) …
 *
 * Borrows arena and text. Read-only after loading: thread-safe. */
#ifndef ONS_IMPORT_MODELS_H
#define ONS_IMPORT_MODELS_H

#include "base/arena.h"
#include "base/slice.h"
#include "base/status.h"

typedef struct ons_model_row {
    ons_str family, model, source;
    double params, params_non_embedding, tokens, flops, tokens_per_step; /* NaN: unknown */
} ons_model_row;

typedef struct ons_models {
    ons_model_row *row;
    size_t n_rows, cap_rows;
    struct ons_model_alias *alias; /* by key */
    size_t n_aliases, cap_aliases;
} ons_models;

/* data/models.csv as it was compiled in. */
ons_str ons_models_builtin(void);
/* Rows of a later text win over those of an earlier one that have the same name.
 * file: for messages, borrowed during the call. Errors: FORMAT (line and column), NOMEM. */
ons_status ons_models_add(ons_models *t, ons_str text, const char *file, ons_arena *a,
                          ons_err *err);

typedef enum ons_model_known {
    ONS_MODEL_KNOWN,
    ONS_MODEL_NOT_KNOWN,         /* no row has the name */
    ONS_MODEL_REVISION_NOT_KNOWN /* a row has, but how far the revision was trained is not said */
} ons_model_known;

typedef struct ons_model_scale {
    ons_str family; /* with a quantisation, if there is one: "SmolLM2-Instruct Q4_1" */
    ons_str model;  /* the table's name, "@step3000" behind it for a checkpoint on the way */
    double params, params_non_embedding, tokens, flops; /* NaN: unknown */
    bool on_the_way;                                    /* training had not ended */
} ons_model_scale;

/* written: as name.h. Errors: NOMEM. */
ons_status ons_models_find(const ons_models *t, ons_str written, ons_arena *a,
                           ons_model_known *ret_known, ons_model_scale *ret_m, ons_err *err);

#endif
