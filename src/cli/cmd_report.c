#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "cli/cli.h"
#include "cli/scores_in.h"
#include "cli/show.h"
#include "os/file.h"
#include "report/export.h"
#include "study/rescore.h"

#define OUTPUT_BYTES_MAX  ((size_t)1 << 30)
#define COMMAND_BYTES_MAX ((size_t)1 << 16)
#define INPUTS_TOLD       12 /* files that the page's command names */
#define CHANGES_TOLD      20 /* a store with another fault than that has it in all of them */

/* What goes to stdout, or into the file of -o; one of them in one call. */
typedef enum output { PAGE, TEXT, JSON, CSV, LATEX } output;
static const char *const output_option[] = {NULL, "text", "json", "csv", "latex"};

typedef struct request {
    output output;
    const char *db, *file, *svg_dir; /* file: NULL is stdout; of a page: the default place */
    char store[ONS_PATH_MAX];        /* where db is, of one */
    ons_buf command;                 /* what reproduces the page */
} request;

static ons_status read_request(const ons_cli *cli, const ons_args *args, request *ret_r,
                               ons_err *err)
{
    ret_r->file = ons_args_text(args, "output", NULL);
    ret_r->svg_dir = ons_args_text(args, "svg", NULL);
    for (output o = TEXT; o <= LATEX; o++) {
        const bool given = o == JSON ? cli->json : ons_args_has(args, output_option[o]);
        if (!given) continue;
        if (ret_r->output != PAGE)
            return ONS_FAIL(err, ONS_USAGE, "--%s and --%s: one of them in one call",
                            output_option[ret_r->output], output_option[o]);
        ret_r->output = o;
    }
    if (ret_r->output != PAGE && ons_args_has(args, "describe"))
        return ONS_FAIL(err, ONS_USAGE,
                        "--describe is for the page, --%s has no place for it (onset verdict "
                        "--describe has, with --json too)",
                        output_option[ret_r->output]);
    return ONS_OK;
}

static ons_status render(const ons_cli *cli, output o, ons_results *r, ons_buf *out, ons_err *err)
{
    ons_report report;
    if (o == TEXT || o == JSON) return ons_show_render(cli, r, out, err);
    ONS_TRY(ons_results_report(r, &report, err));
    if (o == CSV) return ons_report_csv(&report, out, err);
    if (o == LATEX) return ons_report_latex(&report, out, err);
    return ons_report_html(&report, out, err);
}

/* report.html beside the database. */
static ons_status default_page(const char *db, char *buf, ons_err *err)
{
    const char *slash = strrchr(db, '/');
    int n = slash ? (int)(slash - db) + 1 : 0;
    return ons_path_format(buf, ONS_PATH_MAX, err, "%.*sreport.html", n, db);
}

static ons_status write_output(const ons_cli *cli, const request *q, ons_results *r, ons_err *err)
{
    char page[ONS_PATH_MAX];
    const char *file = q->file;
    if (!file && q->output == PAGE) {
        ONS_TRY(default_page(q->db, page, err));
        file = page;
    }
    ons_buf out;
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    ons_status s = render(cli, q->output, r, &out, err);
    if (s == ONS_OK)
        s = file ? ons_file_write(file, ons_buf_bytes(&out), err) : ons_cli_print(&out, err);
    ons_buf_release(&out);
    if (s == ONS_OK && file) ons_cli_note(cli, "report: %s", file);
    return s;
}

typedef struct folder {
    const char *dir;
    size_t n;
} folder;

static ons_status take_figure(void *ctx, const char *name, ons_str svg, ons_err *err)
{
    folder *f = ctx;
    char path[ONS_PATH_MAX];
    f->n++;
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/%s", f->dir, name));
    return ons_file_write(path, (ons_bytes){(const uint8_t *)svg.ptr, svg.len}, err);
}

static ons_status write_figures(const ons_cli *cli, const char *dir, ons_results *r, ons_err *err)
{
    folder f = {.dir = dir};
    ons_report report;
    ONS_TRY(ons_results_report(r, &report, err));
    ONS_TRY(ons_dir_make(dir, err));
    ONS_TRY(ons_report_figures(&report, take_figure, &f, err));
    ons_cli_note(cli, "figures: %s (%zu files)", dir, f.n);
    return ONS_OK;
}

