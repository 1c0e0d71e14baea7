/* onset power: what a planned study could show. */
#include <math.h>

#include "base/parse.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "study/power.h"
#include "text/json_out.h"

#define OUTPUT_BYTES_MAX ((size_t)1 << 20)

typedef struct answer {
    ons_power_options o;
    ons_power p;
    bool searched;
    ons_power_need need[ONS_POWER_STEPS];
} answer;

/* The design with the fewest models that reaches the wanted power; NULL: none of those tried. */
static const ons_power_need *smallest(const answer *a)
{
    for (size_t i = 0; a->searched && i < ONS_POWER_STEPS; i++)
        if (isfinite(a->need[i].n_items)) return &a->need[i];
    return NULL;
}

/* ---- JSON ---- */

static void put_design(ons_json_out *w, const ons_sim_design *d)
{
    ons_json_key(w, "design");
    ons_json_open(w, '{');
    ons_json_member_u64(w, "scales", d->n_scales);
    ons_json_member_u64(w, "seeds", d->n_seeds);
    ons_json_member_u64(w, "items", (size_t)d->n_items);
    ons_json_member_f64(w, "span", d->span);
    ons_json_member_f64(w, "chance", d->chance);
    ons_json_member_f64(w, "rise", d->rise);
    ons_json_member_f64(w, "width", d->width);
    ons_json_member_f64(w, "w0", d->w0);
    ons_json_member_f64(w, "scatter", d->scatter);
    ons_json_close(w);
}

static void put_verdicts(ons_json_out *w, const ons_power *p)
{
    ons_json_key(w, "verdicts");
    ons_json_open(w, '{');
    for (int v = 0; v < ONS_VERDICT_COUNT; v++)
        if (p->verdict[v])
            ons_json_member_f64(w, ons_verdict_text((ons_verdict_word)v),
                                (double)p->verdict[v] / (double)p->n);
    ons_json_close(w);
}

static void put_need(ons_json_out *w, const ons_power_need *n)
{
    ons_json_open(w, '{');
    ons_json_member_u64(w, "scales", n->n_scales);
    ons_json_key(w, "items");
    if (isfinite(n->n_items))
        ons_json_put_u64(w, (uint64_t)n->n_items);
    else
        ons_json_put_null(w);
    ons_json_member_f64(w, "power", n->power);
    ons_json_close(w);
}

static void put_answer(const answer *a, ons_buf *out)
{
    ons_json_out json = ons_json_out_make(out), *w = &json;
    ons_json_open(w, '{');
    put_design(w, &a->o.design);
    ons_json_member_u64(w, "studies", a->p.n);
    ons_json_member_f64(w, "power", a->p.power);
    ons_json_member_f64(w, "se", a->p.se);
    put_verdicts(w, &a->p);
    ons_json_member_f64(w, "threshold_decades", a->p.median_decades);
    ons_json_key(w, "smallest");
    const ons_power_need *least = smallest(a);
    if (least)
        put_need(w, least);
    else
        ons_json_put_null(w);
    ons_json_key(w, "needed");
    ons_json_open(w, '[');
    for (size_t i = 0; a->searched && i < ONS_POWER_STEPS; i++) put_need(w, &a->need[i]);
    ons_json_close(w);
    ons_json_close(w);
    ons_buf_char(out, '\n');
}

/* ---- for people ---- */

static void cell(ons_table *t, int digits, double v)
{
    ons_buf b;
    ons_buf_init(&b, 64);
    ons_buf_printf(&b, "%.*f", digits, v);
    ons_table_cell(t, ons_buf_str(&b));
    ons_buf_release(&b);
}

static void print_verdicts(const ons_power *p, const ons_cli *cli, ons_buf *out)
{
    static const ons_column columns[] = {
        {"verdict", false}, {"probability", true}, {"SE", true}, {NULL, false}};
    ons_table t;
    ons_table_init(&t, columns);
    for (int v = 0; v < ONS_VERDICT_COUNT; v++) {
        if (!p->verdict[v]) continue;
        double share = (double)p->verdict[v] / (double)p->n;
        ons_table_cell(&t, ons_str_of(ons_verdict_text((ons_verdict_word)v)));
        cell(&t, 3, share);
        cell(&t, 3, sqrt(share * (1 - share) / (double)p->n));
    }
    ons_table_print(&t, cli, out);
    ons_table_release(&t);
}

static void print_needs(const answer *a, const ons_cli *cli, ons_buf *out)
{
    static const ons_column columns[] = {
        {"scales", true}, {"items a model", true}, {"probability", true}, {NULL, false}};
    ons_table t;
    ons_table_init(&t, columns);
    for (size_t i = 0; i < ONS_POWER_STEPS; i++) {
        const ons_power_need *n = &a->need[i];
        if (isnan(n->power)) continue;
        cell(&t, 0, (double)n->n_scales);
        if (isfinite(n->n_items))
            cell(&t, 0, n->n_items);
        else
            ons_table_cell(&t, ONS_S("none tried"));
        cell(&t, 3, n->power);
    }
    ons_cli_prose(cli, out,
                  "\nItems a model that show it with probability %.1f, by number of scales "
                  "(at most %.0f tried):\n\n",
                  ONS_POWER_WANTED, ons_power_items_most());
    ons_table_print(&t, cli, out);
    ons_table_release(&t);
    const ons_power_need *n = smallest(a);
    if (n)
        ons_cli_prose(cli, out, "\nFewest models: %zu scales with %.0f items each.\n", n->n_scales,
                      n->n_items);
    else
        ons_cli_prose(cli, out,
                      "\nNo number of scales and items that was tried shows it so often.\n");
}

