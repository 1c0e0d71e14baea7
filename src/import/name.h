/* The name of a model as people and programs write it, taken apart:
 *   EleutherAI/pythia-1.4b-deduped
 *   pretrained=EleutherAI/pythia-1.4b,revision=step3000,dtype=float32
 *   models--EleutherAI--pythia-1.4b/snapshots/0a1b…
 *   EleutherAI__pythia-1.4b, pythia-1.4b@step3000, runs/pythia-1.4b/step3000
 *   SmolLM2-135M-Instruct.Q4_1.gguf
 * Pure; thread-safe. */
#ifndef ONS_IMPORT_NAME_H
#define ONS_IMPORT_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

#define ONS_MODEL_KEY_MAX ((size_t)128)

typedef struct ons_model_name {
    ons_str whole;    /* base and revision as they stood together: "pythia-1.4b-step3000" */
    ons_str base;     /* without owner, folder, revision and quantisation; borrowed */
    ons_str revision; /* empty: the finished model */
    ons_str owner;    /* what stood right before the name: "EleutherAI/"; empty: nothing */
    ons_str variant;  /* what makes another recipe of it: "Q4_1", "8bit"; mostly empty */
    char key[ONS_MODEL_KEY_MAX]; /* base in small letters, hyphens between its parts */
} ons_model_name;

/* Never fails: a name of which nothing is left has an empty base. */
void ons_model_name_parse(ons_str written, ons_model_name *ret_name);
/* The key alone. */
void ons_model_key(ons_str base, char key[ONS_MODEL_KEY_MAX]);

typedef enum ons_revision_kind {
    ONS_REVISION_FINAL,  /* main, a commit, a branch that differs in number format */
    ONS_REVISION_STEP,   /* step or token count in *ret_step, *ret_tokens (NaN: not said) */
    ONS_REVISION_UNKNOWN /* anything else: its training tokens are not known */
} ons_revision_kind;

ons_revision_kind ons_revision_parse(ons_str revision, double *ret_step, double *ret_tokens);

#endif
