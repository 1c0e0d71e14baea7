#include "cli/scores_in.h"

#include <string.h>

#include "base/parse.h"
#include "cli/notes.h"
#include "cli/show.h"
#include "cli/show_compare.h"
#include "os/file.h"

#define COLUMN_BYTES_MAX 256 /* of the name of a column */

/* What SQLite writes at the start of every database. */
static bool is_database(const char *path)
{
    static const char magic[] = "SQLite format 3";
    ons_mapping m;
    if (ons_file_map(path, &m, NULL) != ONS_OK) return false; /* a pipe, or nothing there */
    bool yes = m.bytes.len >= sizeof magic && memcmp(m.bytes.ptr, magic, sizeof magic) == 0;
    ons_file_unmap(&m);
    return yes;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

/* The column of the option compare that is to be read from tables; NULL: none. */
static const char *group_column(const ons_args *args, char *buf, size_t cap)
{
    ons_compare_options compare;
    if (ons_show_compare_options(args, &compare, NULL) != ONS_OK || !compare.column.ptr ||
        ons_compare_is_known(compare.column) || compare.column.len >= cap)
        return NULL;
    memcpy(buf, compare.column.ptr, compare.column.len);
    buf[compare.column.len] = '\0';
    return buf;
}

/* Tables and result files, or folders of them, without keeping a database. */
static ons_status read_files(ons_cli *cli, const ons_args *args, const ons_results_options *options,
                             ons_scores_use *use, void *ctx, ons_err *err)
{
    char column[COLUMN_BYTES_MAX];
    const ons_import_options o = {.format = ONS_IMPORT_AUTO,
                                  .strict = ons_args_has(args, "strict"),
                                  .recipe = ons_args_text(args, "recipe", NULL),
                                  .group = group_column(args, column, sizeof column)};
    ons_results_import *x;
    ons_results r;
    ONS_TRY(ons_results_import_new(ons_args_text(args, "models", NULL), &x, err));
    ons_status s = ons_notes_read(cli, x, args->positional, args->n_positional, &o, err);
    if (s == ONS_OK) s = ons_show_decide(cli, NULL, x->in.row, x->in.n_rows, options, &r, err);
    if (s == ONS_OK) {
        s = use(cli, &r, ctx, err);
        ons_results_release(&r);
    }
    if (s == ONS_OK) s = ons_notes_status(x, err);
    ons_results_import_free(x);
    return s;
}

static ons_status read_store(ons_cli *cli, const char *given, const ons_results_options *options,
                             ons_scores_use *use, void *ctx, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ons_store *store;
    ons_results r;
    ONS_TRY(ons_show_find_store(given, path, err));
    ONS_TRY(ons_store_open(path, ONS_STORE_READ, &store, err));
    ons_status s = ons_show_decide(cli, store, NULL, 0, options, &r, err);
    if (s == ONS_OK) {
        s = use(cli, &r, ctx, err);
        ons_results_release(&r);
    }
    ons_store_close(store);
    return s;
}

/* A database, or a study directory: a folder with an onset.db. */
bool ons_scores_is_store(const char *path)
{
    char db[ONS_PATH_MAX];
    if (!ons_dir_exists(path)) return is_database(path) || ends_with(path, ".db");
    return ons_path_format(db, sizeof db, NULL, "%s/onset.db", path) == ONS_OK &&
           ons_file_exists(db);
}

ons_status ons_scores_no_table_options(const ons_args *args, const char *given, ons_err *err)
{
    static const char *const option[] = {"recipe", "models", "strict"};
    for (size_t i = 0; i < sizeof option / sizeof *option; i++) {
        if (!ons_args_has(args, option[i])) continue;
        ons_status s =
            ONS_FAIL(err, ONS_USAGE, "--%s is for tables and result files, '%s' is a database",
                     option[i], given);
        return i == 0 ? ons_err_hint(err, s, "onset export csv %s -o DIR, for tables", given) : s;
    }
    return ONS_OK;
}

/* A folder in which nothing is found is more likely an unfinished study. */
ons_status ons_scores_in(ons_cli *cli, const ons_args *args, const ons_results_options *o,
                         ons_scores_use *use, void *ctx, ons_err *err)
{
    const char *first = args->positional[0];
    if (args->n_positional == 1 && ons_scores_is_store(first)) {
        ONS_TRY(ons_scores_no_table_options(args, first, err));
        return read_store(cli, first, o, use, ctx, err);
    }
    for (size_t i = 0; i < args->n_positional; i++)
        if (ons_scores_is_store(args->positional[i]))
            return ONS_FAIL(err, ONS_USAGE,
                            "several inputs must all be tables or result files, '%s' is none",
                            args->positional[i]);
    ons_status s = read_files(cli, args, o, use, ctx, err);
    if (s == ONS_IO && args->n_positional == 1 && ons_dir_exists(first))
        return read_store(cli, first, o, use, ctx, err);
    return s;
}

ons_status ons_scores_axes(const ons_args *args, unsigned *ret_axes, ons_err *err)
{
    ons_str rest = ons_str_of(ons_args_text(args, "axis", "auto")), word;
    *ret_axes = 0;
    if (ons_str_eq(rest, ONS_S("auto"))) return ONS_OK;
    do {
        (void)ons_str_cut(&rest, ',', &word);
        unsigned a = ONS_AXIS_FLOPS;
        while (a <= ONS_AXIS_LOSS && !ons_str_eq(word, ons_str_of(ons_axis_names[a]))) a++;
        if (a > ONS_AXIS_LOSS)
            return ONS_FAIL(err, ONS_USAGE,
                            "--axis is '" ONS_STR_FMT
                            "', allowed are auto, or some of flops,params,tokens,loss",
                            ONS_STR(word));
        *ret_axes |= 1u << a;
    } while (rest.len > 0);
    return ONS_OK;
}
