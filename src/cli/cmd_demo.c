#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "os/file.h"
#include "study/ladder_file.h"
#include "study/study.h"

#define SEEDS_MAX      32
#define LADDER_LEN_MAX ((size_t)64 * 1024)

/* The embedded ladder file with another line of seeds. */
static void ladder_text(uint64_t seeds, ons_buf *out)
{
    ons_str rest = ons_ladder_pocket_text(), line;
    while (rest.len) {
        (void)ons_str_cut(&rest, '\n', &line);
        if (ons_str_starts(line, ONS_S("seeds:"))) {
            ons_buf_text(out, "seeds: [");
            for (uint64_t s = 1; s <= seeds; s++)
                ons_buf_printf(out, "%s%" PRIu64, s > 1 ? ", " : "", s);
            ons_buf_text(out, "]\n");
        } else {
            ons_buf_str_add(out, line);
            ons_buf_char(out, '\n');
        }
    }
}

static ons_status run_demo(ons_cli *cli, const char *dir, uint64_t seeds, uint64_t workers,
                           ons_str text, ons_arena *a, ons_err *err)
{
    ons_ladder_file ladder;
    ons_progress *progress;
    char command[64];
    ONS_TRY(ons_ladder_parse(text, "the demo's ladder", NULL, a, &ladder, err));
    (void)snprintf(command, sizeof command, "onset demo --seeds %" PRIu64, seeds);
    const ons_study study = ons_study_of_ladder(&ladder, text);
    ONS_TRY(ons_progress_new(cli, &progress, err));
    const ons_study_options o = {.dir = dir,
                                 .n_threads = cli->threads,
                                 .n_workers = (size_t)workers,
                                 .seed = cli->seed,
                                 .command_line = cli->program_line,
                                 .command = command};
    ons_status s = ons_study_run(&study, &o, ons_progress_monitor(progress), err);
    ons_progress_free(progress);
    return s;
}

ons_status ons_cmd_demo(ons_cli *cli, const ons_args *args, ons_err *err)
{
    const char *dir = ons_args_text(args, "output", "onset-demo");
    uint64_t seeds, workers;
    char db[ONS_PATH_MAX];
    if (args->n_positional > 0)
        return ONS_FAIL(err, ONS_USAGE, "demo takes no arguments, '%s' was given",
                        args->positional[0]);
    ONS_TRY(ons_args_u64(args, "seeds", 1, SEEDS_MAX, 3, &seeds, err));
    ONS_TRY(ons_args_u64(args, "workers", 1, ONS_STUDY_WORKERS_MAX, 1, &workers, err));
    ONS_TRY(ons_path_format(db, sizeof db, err, "%s/onset.db", dir));
    ons_arena a;
    ons_buf text;
    ons_arena_init(&a, 0);
    ons_buf_init(&text, LADDER_LEN_MAX);
    ladder_text(seeds, &text);
    ons_status s = ons_buf_status(&text, err);
    if (s == ONS_OK) s = run_demo(cli, dir, seeds, workers, ons_buf_str(&text), &a, err);
    ons_arena_clear(&a);
    ons_buf_release(&text);
    ONS_TRY(s);
    ONS_TRY(ons_show_store(cli, db, err));
    ons_cli_note(cli, "\nreport: %s/report.html", dir);
    return ONS_OK;
}
