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
/* Rows of one file into `in`. name: what the model is called where the file does not say it (a
 * folder); may be empty. Errors: FORMAT (path inside the document), LIMIT, NOMEM. */
ons_status ons_lm_eval_read(const ons_json_at *root, ons_str name, ons_import *in, ons_err *err);

/* The model that "config" names: "pretrained=…,revision=…", as ons_models_find takes it, or an
 * empty text. buf: where it is put together. */
ons_str ons_lm_eval_model(const ons_json_at *root, ons_buf *buf);

#endif
