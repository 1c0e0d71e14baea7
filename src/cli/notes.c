#include "cli/notes.h"

#include "cli/progress.h"

#define ASK_BYTES_MAX ((size_t)1 << 20)

static void show_note(const ons_cli *cli, const ons_import_note *n)
{
    const char *kind = n->severity == ONS_IMPORT_ERROR ? "warning" : "note";
    if (n->line && n->column) {
        ons_cli_note(cli, "%s: " ONS_STR_FMT " (" ONS_STR_FMT ":%u:%u)", kind, ONS_STR(n->message),
                     ONS_STR(n->file), n->line, n->column);
    } else if (n->line) {
        ons_cli_note(cli, "%s: " ONS_STR_FMT " (" ONS_STR_FMT ":%u)", kind, ONS_STR(n->message),
                     ONS_STR(n->file), n->line);
    } else if (n->file.len) {
        ons_cli_note(cli, "%s: " ONS_STR_FMT " (" ONS_STR_FMT ")", kind, ONS_STR(n->message),
                     ONS_STR(n->file));
    } else {
        ons_cli_note(cli, "%s: " ONS_STR_FMT, kind, ONS_STR(n->message));
    }
}

static const char *are(size_t n) { return n == 1 ? "is" : "are"; }
static const char *scores_are(size_t n) { return n == 1 ? "score is" : "scores are"; }

ons_status ons_notes_show(const ons_cli *cli, const ons_results_import *x, ons_err *err)
{
    const ons_import *in = &x->in;
    ons_buf ask;
    for (size_t i = 0; i < in->n_notes; i++) show_note(cli, &in->note[i]);
    if (in->n_unsaid) ons_cli_note(cli, "warning: and %zu more of these", in->n_unsaid);
    if (in->n_not_finite)
        ons_cli_note(cli,
                     "note: %zu %s NaN or infinite and %s passed over (" ONS_STR_FMT
                     " of " ONS_STR_FMT " is the first)",
                     in->n_not_finite, scores_are(in->n_not_finite), are(in->n_not_finite),
                     ONS_STR(in->not_finite_metric), ONS_STR(in->not_finite_task));
    if (in->n_untrained)
        ons_cli_note(cli, "note: %zu score%s of models before their first step %s passed over",
                     in->n_untrained, in->n_untrained == 1 ? "" : "s", are(in->n_untrained));
    if (in->n_same)
        ons_cli_note(cli, "note: %zu score%s stood there twice and count%s once", in->n_same,
                     in->n_same == 1 ? "" : "s", in->n_same == 1 ? "s" : "");
    if (x->n_other)
        ons_cli_note(cli, "note: %zu JSON file%s no results and %s passed over", x->n_other,
                     x->n_other == 1 ? " holds" : "s hold", are(x->n_other));
    ons_buf_init(&ask, ASK_BYTES_MAX);
    ons_import_ask(in, &ask);
    ons_status s = ons_buf_status(&ask, err);
    if (s == ONS_OK && ask.len)
        ons_cli_note(cli, "warning: %.*s", (int)ask.len - 1, ons_buf_cstr(&ask));
    ons_buf_release(&ask);
    return s;
}

ons_status ons_notes_status(const ons_results_import *x, ons_err *err)
{
    const ons_import *in = &x->in;
    size_t rows = 0;
    for (size_t i = 0; i < in->n_unknown; i++) rows += in->unknown[i].n_rows;
    if (in->n_errors == 0 && rows == 0) return ONS_OK;
    return ONS_FAIL(err, ONS_PARTIAL,
                    "left out: %zu files, %zu series, %zu rows of %zu models that are not known",
                    x->n_failed, in->n_left_out, rows, in->n_unknown);
}

ons_status ons_notes_read(ons_cli *cli, ons_results_import *x, const char *const *path,
                          size_t n_paths, const ons_import_options *o, ons_err *err)
{
    ons_progress *progress;
    ONS_TRY(ons_progress_new(cli, &progress, err));
    ons_status s =
        ons_results_import_paths(x, path, n_paths, o, ons_progress_monitor(progress), err);
    ons_progress_free(progress);
    return s == ONS_OK ? ons_notes_show(cli, x, err) : s;
}
