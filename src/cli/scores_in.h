/* Scores from whatever a user names: tables, result files, folders, a study, a database. */
#ifndef ONS_CLI_SCORES_IN_H
#define ONS_CLI_SCORES_IN_H

#include "cli/cli.h"
#include "study/results.h"

/* What is done with them; the results are released afterwards. */
typedef ons_status ons_scores_use(ons_cli *cli, ons_results *r, void *ctx, ons_err *err);

/* Reads all positional arguments (at least one), with the options recipe, models and
 * strict. Errors: those of `use`, USAGE (a database among several inputs, or with such an option), IO, PARTIAL (what is
 * malformed was left out, the rest was used). */
ons_status ons_scores_in(ons_cli *cli, const ons_args *args, const ons_results_options *o,
                         ons_scores_use *use, void *ctx, ons_err *err);

/* Refuses what a database has no use for: the options recipe, models and strict.
 * Errors: USAGE. */
ons_status ons_scores_no_table_options(const ons_args *args, const char *given, ons_err *err);

/* Is it a database, or a folder with an onset.db? */
bool ons_scores_is_store(const char *path);

/* Option axis: "params", "flops,params", "auto" (0: none in particular). */
ons_status ons_scores_axes(const ons_args *args, unsigned *ret_axes, ons_err *err);

#endif
