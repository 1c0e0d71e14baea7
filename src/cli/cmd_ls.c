#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/parse.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "report/human.h"
#include "store/store.h"
#include "study/ladder_file.h"
#include "study/results.h"
#include "task/skill.h"
#include "text/json_out.h"

#define OUTPUT_BYTES_MAX ((size_t)64 << 20)

/* Where rows go: a table for people, or JSON Lines with the titles as keys. */
typedef struct listing {
    const ons_cli *cli;
    const ons_column *column;
    size_t n_columns;
    bool json;
    ons_table table;
    ons_buf out;
    size_t n_finished; /* models of the store that are no checkpoints on the way */
} listing;

static void begin(listing *l, const ons_column *columns, const ons_cli *cli)
{
    *l = (listing){.cli = cli, .column = columns, .json = cli->json};
    while (columns[l->n_columns].title) l->n_columns++;
    ons_table_init(&l->table, columns);
    ons_buf_init(&l->out, OUTPUT_BYTES_MAX);
}

static void row(listing *l, const ons_str *cell)
{
    ons_json_out w = ons_json_out_make(&l->out);
    if (l->json) ons_json_open(&w, '{');
    for (size_t i = 0; i < l->n_columns; i++) {
        if (!l->json) {
            ons_table_cell(&l->table, cell[i]);
            continue;
        }
        double v;
        ons_json_key(&w, l->column[i].title);
        if (l->column[i].right && ons_parse_f64(cell[i], &v)) {
            ons_json_put_f64(&w, v);
        } else {
            ons_json_put_str(&w, cell[i]);
        }
    }
    if (!l->json) return;
    ons_json_close(&w);
    ons_buf_char(&l->out, '\n');
}

static ons_status end(listing *l, ons_status s, ons_err *err)
{
    if (s == ONS_OK && !l->json) ons_table_print(&l->table, l->cli, &l->out);
    if (s == ONS_OK) s = ons_cli_print(&l->out, err);
    ons_table_release(&l->table);
    ons_buf_release(&l->out);
    return s;
}

/* A number for a column: exact in JSON, short for people. */
static ons_str number(const listing *l, double v, char *buf)
{
    if (isnan(v)) return ONS_S("");
    return ons_str_of(l->json ? ons_number_text(v, buf, ONS_HUMAN_MAX)
                              : ons_human_number(v, 3, buf));
}

static ons_str count(const listing *l, double v, char *buf)
{
    if (isnan(v)) return ONS_S("");
    return ons_str_of(l->json ? ons_number_text(v, buf, ONS_HUMAN_MAX)
                              : ons_human_count(v, 3, buf));
}

/* ---- skills and tasks ---- */

static ons_status skill_row(listing *l, const ons_skill *skill, ons_err *err)
{
    ons_arena a;
    ons_skill_set set;
    char example[2 * ONS_SKILL_DOC_MAX], text[ONS_HUMAN_MAX];
    ons_arena_init(&a, 0);
    ons_status s = ons_skill_test_set(skill, skill->shots, 256, &a, &set, err);
    if (s == ONS_OK) {
        (void)snprintf(example, sizeof example, "%s%s", set.item[0].prompt, set.item[0].target);
        const ons_str cell[] = {ons_str_of(skill->name), ons_str_of(example),
                                number(l, set.chance, text), ons_str_of(skill->about)};
        row(l, cell);
    }
    ons_arena_clear(&a);
    return s;
}

/* Built-in ones, then those of the file (NULL: none). */
static ons_status list_skills(const ons_cli *cli, const char *file, ons_err *err)
{
    static const ons_column columns[] = {
        {"skill", false}, {"example", false}, {"chance", true}, {"about", false}, {NULL, false}};
    listing l;
    ons_arena a;
    ons_skill_list own = {.n = 0};
    begin(&l, columns, cli);
    ons_arena_init(&a, 0);
    ons_status s = file ? ons_own_skills_read(file, &a, &own, err) : ONS_OK;
    for (size_t i = 0; s == ONS_OK && i < ons_skill_count(); i++)
        s = skill_row(&l, ons_skill_at(i), err);
    for (size_t i = 0; s == ONS_OK && i < own.n; i++) s = skill_row(&l, &own.skill[i], err);
    s = end(&l, s, err);
    ons_arena_clear(&a);
    return s;
}

/* ---- what a store holds ---- */

static ons_status model_row(void *ctx, const ons_store_model *m, ons_err *err)
{
    (void)err;
    listing *l = ctx;
    char b[4][ONS_HUMAN_MAX];
    l->n_finished += !m->intermediate;
    const ons_str cell[] = {m->family,
                            m->name,
                            m->seed,
                            count(l, m->params, b[0]),
                            count(l, m->tokens, b[1]),
                            number(l, m->flops, b[2]),
                            number(l, m->loss, b[3])};
    row(l, cell);
    return ONS_OK;
}

static int compare_models(const void *pa, const void *pb)
{
    const ons_report_model *a = pa, *b = pb;
    int c = ons_str_cmp(a->family, b->family);
    if (!c) c = (a->params > b->params) - (a->params < b->params);
    return c ? c : ons_str_cmp(a->name, b->name);
}

