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
#define ONS_CHECKPOINTS_MAX   64
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

typedef struct ons_ladder_seeds {
    const uint64_t *seed; /* [n], borrowed */
    size_t n;
} ons_ladder_seeds;

typedef struct ons_ladder {
    char name[ONS_NAME_MAX];
    char family[ONS_NAME_MAX];
    char group[ONS_NAME_MAX]; /* begins the names of its models; empty: the only family */
    struct {
        uint32_t width, head_dim, layers;
        double tokens; /* planned training tokens of this size, tokens rule applied */
        ons_ladder_seeds seeds;
    } size[ONS_LADDER_SIZES_MAX];
    size_t n_sizes;
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
    uint32_t pool;      /* different training documents of each skill; 0: no end of them */
    double duplicates;  /* how often a document is seen, on average; <= 1: as the pool has it */
    ons_skill_weight skill[ONS_LADDER_SKILLS_MAX];
    size_t n_skills;
    double checkpoint[ONS_CHECKPOINTS_MAX]; /* shares of a run, ascending, below 1: models too */
    size_t n_checkpoints;
    size_t evaluate_items;
    uint32_t evaluate_shots[ONS_LADDER_SHOTS_MAX]; /* few-shot skills are asked with each */
    size_t n_evaluate_shots;                       /* 0: with as many as the skill itself says */
} ons_ladder;

/* One run of a ladder: what will be trained, and its planned scale. */
typedef struct ons_train_job {
    char name[2 * ONS_NAME_MAX]; /* "28k-s1": parameter count and seed; "noisy-28k-s1" */
    const ons_ladder *ladder;
    size_t size; /* index into ladder->size */
    uint64_t seed;
    ons_decoder_config config;
    double params, params_non_embedding;
    double tokens; /* planned */
    double flops;  /* 6 n_non_embedding tokens + 6 V C answer tokens, planned (ladder.md, Recipe) */
    double documents; /* expected in that many tokens */
    uint64_t n_steps;
} ons_train_job;

/* The decoder of one size; the vocabulary is that of printable ASCII and end-of-text. */
ons_decoder_config ons_ladder_config(const ons_ladder *l, size_t size);
/* What a training token costs at one size (ladder.md, Recipe). Reads skills and loss too. */
double ons_ladder_flops_per_token(const ons_ladder *l, size_t size);
/* The jobs of all ladders, every size with every seed of it, longest first (by FLOPs, then
 * ladder, seed). Errors: USAGE (a recipe out of range, two models of one name), NOMEM. */
ons_status ons_ladder_jobs(const ons_ladder *l, size_t n_ladders, ons_arena *a,
                           ons_train_job **ret_jobs, size_t *ret_n, ons_err *err);

/* One model that a job leaves: the end of its run, or a checkpoint on the way. */
typedef struct ons_trained_model {
    char name[2 * ONS_NAME_MAX + 24]; /* directory: "28k-s1", "28k-s1-step120" */
    const ons_train_job *job;
    uint64_t step; /* job->n_steps: the end */
} ons_trained_model;

/* The k-th model of a job, k = 0 .. n_checkpoints; the last one is the end. */
ons_trained_model ons_trained_model_of(const ons_train_job *job, size_t k);
/* Those of all jobs, in the order of the jobs. */
ons_status ons_trained_models(const ons_train_job *jobs, size_t n_jobs, ons_arena *a,
                              ons_trained_model **ret_models, size_t *ret_n, ons_err *err);

/* Trains one job into DIR/NAME, or takes it up where it was interrupted, or finds
 * it finished. A finished directory holds config.json, tokenizer.json,
 * tokenizer_config.json, model.safetensors, onset.json (recipe, scale, loss) and
 * generation_config.json and trainer.state; the same bytes however often it was killed.
 * A state or a finished model that is damaged is told of (WARN) and made anew.
 * Errors: IO, MISMATCH (the
 * directory holds another recipe), UNSUPPORTED (a state of another version), LIMIT (the
 * loss is no number any more), INTERRUPTED, NOMEM. */
ons_status ons_train_job_run(const ons_train_job *job, const char *dir, const ons_monitor *m,
                             ons_err *err);

/* All jobs, n_threads at a time, each on one thread; bytes do not depend on n_threads. */
ons_status ons_train_jobs(const ons_train_job *jobs, size_t n, const char *dir, size_t n_threads,
                          const ons_monitor *m, ons_err *err);

#endif
