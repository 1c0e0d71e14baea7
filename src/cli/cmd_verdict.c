#include <math.h>
#include <stdio.h>

#include "base/parse.h"
#include "cli/scores_in.h"
#include "cli/show.h"
#include "cli/show_compare.h"
#include "cli/table.h"

#define FORMS_BYTES_MAX ((size_t)1 << 30)

static const char example_csv[] =
    "family,model,params,tokens,task,metric,n_items,score,random_baseline\n"
    "mine,70M,70e6,300e9,two_digit_sums,exact_match,2000,.009,0\n"
    "mine,160M,160e6,300e9,two_digit_sums,exact_match,2000,.005,0\n"
    "mine,410M,410e6,300e9,two_digit_sums,exact_match,2000,.009,0\n"
    "mine,1.0B,1.0e9,300e9,two_digit_sums,exact_match,2000,.017,0\n"
    "mine,1.4B,1.4e9,300e9,two_digit_sums,exact_match,2000,.067,0\n"
    "mine,2.8B,2.8e9,300e9,two_digit_sums,exact_match,2000,.795,0\n"
    "mine,6.9B,6.9e9,300e9,two_digit_sums,exact_match,2000,.846,0\n"
    "mine,12B,12e9,300e9,two_digit_sums,exact_match,2000,.886,0\n";

static ons_status print_example(ons_err *err)
{
    ons_buf b;
    ons_buf_init(&b, sizeof example_csv);
    ons_buf_text(&b, example_csv);
    ons_status s = ons_cli_print(&b, err);
    ons_buf_release(&b);
    return s;
}

/* ---- --describe, for people ---- */

static void form_cell(ons_table *t, double v)
{
    ons_buf b;
    ons_buf_init(&b, 64);
    if (isfinite(v)) ons_buf_printf(&b, "%.1f", v);
    ons_table_cell(t, ons_buf_str(&b));
    ons_buf_release(&b);
}

static void series_forms(const ons_study_series *s, ons_table *t)
{
    bool first = true;
    for (int i = 0; s->forms && i < ONS_FORM_COUNT; i++) {
        const ons_form_fit *f = &s->forms->form[i];
        char q[24];
        if (!f->fitted) continue;
        (void)snprintf(q, sizeof q, "%zu", f->n_parameters);
        ons_table_cell(t, first ? s->family : ONS_S(""));
        ons_table_cell(t, first ? s->task : ONS_S(""));
        ons_table_cell(t, first ? s->metric : ONS_S(""));
        ons_table_cell(t, ons_str_of(ons_form_text((ons_form)i)));
        ons_table_cell(t, ons_str_of(q));
        form_cell(t, f->log_likelihood);
        form_cell(t, f->aicc);
        form_cell(t, f->bic);
        form_cell(t, f->loo);
        first = false;
    }
}

static ons_status print_forms(const ons_cli *cli, const ons_results *r, ons_err *err)
{
    static const ons_column columns[] = {{"family", false},  {"ability", false},
                                         {"metric", false},  {"curve", false},
                                         {"q", true},        {"ln likelihood", true},
                                         {"AICc", true},     {"BIC", true},
                                         {"left out", true}, {NULL, false}};
    ons_table t;
    ons_buf out;
    ons_table_init(&t, columns);
    ons_buf_init(&out, FORMS_BYTES_MAX);
    for (size_t i = 0; i < r->set.n; i++) series_forms(&r->set.series[i], &t);
    ons_cli_prose(cli, &out, "%s",
                  "\nCurves (q parameters), as descriptions: AICc does not decide. \"A step fits "
                  "better than a logistic\" calls 10 % of gradual series sharp, and 30 % of "
                  "those with a dip or a cap.\n\n");
    ons_table_print(&t, cli, &out);
    ons_status s = ons_cli_print(&out, err);
    ons_buf_release(&out);
    ons_table_release(&t);
    return s;
}

static ons_status show(ons_cli *cli, ons_results *r, void *ctx, ons_err *err)
{
    const ons_compare_options *compare = ctx;
    if (compare->column.ptr) return ons_show_compare(cli, r, compare, err);
    ONS_TRY(ons_show_results(cli, r, err));
    return r->options.forms_up_to > 0 && !cli->json ? print_forms(cli, r, err) : ONS_OK;
}

ons_status ons_cmd_verdict(ons_cli *cli, const ons_args *args, ons_err *err)
{
    static const char *const of_verdicts[] = {"describe", "plot"};
    if (ons_args_has(args, "example")) return print_example(err);
    if (args->n_positional == 0)
        return ONS_FAIL(err, ONS_USAGE,
                        "verdict needs CSV files, result files, a directory or a database");
    ons_results_options o = ons_show_options(cli, NULL);
    ONS_TRY(ons_scores_axes(args, &o.series.axes, err));
    o.tasks = ons_args_text(args, "task", NULL);
    o.series.pool = ons_args_has(args, "pool");
    if (ons_args_has(args, "describe")) o.forms_up_to = SIZE_MAX;
    ONS_TRY(ons_args_f64(args, "w0", 0, (double)NAN, &o.series.w0, err));
    ons_compare_options compare;
    ONS_TRY(ons_show_compare_options(args, &compare, err));
    for (size_t i = 0; compare.column.ptr && i < sizeof of_verdicts / sizeof *of_verdicts; i++)
        if (ons_args_has(args, of_verdicts[i]))
            return ONS_FAIL(err, ONS_USAGE,
                            "--%s shows verdicts, --compare comparisons in their place: one of "
                            "them in one call",
                            of_verdicts[i]);
    return ons_scores_in(cli, args, &o, show, &compare, err);
}