/* Models of imported scores, which the store knows by their rows alone. */
static ons_status imported_models(ons_store *store, listing *l, ons_err *err)
{
    ons_results r;
    const ons_results_options o = {.series = {.w0 = (double)NAN}, .undecided = true};
    ONS_TRY(ons_results_of_store(store, &o, &r, err));
    size_t n = r.n_models - l->n_finished;
    ons_report_model *m = r.model + l->n_finished; /* after those of the store's own table */
    if (n > 1) qsort(m, n, sizeof *m, compare_models);
    for (size_t i = 0; i < n; i++) {
        char b[4][ONS_HUMAN_MAX];
        const ons_str cell[] = {m[i].family,
                                m[i].name,
                                m[i].seed,
                                count(l, m[i].params, b[0]),
                                count(l, m[i].tokens, b[1]),
                                number(l, m[i].flops, b[2]),
                                number(l, m[i].loss, b[3])};
        row(l, cell);
    }
    ons_results_release(&r);
    return ONS_OK;
}

static ons_status study_row(void *ctx, const ons_store_study *s, ons_err *err)
{
    (void)err;
    const ons_str cell[] = {s->name};
    row(ctx, cell);
    return ONS_OK;
}

static ons_str time_text(int64_t ms, char *buf, size_t cap)
{
    time_t t = (time_t)(ms / 1000);
    struct tm utc;
    if (ms == 0 || !gmtime_r(&t, &utc) || strftime(buf, cap, "%Y-%m-%d %H:%M:%S", &utc) == 0)
        return ONS_S("");
    return ons_str_of(buf);
}

static ons_status run_row(void *ctx, const ons_store_run *r, ons_err *err)
{
    (void)err;
    char b[4][64];
    (void)snprintf(b[0], sizeof b[0], "%lld", (long long)r->id);
    (void)snprintf(b[1], sizeof b[1], "%d", r->exit_status);
    const ons_str cell[] = {ons_str_of(b[0]), time_text(r->start_ms, b[2], sizeof b[2]),
                            time_text(r->end_ms, b[3], sizeof b[3]),
                            r->end_ms ? ons_str_of(b[1]) : ONS_S(""), r->command};
    row(ctx, cell);
    return ONS_OK;
}

static ons_status list_store(const ons_cli *cli, const char *what, const char *db, ons_err *err)
{
    static const ons_column models[] = {{"family", false}, {"model", false}, {"seed", false},
                                        {"params", true},  {"tokens", true}, {"flops", true},
                                        {"loss", true},    {NULL, false}};
    static const ons_column studies[] = {{"study", false}, {NULL, false}};
    static const ons_column runs[] = {{"run", true},  {"start (UTC)", false}, {"end (UTC)", false},
                                      {"exit", true}, {"command", false},     {NULL, false}};
    ons_store *store;
    listing l;
    ONS_TRY(ons_store_open(db, ONS_STORE_READ, &store, err));
    ons_status s;
    if (strcmp(what, "models") == 0) {
        begin(&l, models, cli);
        s = ons_store_each_model(store, model_row, &l, err);
        if (s == ONS_OK) s = imported_models(store, &l, err);
    } else if (strcmp(what, "runs") == 0) {
        begin(&l, runs, cli);
        s = ons_store_each_run(store, run_row, &l, err);
    } else {
        begin(&l, studies, cli);
        s = ons_store_each_study(store, study_row, &l, err);
    }
    s = end(&l, s, err);
    ons_store_close(store);
    return s;
}

ons_status ons_cmd_ls(ons_cli *cli, const ons_args *args, ons_err *err)
{
    static const char *const known[] = {"skills", "tasks", "models", "runs", "studies"};
    const bool lists = args->n_positional == 1 || args->n_positional == 2;
    const char *what = lists ? args->positional[0] : NULL;
    if (!what)
        return ONS_FAIL(err, ONS_USAGE, "ls takes one of skills, tasks, models, runs, studies");
    const bool of_store = strcmp(what, known[0]) != 0 && strcmp(what, known[1]) != 0;
    const char *given = args->n_positional == 2 ? args->positional[1] : NULL;
    if (given && !of_store)
        return ONS_FAIL(err, ONS_USAGE, "ls %s looks into no database, '%s' was given", what,
                        given);
    if (given && ons_args_has(args, "db"))
        return ONS_FAIL(err, ONS_USAGE, "'%s' and --db: one of them in one call", given);
    if (!of_store) return list_skills(cli, ons_args_text(args, "skills", NULL), err);
    for (size_t i = 2; i < 5; i++)
        if (strcmp(what, known[i]) == 0)
            return list_store(
                cli, what, given ? given : ons_args_text(args, "db", "onset-demo/onset.db"), err);
    const char *near = ons_str_nearest(ons_str_of(what), known, 5);
    ons_status s = ONS_FAIL(err, ONS_USAGE,
                            "ls knows skills, tasks, models, runs and studies, not '%s'", what);
    return near ? ons_err_hint(err, s, "onset ls %s", near) : s;
}
