#include "cli/show.h"

#include <math.h>

#include "cli/progress.h"
#include "os/file.h"
#include "report/terminal.h"

#define OUTPUT_BYTES_MAX ((size_t)1 << 30)

static const char more_text[] =
    "A row for each of them: onset verdict, or onset report --text, with --all; "
    "some: --task NAME.";

ons_results_options ons_show_options(const ons_cli *cli, const char *command)
{
    return (ons_results_options){.series = {.w0 = (double)NAN},
                                 .n_threads = cli->threads,
                                 .seed = cli->seed,
                                 .command = command};
}

ons_status ons_show_render(const ons_cli *cli, ons_results *r, ons_buf *out, ons_err *err)
{
    if (cli->json) return ons_results_json(r, out, err);
    ons_report report;
    const ons_terminal_options o = {.columns = cli->columns,
                                    .unicode = cli->unicode,
                                    .letters = cli->letters,
                                    .colour = cli->colour,
                                    .rows_most = cli->rows_most,
                                    .plot_most = cli->plot_most,
                                    .more = more_text};
    ONS_TRY(ons_results_report(r, &report, err));
    return ons_report_terminal(&report, &o, out, err);
}

void ons_show_left_out(const ons_cli *cli, const ons_results *r)
{
    if (r->set.n_off_axis == 0) return;
    const unsigned axes = r->options.series.axes;
    const bool one = (axes & (axes - 1)) == 0;
    for (unsigned a = ONS_AXIS_FLOPS; one && a <= ONS_AXIS_LOSS; a++)
        if (axes & 1u << a)
            ons_cli_note(cli, "warning: %zu of %zu rows have no %s and are left out",
                         r->set.n_off_axis, r->set.n_rows, ons_axis_names[a]);
    if (!one)
        ons_cli_note(cli, "warning: %zu scores have no place on an axis and are left out there",
                     r->set.n_off_axis);
}

ons_status ons_show_results(const ons_cli *cli, ons_results *r, ons_err *err)
{
    ons_buf out;
    ons_show_left_out(cli, r);
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    ons_status s = ons_show_render(cli, r, &out, err);
    if (s == ONS_OK) s = ons_cli_print(&out, err);
    ons_buf_release(&out);
    return s;
}

ons_status ons_show_find_store(const char *given, char *buf, ons_err *err)
{
    bool dir = ons_dir_exists(given);
    ONS_TRY(ons_path_format(buf, ONS_PATH_MAX, err, "%s%s", given, dir ? "/onset.db" : ""));
    if (ons_file_exists(buf)) return ONS_OK;
    ons_status s =
        dir ? ONS_FAIL(err, ONS_IO, "no onset.db in this directory, so it is no study directory")
            : ONS_FAIL(err, ONS_IO, "no such database");
    s = ons_err_where(err, s, "%s", given);
    return ons_err_hint(err, s,
                        "onset demo -o DIR, or onset eval -m MODEL -t TASK -o DIR for "
                        "every model, makes a DIR that can be read");
}

ons_status ons_show_decide(ons_cli *cli, ons_store *store, ons_score *row, size_t n_rows,
                           const ons_results_options *o, ons_results *ret_r, ons_err *err)
{
    ons_progress *progress;
    ons_results_options told = *o;
    ONS_TRY(ons_progress_new(cli, &progress, err));
    told.monitor = ons_progress_monitor(progress);
    const ons_status s = store ? ons_results_of_store(store, &told, ret_r, err)
                               : ons_results_of_rows(row, n_rows, &told, ret_r, err);
    ons_progress_free(progress);
    if (s == ONS_OK) ret_r->options.monitor = NULL;
    return s;
}

ons_status ons_show_store(ons_cli *cli, const char *db, ons_err *err)
{
    ons_store *store;
    ons_results r;
    const ons_results_options o = ons_show_options(cli, NULL);
    ONS_TRY(ons_store_open(db, ONS_STORE_READ, &store, err));
    /* The run has decided: that is in the store, and not a stage to be told of again. */
    ons_status s = ons_results_of_store(store, &o, &r, err);
    if (s == ONS_OK) {
        s = ons_show_results(cli, &r, err);
        ons_results_release(&r);
    }
    ons_store_close(store);
    return s;
}
