#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "os/file.h"
#include "report/human.h"
#include "run/evaluate.h"
#include "run/plan.h"
#include "run/record.h"
#include "study/ladder_file.h"
#include "study/workload.h"
#include "text/json_out.h"

#define TASKS_MAX        64
#define ITEMS_DEFAULT    256
#define ITEMS_MAX        4096
#define PLAN_BYTES_MAX   ((size_t)1024)
#define OUTPUT_BYTES_MAX ((size_t)64 << 20)

typedef struct eval {
    ons_cli *cli;
    ons_arena arena;
    ons_skill_list own; /* of --skills */
    ons_task task[TASKS_MAX];
    size_t n_tasks;
    ons_model *model;
    ons_store *store;
    ons_lock lock; /* of the directory whose onset.db is written; fd -1: a file was named */
    char db[ONS_PATH_MAX];
} eval;

static ons_status fail_task(const eval *e, ons_str name, ons_err *err)
{
    const char *near = ons_skill_nearest(&e->own, name);
    ons_status s = ONS_FAIL(err, ONS_USAGE, "no task '" ONS_STR_FMT "'", ONS_STR(name));
    if (near) return ons_err_hint(err, s, "%s", near);
    return ons_err_hint(err, s, "onset ls tasks, or --skills FILE for skills of your own");
}

static ons_status read_tasks(eval *e, const char *list, size_t items, ons_err *err)
{
    ons_str rest = ons_str_of(list), name;
    while (rest.len) {
        (void)ons_str_cut(&rest, ',', &name);
        name = ons_str_trim(name);
        if (name.len == 0) continue;
        const ons_skill *skill = ons_skill_lookup(&e->own, name);
        if (!skill) return fail_task(e, name, err);
        if (e->n_tasks == TASKS_MAX)
            return ONS_FAIL(err, ONS_USAGE, "more than %d tasks", TASKS_MAX);
        ONS_TRY(
            ons_task_of_skill(skill, skill->shots, items, &e->arena, &e->task[e->n_tasks++], err));
    }
    return e->n_tasks ? ONS_OK : ONS_FAIL(err, ONS_USAGE, "no task is named in '%s'", list);
}

/* "owner/model", as models are published: one slash, no path that begins here. */
static bool is_published_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_.";
    size_t owner = strspn(name, allowed);
    if (owner == 0 || name[0] == '.' || name[owner] != '/') return false;
    const char *model = name + owner + 1;
    char dir[ONS_PATH_MAX];
    if (!*model || model[strspn(model, allowed)]) return false;
    return ons_path_format(dir, sizeof dir, NULL, "%.*s", (int)owner, name) == ONS_OK &&
           !ons_dir_exists(dir);
}

static ons_status check_model(const char *model, ons_err *err)
{
    if (ons_dir_exists(model)) return ONS_OK;
    ons_status s = ONS_FAIL(err, ONS_IO, "no such checkpoint directory");
    s = ons_err_where(err, s, "%s", model);
    if (!is_published_name(model)) return s;
    const char *name = strchr(model, '/') + 1;
    return ons_err_hint(err, s, "huggingface-cli download %s --local-dir %s, then -m %s", model,
                        name, name);
}

/* --db FILE, else DIR/onset.db, else the user's own store. */
static ons_status choose_db(eval *e, const ons_args *args, ons_err *err)
{
    const char *file = ons_args_text(args, "db", NULL), *dir = ons_args_text(args, "output", NULL);
    if (file) return ons_path_format(e->db, sizeof e->db, err, "%s", file);
    char home[ONS_PATH_MAX];
    if (!dir) {
        const char *xdg = getenv("XDG_DATA_HOME"), *user = getenv("HOME");
        if (xdg && *xdg) {
            ONS_TRY(ons_path_format(home, sizeof home, err, "%s/onset", xdg));
        } else {
            ONS_TRY(ons_path_format(home, sizeof home, err, "%s/.local/share/onset",
                                    user && *user ? user : "."));
        }
        dir = home;
    }
    ONS_TRY(ons_dir_make(dir, err));
    ONS_TRY(ons_lock_take(dir, &e->lock, err));
    return ons_path_format(e->db, sizeof e->db, err, "%s/onset.db", dir);
}

