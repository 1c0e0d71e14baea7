#include "study/study.h"

#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "model/hf/card.h"
#include "os/file.h"
#include "os/pool.h"
#include "run/evaluate.h"
#include "run/plan.h"
#include "run/record.h"
#include "run/workers.h"
#include "study/results.h"
#include "study/sweep.h"
#include "study/workload.h"

#define CARD_BYTES_MAX ((size_t)1 << 20)
#define PLAN_BYTES_MAX ((size_t)1024)

/* One model that is asked: its name on the display, and its directory. */
typedef struct subject {
    const char *name, *path;
    double params;
} subject;

typedef struct study {
    const ons_study *plan;
    const ons_study_options *options;
    const ons_monitor *monitor;
    ons_store *store;
    ons_arena arena;
    ons_train_job *job; /* what is trained, longest first */
    size_t n_jobs;
    subject *subject; /* those that are trained, in this order, then those that are given */
    size_t n_subjects;
    ons_task *task;
    size_t n_tasks;
    char models[ONS_PATH_MAX], sweep[ONS_PATH_MAX], db[ONS_PATH_MAX], page[ONS_PATH_MAX];
} study;

/* ---- one process or several ---- */

typedef ons_status stage_work(void *ctx, size_t job, const ons_monitor *m, ons_err *err);

/* By processes that share the store. name: [n_jobs] */
static ons_status by_workers(study *s, const char *stage, const char *const *name, size_t n_jobs,
                             stage_work *work, ons_err *err)
{
    const size_t n = s->options->n_workers, threads = s->options->n_threads / n;
    const ons_workers w = {.store = s->store,
                           .stage = stage,
                           .job = name,
                           .n_jobs = n_jobs,
                           .n_processes = n,
                           .n_threads = threads ? threads : 1,
                           .work = work,
                           .ctx = s};
    return ons_workers_run(&w, s->monitor, err);
}

static void tell_stage(const study *s, const char *stage, const char *unit, double total)
{
    ons_monitor_event(s->monitor, &(ons_event){.kind = ONS_EVENT_STAGE,
                                               .text = stage,
                                               .unit = unit,
                                               .total = total,
                                               .loss_nats = (double)NAN});
}

/* ---- train ---- */

static ons_status train_one(void *ctx, size_t i, const ons_monitor *m, ons_err *err)
{
    const study *s = ctx;
    return ons_train_job_run(&s->job[i], s->models, m, err);
}

static ons_status train_all(study *s, ons_err *err)
{
    const char **name;
    double flops = 0;
    if (s->options->n_workers <= 1)
        return ons_train_jobs(s->job, s->n_jobs, s->models, s->options->n_threads, s->monitor, err);
    ONS_TRY(ONS_NEW(&s->arena, s->n_jobs, &name, err));
    for (size_t i = 0; i < s->n_jobs; i++) {
        name[i] = s->job[i].name;
        flops += s->job[i].flops;
    }
    tell_stage(s, "train", "FLOPs", flops);
    return by_workers(s, "train", name, s->n_jobs, train_one, err);
}

/* ---- evaluate ---- */

static ons_status evaluate_one(void *ctx, size_t i, const ons_monitor *m, ons_err *err)
{
    study *s = ctx;
    ons_model *model;
    ONS_TRY(ons_model_open(s->subject[i].path, &model, err));
    const ons_evaluate_options o = {.job = s->subject[i].name};
    ons_status st = ons_evaluate(s->store, model, s->task, s->n_tasks, &o, m, err);
    ons_model_close(model);
    return st;
}

static ons_status evaluate_here(void *ctx, size_t i, size_t thread, ons_err *err)
{
    const study *s = ctx;
    (void)thread;
    return evaluate_one(ctx, i, s->monitor, err);
}

