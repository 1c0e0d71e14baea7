/* What model.c and session.c share. */
#ifndef ONS_MODEL_MODEL_PRIV_H
#define ONS_MODEL_MODEL_PRIV_H

#include "base/arena.h"
#include "model/model.h"

struct ons_model {
    ons_decoder_config config;
    float *params; /* owned, 64-byte aligned */
    ons_model_info info;
    ons_arena arena; /* the texts of info */
};

#endif
