/* onset selftest: how often the verdicts are wrong, measured on this machine by this build. */
#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "os/file.h"
#include "study/selftest.h"
#include "text/json_out.h"

#define OUTPUT_BYTES_MAX ((size_t)4 << 20)
#define FULL_REPEAT      40
#define FULL_FILE        "onset-selftest.jsonl"

/* ---- what was measured ---- */

static double share(uint64_t k, uint64_t n) { return n ? (double)k / (double)n : (double)NAN; }

static void put_counts(ons_json_out *w, const ons_tally *t)
{
    ons_json_key(w, "verdicts");
    ons_json_open(w, '{');
    for (int v = 0; v < ONS_VERDICT_COUNT; v++) {
        if (!t->verdict[v]) continue;
        ons_json_member_u64(w, ons_verdict_text((ons_verdict_word)v), t->verdict[v]);
    }
    ons_json_close(w);
    ons_json_key(w, "metric_checks");
    ons_json_open(w, '{');
    for (int c = 0; c < ONS_CHECK_COUNT; c++) {
        if (!t->check[c]) continue;
        ons_json_member_u64(w, ons_check_text((ons_metric_check)c), t->check[c]);
    }
    ons_json_close(w);
}

static void put_row(ons_buf *out, const ons_selftest_row *r)
{
    const ons_tally *t = &r->tally;
    ons_json_out json = ons_json_out_make(out), *w = &json;
    ons_json_open(w, '{');
    ons_json_member_text(w, "class", r->of->name);
    ons_json_member_text(w, "group", ons_sim_group_text(r->of->group));
    ons_json_member_u64(w, "n", (uint64_t)r->n);
    ons_json_member_f64(w, "rate", r->rate);
    ons_json_member_f64(w, "se", r->se);
    ons_json_member_f64(w, "least", r->of->least);
    ons_json_member_f64(w, "most", r->of->most);
    ons_json_member_bool(w, "in_band", r->in_band);
    ons_json_member_u64(w, "series",
                        t->n * (r->of->group == ONS_SIM_DISCOVERY ? ONS_SIM_BATTERY : 1));
    put_counts(w, t);
    ons_json_member_f64(w, "called_sharp", share(t->sharp, t->n));
    ons_json_member_u64(w, "thresholds", t->intervals);
    ons_json_member_f64(w, "onset_coverage", share(t->onset_held, t->intervals));
    ons_json_member_f64(w, "midpoint_coverage", share(t->midpoint_held, t->intervals));
    ons_json_member_f64(w, "power",
                        r->of->group == ONS_SIM_DISCOVERY ? share(t->found, t->n * ONS_SIM_JUMPS)
                                                          : (double)NAN);
    ons_json_close(w);
    ons_buf_char(out, '\n');
}

/* A number with so many digits; nothing where there is none. */
static void cell(ons_table *t, const char *before, int digits, double v)
{
    ons_buf b;
    ons_buf_init(&b, 64);
    if (!isnan(v)) ons_buf_printf(&b, "%s%.*f", before, digits, v);
    ons_table_cell(t, ons_buf_str(&b));
    ons_buf_release(&b);
}

static void band(ons_table *t, const ons_sim_class *c)
{
    bool most = c->most < 1;
    cell(t, most ? "<= " : ">= ", 2, most ? c->most : c->least);
}

static void print_group(const ons_cli *cli, const ons_selftest *s, ons_sim_group g, ons_buf *out)
{
    static const ons_column columns[] = {
        {"class", false}, {"series", true},    {"rate", true},         {"SE", true},
        {"band", false},  {"candidate", true}, {"undetermined", true}, {"interval holds", true},
        {"", false},      {NULL, false}};
    ons_table table;
    size_t n = 0;
    ons_table_init(&table, columns);
    for (size_t i = 0; i < s->n_rows; i++) {
        const ons_selftest_row *r = &s->row[i];
        const ons_tally *t = &r->tally;
        if (r->of->group != g) continue;
        n++;
        ons_table_cell(&table, ons_str_of(r->of->name));
        cell(&table, "", 0, r->n);
        cell(&table, "", 3, r->rate);
        cell(&table, "", 3, r->se);
        band(&table, r->of);
        cell(&table, "", 3, share(t->verdict[ONS_VERDICT_CANDIDATE], t->n));
        cell(&table, "", 3, share(t->verdict[ONS_VERDICT_UNDETERMINED], t->n));
        cell(&table, "", 3, share(t->midpoint_held, t->intervals));
        ons_table_cell(&table, ons_str_of(r->in_band ? "" : "OUT OF BAND"));
    }
    if (n) {
        ons_buf_printf(out, "%s: %s\n", ons_sim_group_text(g), ons_sim_group_about(g));
        ons_table_print(&table, cli, out);
        ons_buf_char(out, '\n');
    }
    ons_table_release(&table);
}

