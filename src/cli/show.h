/* Results on stdout, as a person or a script wants them. */
#ifndef ONS_CLI_SHOW_H
#define ONS_CLI_SHOW_H

#include "cli/cli.h"
#include "study/results.h"

/* The report for the terminal, or JSON Lines with --json: appended to `out`. */
ons_status ons_show_render(const ons_cli *cli, ons_results *r, ons_buf *out, ons_err *err);
/* The same on stdout. */
ons_status ons_show_results(const ons_cli *cli, ons_results *r, ons_err *err);
/* The same of a store that is on disk. */
ons_status ons_show_store(ons_cli *cli, const char *db, ons_err *err);
/* Results of a store, or of rows where store is NULL, while progress is shown. */
ons_status ons_show_decide(ons_cli *cli, ons_store *store, ons_score *row, size_t n_rows,
                           const ons_results_options *o, ons_results *ret_r, ons_err *err);
/* Warns of rows that have no place on the axis. */
void ons_show_left_out(const ons_cli *cli, const ons_results *r);
/* The database that a user names: a file, or a directory that stands for its onset.db.
 * buf: [ONS_PATH_MAX]. Errors: IO, with how such a directory is made. */
ons_status ons_show_find_store(const char *given, char *buf, ons_err *err);
/* How the terminal wants it. */
ons_results_options ons_show_options(const ons_cli *cli, const char *command);

#endif
