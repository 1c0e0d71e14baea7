#include <math.h>

#include "cli/scores_in.h"
#include "cli/show.h"
#include "cli/show_compare.h"

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

static ons_status show(ons_cli *cli, ons_results *r, void *ctx, ons_err *err)
{
    const ons_compare_options *compare = ctx;
    if (compare->column.ptr) return ons_show_compare(cli, r, compare, err);
    return ons_show_results(cli, r, err);
}

ons_status ons_cmd_verdict(ons_cli *cli, const ons_args *args, ons_err *err)
{
    if (ons_args_has(args, "example")) return print_example(err);
    if (args->n_positional == 0)
        return ONS_FAIL(err, ONS_USAGE,
                        "verdict needs CSV files, result files, a directory or a database");
    ons_results_options o = ons_show_options(cli, NULL);
    ONS_TRY(ons_scores_axes(args, &o.series.axes, err));
    o.tasks = ons_args_text(args, "task", NULL);
    o.series.pool = ons_args_has(args, "pool");
    ONS_TRY(ons_args_f64(args, "w0", 0, (double)NAN, &o.series.w0, err));
    ons_compare_options compare;
    ONS_TRY(ons_show_compare_options(args, &compare, err));
    return ons_scores_in(cli, args, &o, show, &compare, err);
}
