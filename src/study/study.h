/* A whole study: train → evaluate → decide → report, in one directory.
 * Interrupted or killed at any moment, the same call goes on and ends in the same bytes. */
#ifndef ONS_STUDY_STUDY_H
#define ONS_STUDY_STUDY_H

#include "base/monitor.h"
#include "base/status.h"
#include "study/ladder_file.h"

/* What is asked of whom. Plain values, borrowed. */
typedef struct ons_study {
    ons_str name;
    ons_str recipe;                /* the file as it was read, kept in the store */
    const ons_ladder_file *ladder; /* trained first; NULL: nothing is trained */
    const char *const *model; /* [n_models] directories of checkpoints that are there already */
    size_t n_models;
    const ons_skill *const *skill; /* [n_skills] what is asked; none: the ladders' skills */
    size_t n_skills;
    size_t n_items; /* of every task; 0: as the ladder says */
} ons_study;

/* A ladder is a study of its own. recipe: the ladder file as text. */
ons_study ons_study_of_ladder(const ons_ladder_file *l, ons_str recipe);

#define ONS_STUDY_WORKERS_MAX 64

typedef struct ons_study_options {
    const char *dir; /* made if it is not there */
    size_t n_threads;
    size_t n_workers;         /* processes that train and ask; 0 or 1: this one */
    uint64_t seed;            /* of the decisions; 0: the recipe's */
    const char *command_line; /* as typed, for the record of the run */
    const char *command;      /* what the page says reproduces it */
} ons_study_options;

/* DIR/models, DIR/onset.db, DIR/report.html. With workers, call while no other thread is alive.
 * Errors: BUSY (another onset works in DIR), MISMATCH (DIR holds another study), INTERRUPTED, and
 * those of every part. */
ons_status ons_study_run(const ons_study *plan, const ons_study_options *o, const ons_monitor *m,
                         ons_err *err);

#endif
