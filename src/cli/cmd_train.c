#include <stdlib.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "model/hf/card.h"
#include "os/file.h"
#include "report/sweep.h"
#include "study/ladder_file.h"
#include "study/sweep.h"
#include "text/json_out.h"

#define CARD_BYTES_MAX   ((size_t)1 << 20)
#define OUTPUT_BYTES_MAX ((size_t)64 << 20)

static ons_status print_example(ons_err *err)
{
    ons_buf b;
    ons_str text = ons_ladder_pocket_text();
    ons_buf_init(&b, text.len + 1);
    ons_buf_str_add(&b, text);
    ons_status s = ons_cli_print(&b, err);
    ons_buf_release(&b);
    return s;
}

/* The runs of a ladder file and the models that they leave. */
typedef struct plan {
    ons_arena arena;
    ons_ladder_file file;
    ons_train_job *job;
    size_t n_jobs;
    ons_trained_model *model;
    size_t n_models;
    ons_sweep_point *sweep;
    size_t n_sweep;
} plan;

static ons_status train_parts(const ons_cli *cli, plan *p, const char *dir, const ons_monitor *m,
                              ons_err *err)
{
    char sweep[ONS_PATH_MAX];
    ONS_TRY(ons_path_format(sweep, sizeof sweep, err, "%s/sweep", dir));
    ONS_TRY(
        ons_sweep_run(&p->file, sweep, cli->threads, m, &p->arena, &p->sweep, &p->n_sweep, err));
    return ons_train_jobs(p->job, p->n_jobs, dir, cli->threads, m, err);
}

static ons_status train(ons_cli *cli, plan *p, const char *dir, ons_err *err)
{
    ons_lock lock;
    ons_progress *progress;
    ONS_TRY(ons_dir_make(dir, err));
    ONS_TRY(ons_lock_take(dir, &lock, err));
    ons_status s = ons_progress_new(cli, &progress, err);
    if (s == ONS_OK) {
        s = train_parts(cli, p, dir, ons_progress_monitor(progress), err);
        ons_progress_free(progress);
    }
    ons_lock_drop(&lock);
    return s;
}

/* ---- what was trained, as JSON ---- */

static void print_model(ons_buf *out, const ons_model_card *c, const char *dir)
{
    ons_json_out w = ons_json_out_make(out);
    ons_json_open(&w, '{');
    ons_json_member_text(&w, "name", c->name);
    ons_json_member_text(&w, "family", c->family);
    ons_json_member_text(&w, "seed", c->seed);
    ons_json_member_f64(&w, "params", c->params);
    ons_json_member_f64(&w, "tokens", c->tokens);
    ons_json_member_f64(&w, "flops", c->flops);
    ons_json_member_f64(&w, "loss", c->loss_nats);
    ons_json_member_text(&w, "dir", dir);
    ons_json_close(&w);
    ons_buf_char(out, '\n');
}

/* One finished model, by its card. */
static ons_status add_model(const ons_trained_model *m, const char *dir, ons_arena *a, ons_buf *out,
                            ons_err *err)
{
    char model[ONS_PATH_MAX], path[ONS_PATH_MAX];
    ons_model_card card;
    ons_buf json;
    ONS_TRY(ons_path_format(model, sizeof model, err, "%s/%s", dir, m->name));
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/onset.json", model));
    ons_buf_init(&json, CARD_BYTES_MAX);
    ons_status s = ons_file_read(path, &json, err);
    if (s == ONS_OK) s = ons_model_card_read(ons_buf_str(&json), a, &card, err);
    if (s == ONS_OK) print_model(out, &card, model);
    ons_buf_release(&json);
    return s;
}

/* Family by family, smallest size first, then seeds and checkpoints in their order. */
static int in_order(const void *pa, const void *pb)
{
    const ons_trained_model *a = pa, *b = pb;
    const ons_train_job *x = a->job, *y = b->job;
    if (x->ladder != y->ladder) return x->ladder < y->ladder ? -1 : 1; /* of one array */
    if (x->size != y->size) return x->size < y->size ? -1 : 1;
    if (x->seed != y->seed) return x->seed < y->seed ? -1 : 1;
    return (a->step > b->step) - (a->step < b->step);
}

static ons_status print_models(plan *p, const char *dir, ons_err *err)
{
    ons_buf out;
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    ons_status s = ONS_OK;
    qsort(p->model, p->n_models, sizeof *p->model, in_order);
    for (size_t i = 0; s == ONS_OK && i < p->n_models; i++)
        s = add_model(&p->model[i], dir, &p->arena, &out, err);
    if (s == ONS_OK) s = ons_cli_print(&out, err);
    ons_buf_release(&out);
    return s;
}

static ons_status print_sweep(const plan *p, ons_err *err)
{
    ons_buf out;
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    ons_sweep_text(p->sweep, p->n_sweep, &out);
    const ons_status s = ons_cli_print(&out, err);
    ons_buf_release(&out);
    return s;
}

static ons_status train_all(ons_cli *cli, const char *path, plan *p, const char *dir, ons_err *err)
{
    ons_ladder_file *f = &p->file;
    ons_str text;
    ONS_TRY(ons_ladder_read(path, &p->arena, f, &text, err));
    ONS_TRY(ons_ladder_jobs(f->ladder, f->n_ladders, &p->arena, &p->job, &p->n_jobs, err));
    ONS_TRY(ons_trained_models(p->job, p->n_jobs, &p->arena, &p->model, &p->n_models, err));
    ONS_TRY(train(cli, p, dir, err));
    if (cli->json)
        ONS_TRY(print_models(p, dir, err));
    else
        ONS_TRY(print_sweep(p, err));
    ons_cli_note(cli, "%zu models in %s", p->n_models, dir);
    return ONS_OK;
}

ons_status ons_cmd_train(ons_cli *cli, const ons_args *args, ons_err *err)
{
    if (ons_args_has(args, "example")) return print_example(err);
    const char *dir = ons_args_text(args, "output", NULL);
    if (args->n_positional != 1)
        return ONS_FAIL(err, ONS_USAGE, "train takes one ladder file, %zu arguments were given",
                        args->n_positional);
    if (!dir) return ONS_FAIL(err, ONS_USAGE, "train needs -o DIR");
    plan p = {.n_jobs = 0};
    ons_arena_init(&p.arena, 0);
    const ons_status s = train_all(cli, args->positional[0], &p, dir, err);
    ons_arena_clear(&p.arena);
    return s;
}