static ons_status evaluate_all(study *s, ons_err *err)
{
    const char **name;
    double questions = 0;
    for (size_t t = 0; t < s->n_tasks; t++) questions += (double)ons_plan_questions(&s->task[t]);
    tell_stage(s, "evaluate", "questions", questions * (double)s->n_subjects);
    if (s->options->n_workers <= 1)
        return ons_pool_run(s->options->n_threads, s->n_subjects, evaluate_here, s, err);
    ONS_TRY(ONS_NEW(&s->arena, s->n_subjects, &name, err));
    for (size_t i = 0; i < s->n_subjects; i++) name[i] = s->subject[i].name;
    return by_workers(s, "evaluate", name, s->n_subjects, evaluate_one, err);
}

/* ---- decide and draw ---- */

static ons_status write_page(ons_results *r, const char *path, ons_err *err)
{
    ons_report report;
    ons_buf page;
    ONS_TRY(ons_results_report(r, &report, err));
    ons_buf_init(&page, ONS_REPORT_BYTES_MAX);
    ons_status st = ons_report_html(&report, &page, err);
    if (st == ONS_OK) st = ons_file_write(path, ons_buf_bytes(&page), err);
    ons_buf_release(&page);
    return st;
}

static ons_results_options results_options(size_t n_threads, uint64_t seed, const char *command)
{
    return (ons_results_options){.series = {.w0 = (double)NAN},
                                 .n_threads = n_threads,
                                 .seed = seed,
                                 .command = command,
                                 .forms_up_to = ONS_REPORT_FORMS_MAX};
}

static ons_status decide_and_draw(study *s, ons_err *err)
{
    ons_results r;
    ons_results_options o =
        results_options(s->options->n_threads, s->options->seed, s->options->command);
    o.monitor = s->monitor;
    ONS_TRY(ons_results_of_store(s->store, &o, &r, err));
    ons_status st = ons_results_record(&r, s->store, err);
    if (st == ONS_OK) st = write_page(&r, s->page, err);
    ons_results_release(&r);
    return st;
}

/* ---- the whole ---- */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

/* A name that another model has is no name. */
static const char *name_of_given(const study *s, const char *path)
{
    for (size_t i = 0; i < s->n_subjects; i++)
        if (strcmp(s->subject[i].name, last_part(path)) == 0) return path;
    return last_part(path);
}

static ons_status add_trained(study *s, const ons_trained_model *m, ons_err *err)
{
    const size_t cap = strlen(s->models) + 1 + strlen(m->name) + 1;
    char *path;
    ONS_TRY(ONS_NEW(&s->arena, cap, &path, err));
    ONS_TRY(ons_path_format(path, cap, err, "%s/%s", s->models, m->name));
    s->subject[s->n_subjects++] = (subject){m->name, path, m->job->params};
    return ONS_OK;
}

/* A card that cannot be read is told of before anything is trained. */
static ons_status read_params(study *s, subject *given, ons_err *err)
{
    char path[ONS_PATH_MAX];
    ons_model_card card;
    ons_buf json;
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/onset.json", given->path));
    ons_buf_init(&json, CARD_BYTES_MAX);
    ons_status st = ons_file_read(path, &json, err);
    if (st == ONS_OK)
        st = ons_err_where(err, ons_model_card_read(ons_buf_str(&json), &s->arena, &card, err),
                           "%s", path);
    if (st == ONS_OK) given->params = card.params;
    ons_buf_release(&json);
    return st;
}

static ons_status add_subjects(study *s, ons_err *err)
{
    const ons_study *p = s->plan;
    const ons_ladder_file *f = p->ladder;
    ons_trained_model *trained = NULL;
    size_t n_trained = 0;
    if (f) ONS_TRY(ons_ladder_jobs(f->ladder, f->n_ladders, &s->arena, &s->job, &s->n_jobs, err));
    if (f) ONS_TRY(ons_trained_models(s->job, s->n_jobs, &s->arena, &trained, &n_trained, err));
    ONS_TRY(ONS_NEW(&s->arena, n_trained + p->n_models + 1, &s->subject, err));
    for (size_t i = 0; i < n_trained; i++) ONS_TRY(add_trained(s, &trained[i], err));
    for (size_t i = 0; i < p->n_models; i++) {
        subject given = {name_of_given(s, p->model[i]), p->model[i], 0};
        ONS_TRY(read_params(s, &given, err));
        s->subject[s->n_subjects++] = given;
    }
    return ONS_OK;
}

