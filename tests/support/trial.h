/* What the drivers of faults share: run a command in a scratch directory, look how it ended,
 * and tell in text what it left, so that two runs can be compared. */
#ifndef TRIAL_H
#define TRIAL_H

#include <stdbool.h>

#include "base/buf.h"

#define TRIAL_OUT "out" /* what the command makes, in the scratch directory */

typedef struct trial_end {
    int exit_code; /* -1: a signal or the time limit ended it */
    int signal;
    int n_errors;    /* lines "error: …" on standard error */
    char error[512]; /* the last of them */
} trial_end;

/* argv with `env` ("NAME=VALUE", ended by NULL) added, in the directory `cwd`; standard error goes
 * to cwd/stderr. Ends the program when the command cannot be started at all. */
trial_end trial_run(char *const argv[], const char *cwd, const char *const env[]);

/* A line per file below cwd/out with its hash; of onset.db a line per row of every table but run,
 * event and work. `ret_text` is reset first. False: a file cannot be read (why: in ret_text). */
bool trial_fingerprint(const char *cwd, ons_buf *ret_text);

/* The first line in which two fingerprints differ, or "". */
void trial_difference(const ons_buf *want, const ons_buf *got, char *buf, size_t cap);

/* Removes a directory and all below it; fine if it is not there. */
void trial_remove(const char *path);

#endif