static ons_status write_all(const ons_cli *cli, const request *q, ons_results *r, ons_err *err)
{
    ons_show_left_out(cli, r);
    if (q->svg_dir) ONS_TRY(write_figures(cli, q->svg_dir, r, err));
    if (q->svg_dir && q->output == PAGE && !q->file) return ONS_OK; /* figures were asked for */
    return write_output(cli, q, r, err);
}

/* ---- --rescore ---- */

static void tell_rescored(const ons_cli *cli, const ons_rescore *r, ons_str changes)
{
    ons_str line;
    ons_cli_note(cli, "rescored: %zu scores from their responses, %zu changed", r->n_scores,
                 r->n_changed);
    for (size_t i = 0; i < CHANGES_TOLD && changes.len; i++) {
        (void)ons_str_cut(&changes, '\n', &line);
        ons_cli_note(cli, "  " ONS_STR_FMT, ONS_STR(line));
    }
    if (r->n_changed > CHANGES_TOLD)
        ons_cli_note(cli, "  and %zu more", r->n_changed - CHANGES_TOLD);
    if (r->n_incomplete)
        ons_cli_note(cli, "  %zu evaluations are not complete and are left as they are",
                     r->n_incomplete);
    if (r->n_unknown)
        ons_cli_note(cli,
                     "  %zu evaluations of tasks whose questions are not in the store are left as "
                     "they are",
                     r->n_unknown);
}

/* The verdicts that the store keeps are those of its scores again. */
static ons_status record_verdicts(ons_cli *cli, ons_store *store, ons_err *err)
{
    ons_results r;
    const ons_results_options o = ons_show_options(cli, NULL);
    ONS_TRY(ons_show_decide(cli, store, NULL, 0, &o, &r, err));
    ons_status s = ons_results_record(&r, store, err);
    ons_results_release(&r);
    return s;
}

static ons_status rescore(ons_cli *cli, ons_store *store, ons_err *err)
{
    ons_rescore told;
    ons_buf changes;
    ons_buf_init(&changes, OUTPUT_BYTES_MAX);
    ons_status s = ons_rescore_store(store, &told, &changes, err);
    if (s == ONS_OK) tell_rescored(cli, &told, ons_buf_str(&changes));
    ons_buf_release(&changes);
    if (s == ONS_OK && told.n_changed) s = record_verdicts(cli, store, err);
    return s;
}

/* ---- the command ---- */

/* For how many series a table of curves is fitted; only the page shows it. */
static size_t forms_up_to(const ons_args *args, const request *q)
{
    if (q->output != PAGE) return 0;
    return ons_args_has(args, "describe") ? SIZE_MAX : ONS_REPORT_FORMS_MAX;
}

/* The last part of a path, without the slash a folder may end with: no places of this machine. */
static ons_str base_name(const char *path)
{
    ons_str s = ons_str_of(path);
    while (s.len > 1 && s.ptr[s.len - 1] == '/') s.len--;
    size_t from = s.len;
    while (from > 0 && s.ptr[from - 1] != '/') from--;
    return from < s.len ? (ons_str){s.ptr + from, s.len - from} : s;
}

/* Of one file: its name without what says its format. */
static ons_str scores_name(const ons_args *args, const request *q)
{
    if (args->n_positional != 1) return ONS_S("");
    ons_str s = base_name(q->db[0] ? q->db : args->positional[0]);
    for (size_t i = s.len; i-- > 1;)
        if (s.ptr[i] == '.') return (ons_str){s.ptr, i};
    return s;
}

/* As a shell reads it back: quoted where it must be. */
static void shell_word(ons_str w, ons_buf *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./,=:+@%";
    bool quote = w.len == 0;
    for (size_t i = 0; i < w.len && !quote; i++) quote = !(w.ptr[i] && strchr(plain, w.ptr[i]));
    if (quote) ons_buf_char(out, '\'');
    for (size_t i = 0; i < w.len; i++) {
        if (w.ptr[i] == '\'')
            ons_buf_text(out, "'\\''");
        else
            ons_buf_char(out, w.ptr[i]);
    }
    if (quote) ons_buf_char(out, '\'');
}

static void input_words(const ons_args *args, const request *q, ons_buf *out)
{
    const size_t n = args->n_positional, told = n < INPUTS_TOLD ? n : INPUTS_TOLD;
    for (size_t i = 0; i < told; i++) {
        ons_buf_char(out, ' ');
        shell_word(base_name(q->db[0] ? q->db : args->positional[i]), out);
    }
    if (told < n) ons_buf_printf(out, " ... (%zu more)", n - told);
}

