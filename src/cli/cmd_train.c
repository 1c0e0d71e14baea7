#include "base/arena.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "model/hf/card.h"
#include "os/file.h"
#include "study/ladder_file.h"
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

static ons_status train(ons_cli *cli, const ons_ladder *l, const char *dir, ons_err *err)
{
    ons_lock lock;
    ons_progress *progress;
    ONS_TRY(ons_dir_make(dir, err));
    ONS_TRY(ons_lock_take(dir, &lock, err));
    ons_status s = ons_progress_new(cli, &progress, err);
    if (s == ONS_OK) {
        s = ons_train_ladder(l, dir, cli->threads, ons_progress_monitor(progress), err);
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
static ons_status add_model(const ons_train_job *job, const char *dir, ons_arena *a, ons_buf *out,
                            ons_err *err)
{
    char model[ONS_PATH_MAX], path[ONS_PATH_MAX];
    ons_model_card card;
    ons_buf json;
    ONS_TRY(ons_path_format(model, sizeof model, err, "%s/%s", dir, job->name));
    ONS_TRY(ons_path_format(path, sizeof path, err, "%s/onset.json", model));
    ons_buf_init(&json, CARD_BYTES_MAX);
    ons_status s = ons_file_read(path, &json, err);
    if (s == ONS_OK) s = ons_model_card_read(ons_buf_str(&json), a, &card, err);
    if (s == ONS_OK) print_model(out, &card, model);
    ons_buf_release(&json);
    return s;
}

/* Smallest size first, seeds in their order. */
static ons_status add_models(const ons_ladder *l, const char *dir, ons_arena *a, ons_buf *out,
                             ons_err *err)
{
    ons_train_job *job;
    size_t n;
    ONS_TRY(ons_ladder_jobs(l, a, &job, &n, err));
    for (size_t size = 0; size < l->n_sizes; size++)
        for (size_t seed = 0; seed < l->n_seeds; seed++)
            for (size_t i = 0; i < n; i++)
                if (job[i].size == size && job[i].seed == l->seed[seed])
                    ONS_TRY(add_model(&job[i], dir, a, out, err));
    return ONS_OK;
}

static ons_status print_models(const ons_ladder *l, const char *dir, ons_err *err)
{
    ons_arena a;
    ons_buf out;
    ons_arena_init(&a, 0);
    ons_buf_init(&out, OUTPUT_BYTES_MAX);
    ons_status s = add_models(l, dir, &a, &out, err);
    if (s == ONS_OK) s = ons_cli_print(&out, err);
    ons_buf_release(&out);
    ons_arena_clear(&a);
    return s;
}

ons_status ons_cmd_train(ons_cli *cli, const ons_args *args, ons_err *err)
{
    if (ons_args_has(args, "example")) return print_example(err);
    const char *dir = ons_args_text(args, "output", NULL);
    if (args->n_positional != 1)
        return ONS_FAIL(err, ONS_USAGE, "train takes one ladder file, %zu arguments were given",
                        args->n_positional);
    if (!dir) return ONS_FAIL(err, ONS_USAGE, "train needs -o DIR");
    ons_arena a; /* of the ladder's own skills */
    ons_ladder ladder;
    ons_str text;
    ons_arena_init(&a, 0);
    ons_status s = ons_ladder_read(args->positional[0], &a, &ladder, &text, err);
    if (s == ONS_OK) s = train(cli, &ladder, dir, err);
    if (s == ONS_OK && cli->json) s = print_models(&ladder, dir, err);
    if (s == ONS_OK) ons_cli_note(cli, "%zu models in %s", ladder.n_sizes * ladder.n_seeds, dir);
    ons_arena_clear(&a);
    return s;
}
