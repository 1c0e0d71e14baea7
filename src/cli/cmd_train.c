#include <string.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "os/file.h"
#include "study/ladder_file.h"

#define LADDER_BYTES_MAX ((size_t)4 << 20)

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

static ons_status read_ladder(const char *path, ons_ladder *ret_l, ons_err *err)
{
    ons_buf text;
    ons_buf_init(&text, LADDER_BYTES_MAX);
    ons_status s = ons_file_read(path, &text, err);
    if (s == ONS_OK) s = ons_ladder_parse(ons_buf_str(&text), path, ret_l, err);
    ons_buf_release(&text);
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

ons_status ons_cmd_train(ons_cli *cli, const ons_args *args, ons_err *err)
{
    if (ons_args_has(args, "example")) return print_example(err);
    const char *dir = ons_args_text(args, "output", NULL);
    if (args->n_positional != 1)
        return ONS_FAIL(err, ONS_USAGE, "train takes one ladder file, %zu arguments were given",
                        args->n_positional);
    if (!dir) return ONS_FAIL(err, ONS_USAGE, "train needs -o DIR");
    ons_ladder ladder;
    ONS_TRY(read_ladder(args->positional[0], &ladder, err));
    ONS_TRY(train(cli, &ladder, dir, err));
    ons_cli_note(cli, "%zu models in %s", ladder.n_sizes * ladder.n_seeds, dir);
    return ONS_OK;
}
