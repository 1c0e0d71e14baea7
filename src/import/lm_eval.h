/* Result files of lm-evaluation-harness.
 *
 * All layouts since 0.2: {"results": {task: {"acc": …, "acc_stderr": …}}, "config": …} and
 * {task: {"acc,none": …, "acc_stderr,none": …}} with "n-shot", "n-samples",
 * "higher_is_better", "groups" beside it. A filter other than `none` stays with the metric
 * ("exact_match,flexible-extract"); a chat template or a system prompt makes a prompt
 * variant of its own ("chat"). */
#ifndef ONS_IMPORT_LM_EVAL_H
#define ONS_IMPORT_LM_EVAL_H

#include "import/rows.h"
#include "text/json.h"

/* Is it such a document? */
bool ons_lm_eval_is(const ons_json_at *root);

/* What all tasks of one document have in common. Borrows root and in. */
typedef struct ons_lm_eval_run {
    const ons_json_at *root;
    ons_import *in;
    ons_model_scale model;
    bool known; /* else its rows are only counted */
    ons_str prompt, seed;
    double shots; /* where "n-shot" does not say it by task */
    double loss;
} ons_lm_eval_run;

/* name: what the model is called where the file does not say it (a folder); may be empty.
 * Errors: FORMAT (no name at all), NOMEM. */
ons_status ons_lm_eval_open(const ons_json_at *root, ons_str name, ons_import *in,
                            ons_lm_eval_run *ret_run, ons_err *err);
/* Its rows into `in`. Errors: FORMAT (path inside the document), LIMIT, NOMEM. */
ons_status ons_lm_eval_rows(const ons_lm_eval_run *run, ons_err *err);
/* NaN: not said. */
double ons_lm_eval_shots(const ons_lm_eval_run *run, const char *task);
/* Both. */
ons_status ons_lm_eval_read(const ons_json_at *root, ons_str name, ons_import *in, ons_err *err);

/* The model that "config" names: "pretrained=…,revision=…", as ons_models_find takes it, or an
 * empty text. buf: where it is put together. */
ons_str ons_lm_eval_model(const ons_json_at *root, ons_buf *buf);

#endif
