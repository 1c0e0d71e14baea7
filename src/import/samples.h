/* samples_*.jsonl of lm-evaluation-harness: the raw answers behind the scores of one task.
 *
 * Beside the answers themselves they give what the scores leave out: a continuous measure of the
 * very same answers, which the metric check needs. `logprob` is the mean log-probability of the
 * right continuation (tasks with one), `choice_logprob` that of the right choice among all
 * choices, in nats. Which choice is the right one is taken from "target" and believed only if it
 * explains every `acc` of the file.
 *
 *   ons_samples s;
 *   ONS_TRY(ons_samples_begin(&s, run, "piqa", err));
 *   for each line: ONS_TRY(ons_samples_line(&s, &root, err));
 *   ONS_TRY(ons_samples_end(&s, err)); */
#ifndef ONS_IMPORT_SAMPLES_H
#define ONS_IMPORT_SAMPLES_H

#include "import/clusters.h"
#include "import/lm_eval.h"

#define ONS_SAMPLES_CHOICES_MAX 256

typedef struct ons_samples {
    const ons_lm_eval_run *run;
    ons_str task;
    double shots;
    bool explained;       /* so far the right answers explain every acc */
    bool choices;         /* several to choose from */
    size_t n;             /* items with a right answer */
    double mean, squares; /* running, of their log-probabilities */
    double last_item;
    ons_clusters clusters;
} ons_samples;

/* task: a key of "results"; borrowed. */
void ons_samples_begin(ons_samples *s, const ons_lm_eval_run *run, const char *task);
/* Errors: FORMAT (path inside the line), and those of whoever takes the answers. */
ons_status ons_samples_line(ons_samples *s, const ons_json_at *line, ons_err *err);
/* Once, whatever happened. */
void ons_samples_release(ons_samples *s);
/* Gives scores of clustered items their standard error, and adds the row of the continuous
 * measure, where there is one. */
ons_status ons_samples_end(ons_samples *s, ons_err *err);

#endif
