/* Onsets of groups side by side, on stdout. */
#ifndef ONS_CLI_SHOW_COMPARE_H
#define ONS_CLI_SHOW_COMPARE_H

#include "cli/args.h"
#include "cli/cli.h"
#include "study/compare.h"
#include "study/results.h"

/* Option compare: COLUMN or COLUMN=BASE. *ret_o is borrowed from args; column.ptr NULL: not given.
 * Errors: USAGE. */
ons_status ons_show_compare_options(const ons_args *args, ons_compare_options *ret_o, ons_err *err);

/* Compares, and prints a table or JSON Lines. Errors: USAGE, NOMEM, IO. */
ons_status ons_show_compare(const ons_cli *cli, ons_results *r, const ons_compare_options *o,
                            ons_err *err);

#endif