static ons_status print(const ons_cli *cli, const ons_selftest *t, ons_err *err)
{
    ons_buf out;
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    for (size_t i = 0; cli->json && i < t->n_rows; i++) put_row(&out, &t->row[i]);
    for (int g = 0; !cli->json && g < ONS_SIM_GROUPS; g++)
        print_group(cli, t, (ons_sim_group)g, &out);
    ons_status s = ons_cli_print(&out, err);
    ons_buf_release(&out);
    if (s != ONS_OK || t->n_out == 0) return s;
    s = ONS_FAIL(err, ONS_MISMATCH, "%zu of %zu classes are outside their band", t->n_out,
                 t->n_rows);
    return ons_err_hint(err, s, "--full, to see whether it was chance");
}

/* ---- which classes ---- */

/* The name of a class, or of a group for all of its classes. */
static bool choose(const char *name, size_t len, bool *chosen)
{
    size_t at = ons_selftest_find(name, len);
    bool any = at < ons_sim_n_classes;
    if (any) chosen[at] = true;
    for (size_t i = 0; i < ons_sim_n_classes; i++) {
        const char *group = ons_sim_group_text(ons_sim_classes[i].group);
        if (strlen(group) != len || memcmp(group, name, len) != 0) continue;
        chosen[i] = any = true;
    }
    return any;
}

static ons_status choose_all(const char *list, bool *chosen, ons_err *err)
{
    for (const char *at = list;; at++) {
        size_t len = strcspn(at, ",");
        if (!choose(at, len, chosen)) {
            ons_status s =
                ONS_FAIL(err, ONS_USAGE, "--classes: no class or group '%.*s'", (int)len, at);
            return ons_err_hint(err, s, "onset selftest --list names them all");
        }
        at += len;
        if (*at == '\0') return ONS_OK;
    }
}

static ons_status list_classes(const ons_cli *cli, ons_err *err)
{
    static const ons_column columns[] = {{"class", false}, {"group", false}, {NULL, false}};
    ons_table table;
    ons_buf out;
    ons_table_init(&table, columns);
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    for (size_t i = 0; i < ons_sim_n_classes; i++) {
        ons_table_cell(&table, ons_str_of(ons_sim_classes[i].name));
        ons_table_cell(&table, ons_str_of(ons_sim_group_text(ons_sim_classes[i].group)));
    }
    ons_table_print(&table, cli, &out);
    ons_status s = ons_cli_print(&out, err);
    ons_buf_release(&out);
    ons_table_release(&table);
    return s;
}

ons_status ons_cmd_selftest(ons_cli *cli, const ons_args *args, ons_err *err)
{
    bool chosen[256] = {false}, full = ons_args_has(args, "full");
    if (ons_args_has(args, "list")) return list_classes(cli, err);
    if (!ons_args_has(args, "statistics") || args->n_positional > 0) {
        ons_status s = ONS_FAIL(err, ONS_USAGE, "selftest needs to be told what to test");
        return ons_err_hint(err, s, "onset selftest --statistics");
    }
    const char *list = ons_args_text(args, "classes", NULL);
    if (list) ONS_TRY(choose_all(list, chosen, err));
    ons_selftest_options o = {.seed = cli->seed,
                              .repeat = full ? FULL_REPEAT : 1,
                              .chosen = list ? chosen : NULL,
                              .n_threads = cli->threads,
                              .path = ons_args_text(args, "output", full ? FULL_FILE : NULL)};
    ons_progress *progress;
    ons_selftest t;
    ONS_TRY(ons_progress_new(cli, &progress, err));
    ons_status s = ons_selftest_run(&o, ons_progress_monitor(progress), &t, err);
    ons_progress_free(progress);
    if (s == ONS_INTERRUPTED && o.path)
        return ons_err_hint(err, s, "the same command again goes on; what is done is in %s",
                            o.path);
    ONS_TRY(s);
    s = print(cli, &t, err);
    ons_selftest_release(&t);
    return s;
}
