#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "cli/cli.h"
#include "cli/show.h"
#include "os/file.h"
#include "task/exchange/scores_csv.h"

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

typedef struct input {
    ons_cli *cli;
    ons_results_options options;
    bool strict;
    ons_arena arena;
    ons_scores scores;
    ons_buf text[ONS_ARGS_POSITIONAL_MAX]; /* rows borrow their file's text */
    size_t n_texts;
    bool partial;
} input;

static ons_status print_example(ons_err *err)
{
    ons_buf b;
    ons_buf_init(&b, sizeof example_csv);
    ons_buf_text(&b, example_csv);
    ons_status s = ons_cli_print(&b, err);
    ons_buf_release(&b);
    return s;
}

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

static ons_status read_csv(input *in, const char *path, ons_err *err)
{
    ons_buf *text = &in->text[in->n_texts++];
    ons_buf_init(text, ONS_SCORES_BYTES_MAX);
    ONS_TRY(ons_file_read(path, text, err));
    const ons_scores_options o = {.strict = in->strict};
    size_t before = in->scores.n_errors, rows = in->scores.n_rows;
    ons_status s = ons_scores_csv_read(ons_buf_str(text), path, &o, &in->arena, &in->scores, err);
    for (size_t i = before; i < in->scores.n_errors; i++) {
        const ons_scores_error *e = &in->scores.error[i];
        ons_cli_note(in->cli, "warning: " ONS_STR_FMT " (%s:%u:%u); its %s left out",
                     ONS_STR(e->message), e->file, e->line, e->column,
                     e->series_known ? "series is" : "row is");
    }
    if (s == ONS_OK && in->scores.n_rows == rows)
        ons_cli_note(in->cli, "warning: %s has a header, but no rows of scores", path);
    in->partial = in->partial || s == ONS_PARTIAL;
    return s == ONS_PARTIAL ? ONS_OK : s;
}

static ons_status verdicts_of_csv(input *in, const ons_args *args, ons_err *err)
{
    for (size_t i = 0; i < args->n_positional; i++) ONS_TRY(read_csv(in, args->positional[i], err));
    ons_results r;
    ONS_TRY(ons_results_of_rows(in->scores.row, in->scores.n_rows, &in->options, &r, err));
    ons_status s = ons_show_results(in->cli, &r, err);
    ons_results_release(&r);
    if (s == ONS_OK && in->partial)
        return ONS_FAIL(err, ONS_PARTIAL, "malformed rows: %zu; series left out: %zu",
                        in->scores.n_errors, in->scores.n_left_out);
    return s;
}

static ons_status verdicts_of_store(input *in, const char *given, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ons_store *store;
    ons_results r;
    ONS_TRY(ons_show_find_store(given, path, err));
    ONS_TRY(ons_store_open(path, ONS_STORE_READ, &store, err));
    ons_status s = ons_results_of_store(store, &in->options, &r, err);
    if (s == ONS_OK) {
        s = ons_show_results(in->cli, &r, err);
        ons_results_release(&r);
    }
    ons_store_close(store);
    return s;
}

static bool is_store(const char *path)
{
    return ons_dir_exists(path) || is_database(path) || ends_with(path, ".db");
}

static ons_status decide(input *in, const ons_args *args, ons_err *err)
{
    if (args->n_positional == 1 && is_store(args->positional[0]))
        return verdicts_of_store(in, args->positional[0], err);
    for (size_t i = 0; i < args->n_positional; i++)
        if (is_store(args->positional[i]))
            return ONS_FAIL(err, ONS_USAGE, "several inputs must all be CSV files, '%s' is none",
                            args->positional[i]);
    return verdicts_of_csv(in, args, err);
}

/* "params", "flops,params"; auto is none in particular. */
static ons_status read_axes(const ons_args *args, unsigned *ret_axes, ons_err *err)
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

ons_status ons_cmd_verdict(ons_cli *cli, const ons_args *args, ons_err *err)
{
    if (ons_args_has(args, "example")) return print_example(err);
    if (args->n_positional == 0)
        return ONS_FAIL(err, ONS_USAGE, "verdict needs CSV files, a directory or a database");
    input in = {.cli = cli, .strict = ons_args_has(args, "strict")};
    in.options = ons_show_options(cli, NULL);
    ONS_TRY(read_axes(args, &in.options.series.axes, err));
    in.options.series.pool = ons_args_has(args, "pool");
    ONS_TRY(ons_args_f64(args, "w0", 0, (double)NAN, &in.options.series.w0, err));
    ons_arena_init(&in.arena, 0);
    ons_status s = decide(&in, args, err);
    for (size_t i = 0; i < in.n_texts; i++) ons_buf_release(&in.text[i]);
    ons_arena_clear(&in.arena);
    return s;
}
