/* A whole study on a ladder: train → evaluate → decide → report, in one directory.
 * Interrupted or killed at any moment, the same call goes on and ends in the same bytes. */
#ifndef ONS_STUDY_STUDY_H
#define ONS_STUDY_STUDY_H

#include "base/monitor.h"
#include "base/status.h"
#include "train/ladder.h"

typedef struct ons_study_options {
    const char *dir; /* made if it is not there */
    size_t n_threads;
    uint64_t seed;            /* of the decisions */
    const char *command_line; /* as typed, for the record of the run */
    const char *command;      /* what the page says reproduces it */
} ons_study_options;

/* DIR/models, DIR/onset.db, DIR/report.html. recipe: the ladder file as text.
 * Errors: BUSY (another onset works in DIR), INTERRUPTED, and those of every part. */
ons_status ons_study_run(const ons_ladder *l, ons_str recipe, const ons_study_options *o,
                         const ons_monitor *m, ons_err *err);

/* The page of a store, written whole or not at all. */
ons_status ons_study_write_page(const char *db, const char *page, size_t n_threads, uint64_t seed,
                                const char *command, ons_err *err);

#endif
