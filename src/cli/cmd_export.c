#include <string.h>

#include "cli/show.h"
#include "os/file.h"
#include "study/export.h"

static ons_status write_all(const ons_cli *cli, const char *db, size_t format, const char *dir,
                            ons_err *err)
{
    ons_store *store;
    size_t n = 0;
    const ons_results_options o = ons_show_options(cli, NULL);
    ONS_TRY(ons_store_open(db, ONS_STORE_READ, &store, err));
    ons_status s = ons_export_write(store, (ons_export_format)format, dir, &o, &n, err);
    ons_store_close(store);
    if (s == ONS_OK) ons_cli_note(cli, "%zu file%s in %s", n, n == 1 ? "" : "s", dir);
    return s;
}

ons_status ons_cmd_export(ons_cli *cli, const ons_args *args, ons_err *err)
{
    char db[ONS_PATH_MAX];
    size_t format = 0;
    const char *dir = ons_args_text(args, "output", NULL);
    if (args->n_positional != 2)
        return ONS_FAIL(err, ONS_USAGE,
                        "export takes a format (csv, json or lm-eval) and one "
                        "database, %zu arguments were given",
                        args->n_positional);
    while (ons_export_format_names[format] &&
           strcmp(ons_export_format_names[format], args->positional[0]) != 0)
        format++;
    if (!ons_export_format_names[format])
        return ONS_FAIL(err, ONS_USAGE, "no format '%s', allowed are csv, json and lm-eval",
                        args->positional[0]);
    if (!dir) return ONS_FAIL(err, ONS_USAGE, "export needs -o DIR, the folder for the files");
    ONS_TRY(ons_show_find_store(args->positional[1], db, err));
    return write_all(cli, db, format, dir, err);
}
