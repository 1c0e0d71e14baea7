#include <string.h>

#include "cli/cli.h"
#include "cli/show.h"
#include "os/file.h"
#include "study/study.h"

/* report.html beside the database. */
static ons_status default_page(const char *db, char *buf, ons_err *err)
{
    const char *slash = strrchr(db, '/');
    int n = slash ? (int)(slash - db) + 1 : 0;
    return ons_path_format(buf, ONS_PATH_MAX, err, "%.*sreport.html", n, db);
}

ons_status ons_cmd_report(ons_cli *cli, const ons_args *args, ons_err *err)
{
    char db[ONS_PATH_MAX], page[ONS_PATH_MAX];
    if (args->n_positional != 1)
        return ONS_FAIL(err, ONS_USAGE, "report takes one database, %zu arguments were given",
                        args->n_positional);
    const char *given = args->positional[0], *out = ons_args_text(args, "output", NULL);
    ONS_TRY(ons_show_find_store(given, db, err));
    if (ons_args_has(args, "text") || cli->json) return ons_show_store(cli, db, err);
    if (out) {
        ONS_TRY(ons_path_format(page, sizeof page, err, "%s", out));
    } else {
        ONS_TRY(default_page(db, page, err));
    }
    ONS_TRY(ons_study_write_page(db, page, cli->threads, cli->seed, "onset report onset.db", err));
    ons_cli_note(cli, "report: %s", page);
    return ONS_OK;
}
