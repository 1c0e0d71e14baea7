/* A ladder: a family of models of growing size, trained by one recipe.
 *
 * Plain values. study/ reads them from a ladder file, train/ trains them. */
#ifndef ONS_TRAIN_LADDER_H
#define ONS_TRAIN_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/monitor.h"
#include "base/status.h"
#include "model/decoder.h"
#include "task/skill.h"

#define ONS_LADDER_SIZES_MAX  64
#define ONS_LADDER_SEEDS_MAX  256
#define ONS_LADDER_SKILLS_MAX 64
#define ONS_LADDER_SHOTS_MAX  (ONS_SHOTS_MAX + 1)
#define ONS_NAME_MAX          64

typedef enum ons_optimizer_kind { ONS_OPTIMIZER_MUON, ONS_OPTIMIZER_ADAMW } ons_optimizer_kind;
typedef enum ons_schedule_kind { ONS_SCHEDULE_LINEAR, ONS_SCHEDULE_COSINE } ons_schedule_kind;

typedef struct ons_optimizer_spec {
    ons_optimizer_kind kind;
    double rate;     /* Muon: of the hidden matrices; AdamW: at width 32, scaled by 32/width */
    double momentum; /* Muon */
    double embedding_rate; /* Adam on the embeddings (trained at unit scale) */
    double weight_decay;   /* decoupled, hidden matrices only */
    double beta1, beta2;   /* Adam */
} ons_optimizer_spec;

typedef struct ons_skill_weight {
    const ons_skill *skill; /* built-in, or borrowed from who read the ladder file */
    double weight;
} ons_skill_weight;

typedef struct ons_ladder {
    char name[ONS_NAME_MAX];
    char family[ONS_NAME_MAX];
    struct {
        uint32_t width, head_dim;
        double tokens; /* planned training tokens of this size, tokens rule applied */
    } size[ONS_LADDER_SIZES_MAX];
    size_t n_sizes;
    uint64_t seed[ONS_LADDER_SEEDS_MAX];
    size_t n_seeds;
    uint32_t layers;
    double rope_base;
    double init_output; /* scale of the output projections at the start */
    uint32_t batch_tokens;
    ons_optimizer_spec optimizer;
    struct {
        ons_schedule_kind kind;
        double warmup, decay; /* shares of the run */
    } schedule;
    bool loss_on_all_tokens;
    double label_noise; /* share of training documents with another item's answer */
    ons_skill_weight skill[ONS_LADDER_SKILLS_MAX];
    size_t n_skills;
    size_t evaluate_items;
    uint32_t evaluate_shots[ONS_LADDER_SHOTS_MAX]; /* few-shot skills are asked with each */
    size_t n_evaluate_shots;                       /* 0: with as many as the skill itself says */
    double w0;                                     /* decades; NaN: by the axis */
    char axis[16];
} ons_ladder;

/* One model of a ladder: what will be trained, and its planned scale. */
typedef struct ons_train_job {
    char name[ONS_NAME_MAX]; /* "28k-s1": parameter count and seed */
    size_t size;             /* index into ladder.size */
    uint64_t seed;
    ons_decoder_config config;
    double params, params_non_embedding;
    double tokens; /* planned */
    double flops;  /* 6 n_non_embedding tokens + 6 V C answer tokens, planned (ladder.md, Recipe) */
    uint64_t n_steps;
} ons_train_job;

/* The decoder of one size; the vocabulary is that of printable ASCII and end-of-text. */
ons_decoder_config ons_ladder_config(const ons_ladder *l, size_t size);
/* All n_sizes * n_seeds jobs, longest first (by FLOPs, then seed). */
ons_status ons_ladder_jobs(const ons_ladder *l, ons_arena *a, ons_train_job **ret_jobs,
                           size_t *ret_n, ons_err *err);

/* Trains one job into DIR/NAME, or takes it up where it was interrupted, or finds
 * it finished. A finished directory holds config.json, tokenizer.json,
 * tokenizer_config.json, model.safetensors, onset.json (recipe, scale, loss) and
 * generation_config.json and trainer.state; the same bytes however often it was killed.
 * A state or a finished model that is damaged is told of (WARN) and made anew.
 * Errors: IO, MISMATCH (the
 * directory holds another recipe), UNSUPPORTED (a state of another version), LIMIT (the
 * loss is no number any more), INTERRUPTED, NOMEM. */
ons_status ons_train_job_run(const ons_ladder *l, const ons_train_job *job, const char *dir,
                             const ons_monitor *m, ons_err *err);

/* All jobs, n_threads at a time, each on one thread; bytes do not depend on n_threads. */
ons_status ons_train_ladder(const ons_ladder *l, const char *dir, size_t n_threads,
                            const ons_monitor *m, ons_err *err);

#endif