static void print_answer(const answer *a, const ons_cli *cli, ons_buf *out)
{
    const ons_sim_design *d = &a->o.design;
    ons_cli_prose(cli, out,
                  "%zu scales over %g decades, %zu %s each, %.0f items, chance %g; the score rises "
                  "by %g of the headroom within %g decades, anywhere between the scales but the "
                  "first and the last.\n%zu simulated studies:\n\n",
                  d->n_scales, d->span, d->n_seeds, d->n_seeds == 1 ? "model" : "models",
                  d->n_items, d->chance, d->rise, d->width, a->p.n);
    print_verdicts(&a->p, cli, out);
    if (isfinite(a->p.median_decades))
        ons_cli_prose(cli, out,
                      "\nThe 95 %% interval of a threshold is %.2f decades wide (median).\n",
                      a->p.median_decades);
    if (a->searched)
        print_needs(a, cli, out);
    else if (d->width >= d->w0)
        ons_cli_prose(cli, out,
                      "\nA rise over %g decades counts as gradual (w0 is %g): emergent would "
                      "be a false alarm.\n",
                      d->width, d->w0);
}

/* ---- the command ---- */

static ons_status read_counts(const ons_args *a, ons_sim_design *d, ons_err *err)
{
    uint64_t scales, seeds, items;
    ONS_TRY(ons_args_u64(a, "scales", 4, 32, 8, &scales, err));
    ONS_TRY(ons_args_u64(a, "seeds", 1, 24, 1, &seeds, err));
    ONS_TRY(ons_args_u64(a, "items", 1, 1000000, 200, &items, err));
    d->n_scales = scales;
    d->n_seeds = seeds;
    d->n_items = (double)items;
    return ONS_OK;
}

static ons_status read_design(const ons_args *a, ons_sim_design *d, ons_err *err)
{
    ONS_TRY(read_counts(a, d, err));
    ONS_TRY(ons_args_f64(a, "span", 0, 3, &d->span, err));
    ONS_TRY(ons_args_f64(a, "chance", -1e-300, 0, &d->chance, err));
    ONS_TRY(ons_args_f64(a, "rise", 0, .4, &d->rise, err));
    ONS_TRY(ons_args_f64(a, "width", 0, .3, &d->width, err));
    ONS_TRY(ons_args_f64(a, "w0", 0, 1.5, &d->w0, err));
    ONS_TRY(ons_args_f64(a, "scatter", -1e-300, .002, &d->scatter, err));
    if (d->chance >= 1)
        return ONS_FAIL(err, ONS_USAGE, "--chance is %g, allowed 0 up to below 1", d->chance);
    if (d->rise > 1)
        return ONS_FAIL(err, ONS_USAGE, "--rise is %g, allowed up to 1 (all of the headroom)",
                        d->rise);
    if (d->scatter >= 1)
        return ONS_FAIL(err, ONS_USAGE, "--scatter is %g, allowed 0 up to below 1", d->scatter);
    return ONS_OK;
}

static ons_status compute(ons_cli *cli, const ons_args *args, answer *a, ons_err *err)
{
    ons_progress *progress;
    ONS_TRY(ons_progress_new(cli, &progress, err));
    const ons_monitor *m = ons_progress_monitor(progress);
    ons_status s = ons_power_of(&a->o, m, &a->p, err);
    a->searched = !ons_args_has(args, "no-search") && a->o.design.width < a->o.design.w0;
    if (s == ONS_OK && a->searched) s = ons_power_search(&a->o, m, a->need, err);
    ons_progress_free(progress);
    return s;
}

ons_status ons_cmd_power(ons_cli *cli, const ons_args *args, ons_err *err)
{
    uint64_t studies;
    answer a = {.o = {.n_threads = cli->threads, .seed = cli->seed}};
    if (args->n_positional > 0)
        return ONS_FAIL(err, ONS_USAGE, "power takes options only, '%s' is none",
                        args->positional[0]);
    ONS_TRY(read_design(args, &a.o.design, err));
    ONS_TRY(ons_args_u64(args, "studies", 10, 100000, 200, &studies, err));
    a.o.n_studies = studies;
    ONS_TRY(compute(cli, args, &a, err));
    ons_buf out;
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    if (cli->json)
        put_answer(&a, &out);
    else
        print_answer(&a, cli, &out);
    ons_status s = ons_cli_print(&out, err);
    ons_buf_release(&out);
    return s;
}
