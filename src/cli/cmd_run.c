#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "os/file.h"
#include "study/study_file.h"

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* -o DIR, else the file's name without its ending, in the working directory. */
static ons_status choose_dir(const ons_args *args, const char *file, char *buf, ons_err *err)
{
    const char *given = ons_args_text(args, "output", NULL);
    if (given) return ons_path_format(buf, ONS_PATH_MAX, err, "%s", given);
    const char *name = last_part(file), *dot = strrchr(name, '.');
    if (strcmp(name, "-") == 0 || dot == name || !dot)
        return ONS_FAIL(err, ONS_USAGE, "'%s' gives no name for the directory: run needs -o DIR",
                        file);
    return ons_path_format(buf, ONS_PATH_MAX, err, "%.*s", (int)(dot - name), name);
}

/* What the page says reproduces it: no places of this machine. */
static void command_text(const ons_cli *cli, const char *file, char *buf, size_t cap)
{
    const int n = snprintf(buf, cap, "onset run %s", last_part(file));
    if (cli->seed && n > 0 && (size_t)n < cap)
        (void)snprintf(buf + n, cap - (size_t)n, " --seed %" PRIu64, cli->seed);
}

static ons_status run_study(ons_cli *cli, const char *file, const char *dir, size_t workers,
                            ons_err *err)
{
    ons_arena a;
    ons_study study;
    ons_progress *progress;
    char command[ONS_PATH_MAX];
    command_text(cli, file, command, sizeof command);
    const ons_study_options o = {.dir = dir,
                                 .n_threads = cli->threads,
                                 .n_workers = workers,
                                 .seed = cli->seed,
                                 .command_line = cli->program_line,
                                 .command = command};
    ons_arena_init(&a, 0);
    ons_status s = ons_study_read(file, &a, &study, err);
    if (s == ONS_OK) s = ons_progress_new(cli, &progress, err);
    if (s == ONS_OK) {
        s = ons_study_run(&study, &o, ons_progress_monitor(progress), err);
        ons_progress_free(progress);
    }
    ons_arena_clear(&a);
    return s;
}

ons_status ons_cmd_run(ons_cli *cli, const ons_args *args, ons_err *err)
{
    char dir[ONS_PATH_MAX], db[ONS_PATH_MAX];
    uint64_t workers;
    if (args->n_positional != 1)
        return ONS_FAIL(err, ONS_USAGE,
                        "run takes one study or ladder file, %zu arguments were given",
                        args->n_positional);
    const char *file = args->positional[0];
    ONS_TRY(ons_args_u64(args, "workers", 1, ONS_STUDY_WORKERS_MAX, 1, &workers, err));
    ONS_TRY(choose_dir(args, file, dir, err));
    ONS_TRY(ons_path_format(db, sizeof db, err, "%s/onset.db", dir));
    ONS_TRY(run_study(cli, file, dir, (size_t)workers, err));
    ONS_TRY(ons_show_store(cli, db, err));
    ons_cli_note(cli, "\nreport: %s/report.html", dir);
    return ONS_OK;
}