/* What the page says reproduces it: inputs by name, and every option that changes the page. */
static void command_words(const ons_cli *cli, const ons_args *args, request *q)
{
    static const char *const with_text[] = {"axis", "task", "models"};
    static const char *const flag[] = {"pool", "describe", "strict"};
    ons_buf *out = &q->command;
    ons_buf_text(out, "onset report");
    input_words(args, q, out);
    for (size_t i = 0; i < sizeof with_text / sizeof *with_text; i++) {
        const char *value = ons_args_text(args, with_text[i], NULL);
        if (!value) continue;
        ons_buf_printf(out, " --%s ", with_text[i]);
        shell_word(i == 2 ? base_name(value) : ons_str_of(value), out);
    }
    for (size_t i = 0; i < sizeof flag / sizeof *flag; i++)
        if (ons_args_has(args, flag[i])) ons_buf_printf(out, " --%s", flag[i]);
    if (cli->seed) ons_buf_printf(out, " --seed %" PRIu64, cli->seed);
}

static ons_status results_options(const ons_cli *cli, const ons_args *args, request *q,
                                  ons_results_options *ret_o, ons_err *err)
{
    command_words(cli, args, q);
    ONS_TRY(ons_buf_status(&q->command, err));
    ons_results_options o = ons_show_options(cli, ons_buf_cstr(&q->command));
    ONS_TRY(ons_scores_axes(args, &o.series.axes, err));
    o.series.pool = ons_args_has(args, "pool");
    o.tasks = ons_args_text(args, "task", NULL);
    o.forms_up_to = forms_up_to(args, q);
    o.name = scores_name(args, q);
    *ret_o = o;
    return ONS_OK;
}

static ons_status report(ons_cli *cli, const ons_args *args, request *q, ons_store *store,
                         ons_err *err)
{
    ons_results r;
    ons_results_options o;
    ONS_TRY(results_options(cli, args, q, &o, err));
    if (ons_args_has(args, "rescore")) ONS_TRY(rescore(cli, store, err));
    ONS_TRY(ons_show_decide(cli, store, NULL, 0, &o, &r, err));
    ons_status s = write_all(cli, q, &r, err);
    ons_results_release(&r);
    return s;
}

static ons_status report_store(ons_cli *cli, const ons_args *args, request *q, ons_err *err)
{
    ons_store *store;
    ONS_TRY(ons_scores_no_table_options(args, args->positional[0], err));
    ONS_TRY(ons_show_find_store(args->positional[0], q->store, err));
    q->db = q->store;
    const bool write = ons_args_has(args, "rescore");
    ONS_TRY(ons_store_open(q->db, write ? ONS_STORE_WRITE : ONS_STORE_READ, &store, err));
    ons_status s = report(cli, args, q, store, err);
    if (s == ONS_OK && write) s = ons_store_sync(store, err);
    ons_store_close(store);
    return s;
}

static ons_status use_scores(ons_cli *cli, ons_results *r, void *ctx, ons_err *err)
{
    return write_all(cli, ctx, r, err);
}

/* Tables and result files, without a database between. */
static ons_status report_files(ons_cli *cli, const ons_args *args, request *q, ons_err *err)
{
    ons_results_options o;
    q->db = "";
    ONS_TRY(results_options(cli, args, q, &o, err));
    return ons_scores_in(cli, args, &o, use_scores, q, err);
}

static ons_status report_inputs(ons_cli *cli, const ons_args *args, request *q, ons_err *err)
{
    if (args->n_positional == 0)
        return ONS_FAIL(err, ONS_USAGE,
                        "report needs a database, or tables, result files or folders of them");
    ONS_TRY(read_request(cli, args, q, err));
    const bool one = args->n_positional == 1;
    if (one && (ons_scores_is_store(args->positional[0]) || ons_args_has(args, "rescore")))
        return report_store(cli, args, q, err);
    if (ons_args_has(args, "rescore"))
        return ONS_FAIL(err, ONS_USAGE, "--rescore takes one database, %zu arguments were given",
                        args->n_positional);
    return report_files(cli, args, q, err);
}

ons_status ons_cmd_report(ons_cli *cli, const ons_args *args, ons_err *err)
{
    request q = {.output = PAGE};
    ons_buf_init(&q.command, COMMAND_BYTES_MAX);
    const ons_status s = report_inputs(cli, args, &q, err);
    ons_buf_release(&q.command);
    return s;
}
