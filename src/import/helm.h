/* Runs of HELM: stats.json (what was measured) beside run_spec.json (of which model, how).
 *
 * Built by the published schema of the two files: no run of HELM was at hand to try it on. Only
 * what stands for undisturbed questions is read, of the test split where there is one. */
#ifndef ONS_IMPORT_HELM_H
#define ONS_IMPORT_HELM_H

#include "import/rows.h"
#include "text/json.h"

/* Is it a stats.json: a list of {"name": {"name", "split"}, "count", "mean"}? */
bool ons_helm_is(const ons_json_at *stats);
/* Errors: FORMAT (path inside the document), LIMIT, NOMEM. */
ons_status ons_helm_read(const ons_json_at *stats, const ons_json_at *spec, ons_import *in,
                         ons_err *err);

#endif
