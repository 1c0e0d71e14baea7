/* Ladder files: YAML that people write, read into an ons_ladder.
 *
 * Every key of the file format, no others: a typo is named with the nearest key and
 * its line. What this version cannot do is refused by name, never ignored. */
#ifndef ONS_STUDY_LADDER_FILE_H
#define ONS_STUDY_LADDER_FILE_H

#include "base/slice.h"
#include "base/status.h"
#include "train/ladder.h"

/* file: for messages, borrowed during the call.
 * Errors: FORMAT (FILE:LINE:COLUMN), UNSUPPORTED, LIMIT, NOMEM. */
ons_status ons_ladder_parse(ons_str text, const char *file, ons_ladder *ret_ladder, ons_err *err);

/* The ladder of `onset demo`: examples/pocket.yaml. */
ons_str ons_ladder_pocket_text(void);

#endif