/* ---- what came out ---- */

typedef struct printer {
    ons_table *table; /* NULL: JSON */
    ons_buf *out;
} printer;

static void print_json(ons_buf *out, const ons_score *v)
{
    ons_json_out w = ons_json_out_make(out);
    ons_json_open(&w, '{');
    ons_json_member_str(&w, "family", v->family);
    ons_json_member_str(&w, "model", v->model);
    ons_json_member_str(&w, "task", v->task);
    ons_json_member_str(&w, "metric", v->metric);
    ons_json_member_f64(&w, "score", v->score);
    ons_json_member_f64(&w, "stderr", v->std_err);
    ons_json_member_f64(&w, "n_items", v->n_items);
    ons_json_member_f64(&w, "random_baseline", v->random_baseline);
    ons_json_member_f64(&w, "params", v->params);
    ons_json_member_f64(&w, "tokens", v->tokens);
    ons_json_member_f64(&w, "flops", v->flops);
    ons_json_member_f64(&w, "loss", v->loss);
    ons_json_close(&w);
    ons_buf_char(out, '\n');
}

static void print_row(ons_table *t, const ons_score *v)
{
    char score[ONS_HUMAN_MAX], error[ONS_HUMAN_MAX], chance[ONS_HUMAN_MAX], n[32];
    bool share = v->high_score > 0;
    if (share) {
        ons_human_percent(v->score, 3, score);
        ons_human_percent(v->std_err, 2, error);
    } else {
        ons_human_fixed(v->score, 3, score);
        ons_human_fixed(v->std_err, 3, error);
    }
    ons_human_percent(v->random_baseline, 3, chance);
    (void)snprintf(n, sizeof n, "%.0f", v->n_items);
    ons_table_cell(t, v->task);
    ons_table_cell(t, v->metric);
    ons_table_cell(t, ons_str_of(score));
    ons_table_cell(t, ons_str_of(error));
    ons_table_cell(t, isnan(v->random_baseline) ? ONS_S("") : ons_str_of(chance));
    ons_table_cell(t, ons_str_of(n));
}

static ons_status print_score(void *ctx, const ons_score *v, ons_err *err)
{
    (void)err;
    printer *p = ctx;
    if (p->table) {
        print_row(p->table, v);
    } else {
        print_json(p->out, v);
    }
    return ONS_OK;
}

static ons_status print_scores(eval *e, ons_err *err)
{
    static const ons_column columns[] = {{"task", false},  {"metric", false}, {"score", true},
                                         {"stderr", true}, {"chance", true},  {"items", true},
                                         {NULL, false}};
    ons_buf out;
    ons_table table;
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    ons_table_init(&table, columns);
    printer p = {e->cli->json ? NULL : &table, &out};
    ons_status s = ONS_OK;
    for (size_t t = 0; s == ONS_OK && t < e->n_tasks; t++)
        s = ons_store_each_score_of(e->store, ons_model_info_of(e->model)->hash, e->task[t].hash,
                                    print_score, &p, err);
    if (s == ONS_OK && !e->cli->json) ons_table_print(&table, e->cli, &out);
    if (s == ONS_OK) s = ons_cli_print(&out, err);
    ons_table_release(&table);
    ons_buf_release(&out);
    return s;
}

