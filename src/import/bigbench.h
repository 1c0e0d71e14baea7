/* Score files of BIG-bench: {"scores": […], "task": {"task_name"}, "model": {…}}. The only
 * format of others that says how large a model is and how long it was trained. */
#ifndef ONS_IMPORT_BIGBENCH_H
#define ONS_IMPORT_BIGBENCH_H

#include "import/rows.h"
#include "text/json.h"

bool ons_bigbench_is(const ons_json_at *root);
/* Errors: FORMAT (path inside the document), LIMIT, NOMEM. */
ons_status ons_bigbench_read(const ons_json_at *root, ons_import *in, ons_err *err);

#endif
