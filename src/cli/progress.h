/* Progress on stderr: on a terminal one line per running job and one for the
 * whole, redrawn in place; elsewhere a line every ten seconds; with --log-json
 * one JSON object per event. */
#ifndef ONS_CLI_PROGRESS_H
#define ONS_CLI_PROGRESS_H

#include "base/monitor.h"
#include "cli/cli.h"

typedef struct ons_progress ons_progress;

/* Errors: NOMEM. */
ons_status ons_progress_new(ons_cli *cli, ons_progress **ret_p, ons_err *err);
/* Clears what was drawn. NULL is fine. */
void ons_progress_free(ons_progress *p);
/* The monitor to hand to long work; its stop() looks for Ctrl-C. */
const ons_monitor *ons_progress_monitor(const ons_progress *p);

#endif