static ons_status ask(eval *e, size_t batch, const ons_monitor *m, ons_err *err)
{
    double questions = 0;
    for (size_t t = 0; t < e->n_tasks; t++) questions += (double)ons_plan_questions(&e->task[t]);
    ons_monitor_event(m, &(ons_event){.kind = ONS_EVENT_STAGE,
                                      .text = "evaluate",
                                      .unit = "questions",
                                      .total = questions,
                                      .loss_nats = (double)NAN});
    const ons_evaluate_options o = {.batch_tokens = batch,
                                    .job = ons_model_info_of(e->model)->name};
    return ons_evaluate(e->store, e->model, e->task, e->n_tasks, &o, m, err);
}

/* What is about to be done, in one line. */
static ons_status tell_plan(eval *e, size_t batch, ons_err *err)
{
    ons_workload w;
    ons_buf text;
    if (e->cli->quiet) return ONS_OK; /* a plan takes a probe of the speed */
    ONS_TRY(ons_workload_of_model(e->store, e->model, e->task, e->n_tasks, batch, &w, err));
    ons_buf_init(&text, PLAN_BYTES_MAX);
    ons_workload_text(&w, &text);
    const ons_status s = ons_buf_status(&text, err);
    if (s == ONS_OK) ons_cli_note(e->cli, "%s", ons_buf_cstr(&text));
    ons_buf_release(&text);
    return s;
}

static ons_status evaluate(eval *e, size_t batch, ons_err *err)
{
    ons_progress *progress;
    ons_record record;
    const ons_store_run run = {.version = ONS_S(ONS_VERSION),
                               .command = ons_str_of(e->cli->program_line),
                               .seed = e->cli->seed,
                               .threads = e->cli->threads};
    ONS_TRY(ons_store_open(e->db, ONS_STORE_WRITE, &e->store, err));
    ONS_TRY(tell_plan(e, batch, err));
    ONS_TRY(ons_progress_new(e->cli, &progress, err));
    ons_status s = ons_record_begin(&record, e->store, &run, ons_progress_monitor(progress), err);
    if (s != ONS_OK) {
        ons_progress_free(progress);
        return s;
    }
    s = ask(e, batch, ons_record_monitor(&record), err);
    ons_progress_free(progress); /* before results are printed */
    record.next = NULL;
    if (s == ONS_OK) s = print_scores(e, err);
    s = ons_record_end(&record, s, err);
    return s == ONS_OK ? ons_store_sync(e->store, err) : s;
}

ons_status ons_cmd_eval(ons_cli *cli, const ons_args *args, ons_err *err)
{
    const char *model = ons_args_text(args, "model", NULL);
    const char *tasks = ons_args_text(args, "tasks", NULL);
    uint64_t items, batch;
    if (!model || !tasks || args->n_positional)
        return ONS_FAIL(err, ONS_USAGE, "eval needs -m MODEL and -t TASK, and no other arguments");
    ONS_TRY(ons_args_u64(args, "limit", 1, ITEMS_MAX, ITEMS_DEFAULT, &items, err));
    ONS_TRY(ons_args_u64(args, "batch-size", 64, 1 << 20, 1024, &batch, err));
    eval *e = calloc(1, sizeof *e);
    if (!e) return ONS_FAIL(err, ONS_NOMEM, "no memory for an evaluation");
    e->cli = cli;
    e->lock.fd = -1;
    ons_arena_init(&e->arena, 0);
    const char *own = ons_args_text(args, "skills", NULL);
    ons_status s = own ? ons_own_skills_read(own, &e->arena, &e->own, err) : ONS_OK;
    if (s == ONS_OK) s = read_tasks(e, tasks, (size_t)items, err);
    if (s == ONS_OK) s = check_model(model, err);
    if (s == ONS_OK) s = choose_db(e, args, err);
    if (s == ONS_OK) s = ons_model_open(model, &e->model, err);
    if (s == ONS_OK) s = evaluate(e, (size_t)batch, err);
    ons_store_close(e->store);
    ons_lock_drop(&e->lock);
    ons_model_close(e->model);
    ons_arena_clear(&e->arena);
    free(e);
    return s;
}