/* One task of a skill; of a few-shot skill one for every number of shots the ladder names. */
static ons_status add_tasks_of(study *s, const ons_skill *skill, ons_err *err)
{
    const ons_study *p = s->plan;
    const ons_ladder *l = p->ladder ? &p->ladder->ladder[0] : NULL; /* all are evaluated alike */
    const bool each = l && l->n_evaluate_shots > 0 && skill->shots > 0;
    const size_t items = p->n_items || !l ? p->n_items : l->evaluate_items;
    for (size_t i = 0; i < s->n_tasks; i++)
        if (strcmp(s->task[i].name, skill->name) == 0) return ONS_OK;
    for (size_t k = 0; k < (each ? l->n_evaluate_shots : 1); k++)
        ONS_TRY(ons_task_of_skill(skill, each ? l->evaluate_shots[k] : skill->shots, items,
                                  &s->arena, &s->task[s->n_tasks++], err));
    return ONS_OK;
}

/* What is asked for, or every skill that some family learns: all are asked the same. */
static ons_status add_tasks(study *s, ons_err *err)
{
    const ons_study *p = s->plan;
    const ons_ladder_file *f = p->n_skills ? NULL : p->ladder;
    size_t n = p->n_skills;
    for (size_t g = 0; f && g < f->n_ladders; g++) n += f->ladder[g].n_skills;
    ONS_TRY(ONS_NEW(&s->arena, n * ONS_LADDER_SHOTS_MAX, &s->task, err));
    for (size_t i = 0; i < p->n_skills; i++) ONS_TRY(add_tasks_of(s, p->skill[i], err));
    for (size_t g = 0; f && g < f->n_ladders; g++)
        for (size_t i = 0; i < f->ladder[g].n_skills; i++)
            ONS_TRY(add_tasks_of(s, f->ladder[g].skill[i].skill, err));
    return ONS_OK;
}

static ons_status prepare(study *s, ons_err *err)
{
    const char *dir = s->options->dir;
    ONS_TRY(ons_path_format(s->models, sizeof s->models, err, "%s/models", dir));
    ONS_TRY(ons_path_format(s->sweep, sizeof s->sweep, err, "%s/sweep", dir));
    ONS_TRY(ons_path_format(s->db, sizeof s->db, err, "%s/onset.db", dir));
    ONS_TRY(ons_path_format(s->page, sizeof s->page, err, "%s/report.html", dir));
    ONS_TRY(add_subjects(s, err));
    ONS_TRY(add_tasks(s, err));
    return ons_dir_make(s->plan->ladder ? s->models : dir, err);
}

static ons_status check_name(void *ctx, const ons_store_study *there, ons_err *err)
{
    const study *s = ctx;
    if (ons_str_eq(there->name, s->plan->name)) return ONS_OK;
    const ons_status st =
        ONS_FAIL(err, ONS_MISMATCH, "it holds the study '" ONS_STR_FMT "', not '" ONS_STR_FMT "'",
                 ONS_STR(there->name), ONS_STR(s->plan->name));
    return ons_err_hint(err, ons_err_where(err, st, "%s", s->options->dir),
                        "another directory with -o");
}

/* Scores of two studies in one store would be decided together. */
static ons_status record_study(study *s, ons_err *err)
{
    const ons_store_study row = {s->plan->name, s->plan->recipe};
    ONS_TRY(ons_store_each_study(s->store, check_name, s, err));
    return ons_store_put_study(s->store, &row, err);
}

static ons_status sweep(study *s, ons_err *err)
{
    ons_sweep_point *point;
    size_t n;
    ONS_TRY(ons_sweep_run(s->plan->ladder, s->sweep, s->options->n_threads, s->monitor, &s->arena,
                          &point, &n, err));
    for (size_t i = 0; i < n; i++) ONS_TRY(ons_store_put_sweep(s->store, &point[i], err));
    return ONS_OK;
}

