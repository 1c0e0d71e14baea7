/* The raw answers that lie beside a result file of lm-evaluation-harness. Inside study/ only. */
#ifndef ONS_STUDY_IMPORT_SAMPLES_H
#define ONS_STUDY_IMPORT_SAMPLES_H

#include "import/samples.h"

/* Of DIR/results_TIME.json every DIR/samples_TASK_TIME.jsonl, line by line. A bad file is noted
 * and passed over. *n_failed is counted up. Errors: NOMEM, and those of whoever takes answers. */
ons_status ons_import_samples(const ons_lm_eval_run *run, const char *path, bool strict,
                              size_t *n_failed, ons_err *err);

#endif
