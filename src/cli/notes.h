/* What reading result files has to say, for people. */
#ifndef ONS_CLI_NOTES_H
#define ONS_CLI_NOTES_H

#include "cli/cli.h"
#include "study/import.h"

/* The notes, the question about unknown models, and what was passed over. */
ons_status ons_notes_show(const ons_cli *cli, const ons_results_import *x, ons_err *err);
/* OK, or PARTIAL with a count where files, rows or models were left out. */
ons_status ons_notes_status(const ons_results_import *x, ons_err *err);
/* Reads paths with a progress display and shows the notes. */
ons_status ons_notes_read(ons_cli *cli, ons_results_import *x, const char *const *path,
                          size_t n_paths, const ons_import_options *o, ons_err *err);

#endif