/* What is about to be done, in one line. */
static ons_status tell_plan(study *s, ons_err *err)
{
    const ons_study_options *o = s->options;
    const size_t each = o->n_workers > 1 ? o->n_threads / o->n_workers : o->n_threads;
    const size_t n = (each ? each : 1) * (o->n_workers > 1 ? o->n_workers : 1);
    double *params;
    ons_workload w;
    ons_buf text;
    ONS_TRY(ONS_NEW(&s->arena, s->n_subjects + 1, &params, err));
    for (size_t i = 0; i < s->n_subjects; i++) params[i] = s->subject[i].params;
    const ons_ladder_file *f = s->plan->ladder;
    ons_workload_runs tries = {.dir = s->sweep};
    ons_train_job *job = NULL;
    if (f && f->n_sweep)
        ONS_TRY(ons_ladder_jobs(f->sweep, f->n_sweep, &s->arena, &job, &tries.n, err));
    tries.job = job;
    const ons_workload_input in = {.sweep = tries,
                                   .train = {s->job, s->n_jobs, s->models},
                                   .params = params,
                                   .n_models = s->n_subjects,
                                   .task = s->task,
                                   .n_tasks = s->n_tasks,
                                   .store = s->store,
                                   .n_at_once = n < ons_cpu_count() ? n : ons_cpu_count()};
    ONS_TRY(ons_workload_of(&in, &w, err));
    ons_buf_init(&text, PLAN_BYTES_MAX);
    ons_workload_text(&w, &text);
    const ons_status st = ons_buf_status(&text, err);
    if (st == ONS_OK)
        ons_monitor_event(s->monitor, &(ons_event){.kind = ONS_EVENT_INFO,
                                                   .text = ons_buf_cstr(&text),
                                                   .loss_nats = (double)NAN});
    ons_buf_release(&text);
    return st;
}

static ons_status all_parts(study *s, ons_err *err)
{
    ONS_TRY(record_study(s, err));
    ONS_TRY(tell_plan(s, err));
    if (s->plan->ladder) ONS_TRY(sweep(s, err));
    if (s->plan->ladder) ONS_TRY(train_all(s, err));
    ONS_TRY(evaluate_all(s, err));
    return decide_and_draw(s, err);
}

static ons_status recorded_run(study *s, ons_err *err)
{
    ONS_TRY(ons_store_open(s->db, ONS_STORE_WRITE, &s->store, err));
    const ons_store_run run = {.version = ONS_S(ONS_VERSION),
                               .command = ons_str_of(s->options->command_line),
                               .seed = s->options->seed,
                               .threads = s->options->n_threads};
    ons_record record;
    ons_status st = ons_record_begin(&record, s->store, &run, s->monitor, err);
    if (st == ONS_OK) {
        s->monitor = ons_record_monitor(&record);
        st = ons_record_end(&record, all_parts(s, err), err);
        s->monitor = record.next;
        if (st == ONS_OK) st = ons_store_sync(s->store, err);
    }
    ons_store_close(s->store);
    return st;
}

ons_study ons_study_of_ladder(const ons_ladder_file *l, ons_str recipe)
{
    return (ons_study){.name = ons_str_of(l->name), .recipe = recipe, .ladder = l};
}

ons_status ons_study_run(const ons_study *plan, const ons_study_options *o, const ons_monitor *m,
                         ons_err *err)
{
    study s = {.plan = plan, .options = o, .monitor = m};
    ons_lock lock = {-1};
    ons_arena_init(&s.arena, 0);
    ons_status st = prepare(&s, err);
    if (st == ONS_OK) st = ons_lock_take(o->dir, &lock, err);
    if (st == ONS_OK) st = recorded_run(&s, err);
    ons_lock_drop(&lock);
    ons_arena_clear(&s.arena);
    return st;
}
