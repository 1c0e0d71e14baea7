#include "study/study.h"

#include <math.h>
#include <string.h>

#include "base/parse.h"
#include "os/file.h"
#include "os/pool.h"
#include "run/evaluate.h"
#include "run/plan.h"
#include "run/record.h"
#include "study/results.h"

typedef struct study {
    const ons_ladder *ladder;
    const ons_study_options *options;
    const ons_monitor *monitor;
    ons_store *store;
    ons_arena arena;
    ons_train_job *jobs;
    size_t n_jobs;
    ons_task task[ONS_LADDER_SKILLS_MAX];
    size_t n_tasks;
    char models[ONS_PATH_MAX], db[ONS_PATH_MAX], page[ONS_PATH_MAX];
} study;

/* ---- evaluate ---- */

static ons_status evaluate_one(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    study *s = ctx;
    char path[ONS_PATH_MAX], job[ONS_NAME_MAX + 8];
    ons_model *model;
    (void)snprintf(job, sizeof job, "%s", s->jobs[i].name);
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/%s", s->models, s->jobs[i].name));
    ONS_TRY(ons_model_open(path, &model, err));
    const ons_evaluate_options o = {.job = job};
    ons_status st = ons_evaluate(s->store, model, s->task, s->n_tasks, &o, s->monitor, err);
    ons_model_close(model);
    return st;
}

static ons_status evaluate_all(study *s, ons_err *err)
{
    double questions = 0;
    for (size_t t = 0; t < s->n_tasks; t++) questions += (double)ons_plan_questions(&s->task[t]);
    ons_monitor_event(s->monitor, &(ons_event){.kind = ONS_EVENT_STAGE,
                                               .text = "evaluate",
                                               .unit = "questions",
                                               .total = questions * (double)s->n_jobs,
                                               .loss_nats = (double)NAN});
    return ons_pool_run(s->options->n_threads, s->n_jobs, evaluate_one, s, err);
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
    return (ons_results_options){.series = {.axis = ONS_AXIS_AUTO, .w0 = (double)NAN},
                                 .n_threads = n_threads,
                                 .seed = seed,
                                 .command = command};
}

static ons_status decide_and_draw(study *s, ons_err *err)
{
    ons_monitor_event(
        s->monitor,
        &(ons_event){.kind = ONS_EVENT_STAGE, .text = "decide", .loss_nats = (double)NAN});
    ons_results r;
    const ons_results_options o =
        results_options(s->options->n_threads, s->options->seed, s->options->command);
    ONS_TRY(ons_results_of_store(s->store, &o, &r, err));
    ons_status st = ons_results_record(&r, s->store, err);
    if (st == ONS_OK) st = write_page(&r, s->page, err);
    ons_results_release(&r);
    return st;
}

ons_status ons_study_write_page(const char *db, const char *page, size_t n_threads, uint64_t seed,
                                const char *command, ons_err *err)
{
    ons_store *store;
    ons_results r;
    const ons_results_options o = results_options(n_threads, seed, command);
    ONS_TRY(ons_store_open(db, ONS_STORE_READ, &store, err));
    ons_status st = ons_results_of_store(store, &o, &r, err);
    if (st == ONS_OK) {
        st = write_page(&r, page, err);
        ons_results_release(&r);
    }
    ons_store_close(store);
    return st;
}

/* ---- the whole ---- */

static ons_status prepare(study *s, ons_err *err)
{
    const char *dir = s->options->dir;
    ONS_TRY(ons_path_format(s->models, sizeof s->models, err, "%s/models", dir));
    ONS_TRY(ons_path_format(s->db, sizeof s->db, err, "%s/onset.db", dir));
    ONS_TRY(ons_path_format(s->page, sizeof s->page, err, "%s/report.html", dir));
    ONS_TRY(ons_ladder_jobs(s->ladder, &s->arena, &s->jobs, &s->n_jobs, err));
    for (size_t i = 0; i < s->ladder->n_skills; i++) {
        ONS_TRY(ons_task_of_skill(s->ladder->skill[i].skill, s->ladder->skill[i].skill->shots,
                                  s->ladder->evaluate_items, &s->arena, &s->task[i], err));
        s->n_tasks++;
    }
    return ons_dir_make(s->models, err);
}

static ons_status all_parts(study *s, ons_str recipe, ons_err *err)
{
    const ons_store_study row = {ons_str_of(s->ladder->name), recipe};
    ONS_TRY(ons_store_put_study(s->store, &row, err));
    ONS_TRY(ons_train_ladder(s->ladder, s->models, s->options->n_threads, s->monitor, err));
    ONS_TRY(evaluate_all(s, err));
    return decide_and_draw(s, err);
}

static ons_status recorded_run(study *s, ons_str recipe, ons_err *err)
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
        st = ons_record_end(&record, all_parts(s, recipe, err), err);
        s->monitor = record.next;
        if (st == ONS_OK) st = ons_store_sync(s->store, err);
    }
    ons_store_close(s->store);
    return st;
}

ons_status ons_study_run(const ons_ladder *l, ons_str recipe, const ons_study_options *o,
                         const ons_monitor *m, ons_err *err)
{
    study s = {.ladder = l, .options = o, .monitor = m};
    ons_lock lock = {-1};
    ons_arena_init(&s.arena, 0);
    ons_status st = prepare(&s, err);
    if (st == ONS_OK) st = ons_lock_take(o->dir, &lock, err);
    if (st == ONS_OK) st = recorded_run(&s, recipe, err);
    ons_lock_drop(&lock);
    ons_arena_clear(&s.arena);
    return st;
}
