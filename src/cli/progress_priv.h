/* What progress knows, apart from where it is drawn: state, and lines of text made of it.
 *
 * Pure: the time comes from the caller (seconds of any clock that only goes forward). */
#ifndef ONS_CLI_PROGRESS_PRIV_H
#define ONS_CLI_PROGRESS_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/monitor.h"

#define ONS_PROGRESS_JOBS_MAX 64

typedef struct ons_progress_job {
    char name[64], unit[16];
    double done, total, weight, rate, loss;
    double done_before; /* when this process took it up */
} ons_progress_job;

typedef struct ons_progress_state {
    char stage[64], unit[16];
    double total, started;
    double whole_done;      /* told of the stage as a whole; NaN: by its jobs */
    double weight_finished; /* by jobs that ended */
    double weight_skipped;  /* of it, what was done before this process */
    size_t n_finished;
    ons_progress_job running[ONS_PROGRESS_JOBS_MAX];
    size_t n_running;
} ons_progress_state;

typedef struct ons_progress_form {
    size_t columns, rows; /* of the terminal */
    bool unicode;
} ons_progress_form;

void ons_progress_apply(ons_progress_state *s, const ons_event *e, double now);
/* One line for each job that runs and one for the whole, each of at most columns - 1, fewer than
 * rows; `more` ends a line (newline, and what clears the rest of an old one). Returns how many. */
size_t ons_progress_frame(const ons_progress_state *s, double now, const ons_progress_form *f,
                          const char *more, ons_buf *out);
/* The same in one line without bars, for a log. */
void ons_progress_line(const ons_progress_state *s, double now, ons_buf *out);
/* "train: 8 models in 17 s": what is said of a stage of jobs that is over; nothing of others, and
 * of those that were short. */
void ons_progress_ended(const ons_progress_state *s, double now, ons_buf *out);

#endif
