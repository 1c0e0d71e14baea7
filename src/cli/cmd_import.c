#include "cli/notes.h"
#include "os/file.h"
#include "run/record.h"
#include "text/json_out.h"

static ons_status summary(const ons_cli *cli, const ons_results_import *x, const char *db,
                          ons_err *err)
{
    if (!cli->json) {
        ons_cli_note(cli, "%zu scores from %zu files are in %s; onset verdict %s decides them",
                     x->in.n_rows, x->n_read, db, db);
        return ONS_OK;
    }
    ons_buf b;
    ons_buf_init(&b, 1 << 16);
    ons_json_out w = ons_json_out_make(&b);
    const struct {
        const char *key;
        size_t n;
    } count[] = {{"files", x->n_read},
                 {"scores", x->in.n_rows},
                 {"answers", x->n_answers},
                 {"files_failed", x->n_failed},
                 {"series_left_out", x->in.n_left_out},
                 {"models_unknown", x->in.n_unknown},
                 {"scores_not_finite", x->in.n_not_finite}};
    ons_json_open(&w, '{');
    for (size_t i = 0; i < sizeof count / sizeof *count; i++) {
        ons_json_member_u64(&w, count[i].key, count[i].n);
    }
    ons_json_close(&w);
    ons_buf_char(&b, '\n');
    ons_status s = ons_cli_print(&b, err);
    ons_buf_release(&b);
    return s;
}

/* Raw answers go into the store as they are read, under ids of their content, so that the same
 * import again adds nothing; the scores go in at the end, all or none. */
static ons_status read_into(ons_cli *cli, ons_results_import *x, const ons_args *args,
                            ons_import_options *o, ons_store *store, ons_err *err)
{
    o->store = store;
    ONS_TRY(ons_notes_read(cli, x, args->positional + 1, args->n_positional - 1, o, err));
    return ons_results_import_store(x, store, err);
}

static ons_status import_into(ons_cli *cli, ons_results_import *x, const ons_args *args,
                              ons_import_options *o, const char *db, ons_err *err)
{
    ons_store *store;
    ons_record record;
    const ons_store_run run = {.version = ONS_S("onset " ONS_VERSION),
                               .command = {cli->program_line, strlen(cli->program_line)},
                               .seed = cli->seed,
                               .threads = cli->threads};
    const bool fresh = !ons_file_exists(db);
    ONS_TRY(ons_store_open(db, ONS_STORE_WRITE, &store, err));
    ons_status s = ons_record_begin(&record, store, &run, NULL, err);
    if (s == ONS_OK) s = ons_record_end(&record, read_into(cli, x, args, o, store, err), err);
    if (s == ONS_OK) s = ons_store_sync(store, err);
    ons_store_close(store);
    /* A database that holds nothing yet is no use to anybody. */
    if (s != ONS_OK && s != ONS_INTERRUPTED && fresh) (void)ons_file_remove(db, NULL);
    return s;
}

/* The table of public models, to look into and to start one's own from. */
static ons_status print_models(ons_err *err)
{
    ons_buf b;
    const ons_str table = ons_models_builtin();
    ons_buf_init(&b, table.len + 1);
    ons_buf_str_add(&b, table);
    ons_status s = ons_cli_print(&b, err);
    ons_buf_release(&b);
    return s;
}

ons_status ons_cmd_import(ons_cli *cli, const ons_args *args, ons_err *err)
{
    const char *db = ons_args_text(args, "output", NULL);
    size_t format = 0;
    if (ons_args_has(args, "example")) return print_models(err);
    if (args->n_positional < 2)
        return ONS_FAIL(err, ONS_USAGE,
                        "import needs a format (lm-eval, bigbench, helm, csv or "
                        "auto) and files or folders");
    while (ons_import_format_names[format] &&
           strcmp(ons_import_format_names[format], args->positional[0]) != 0)
        format++;
    if (!ons_import_format_names[format])
        return ONS_FAIL(err, ONS_USAGE,
                        "no format '%s', allowed are lm-eval, bigbench, helm, csv and auto",
                        args->positional[0]);
    if (!db) return ONS_FAIL(err, ONS_USAGE, "import needs -o DB, the database for the scores");
    ons_import_options o = {.format = (ons_import_format)format,
                            .strict = ons_args_has(args, "strict")};
    ons_results_import *x;
    ONS_TRY(ons_results_import_new(ons_args_text(args, "models", NULL), &x, err));
    ons_status s = import_into(cli, x, args, &o, db, err);
    if (s == ONS_OK) s = summary(cli, x, db, err);
    if (s == ONS_OK) s = ons_notes_status(x, err);
    ons_results_import_free(x);
    return s;
}
