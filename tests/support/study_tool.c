/* A whole study of a ladder file, for tests that hit it with faults:
 * study_tool LADDER.yaml -o DIR. Exit codes and the error line are those of onset. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "os/interrupt.h"
#include "study/ladder_file.h"
#include "study/study.h"

static bool stop(void *ctx) { return ons_interrupt_pending(ctx); }

static void say(void *ctx, const ons_event *e)
{
    (void)ctx;
    if (e->kind == ONS_EVENT_WARN) (void)fprintf(stderr, "warning: %s\n", e->text);
}

static ons_status run(const char *file, const char *dir, ons_err *err)
{
    ons_arena a;
    ons_str text;
    ons_ladder l;
    ons_interrupt interrupt = {0};
    const ons_monitor m = {.event = say, .stop = stop, .ctx = &interrupt};
    const ons_study_options o = {
        .dir = dir, .n_threads = 1, .command_line = "study_tool", .command = "onset run"};
    ons_arena_init(&a, 0);
    ons_status s = ons_ladder_read(file, &a, &l, &text, err);
    ons_interrupt_block();
    if (s == ONS_OK) s = ons_study_run(&l, text, &o, &m, err);
    ons_arena_clear(&a);
    return s;
}

int main(int argc, char **argv)
{
    ons_err err = ONS_ERR_INIT;
    char line[1024];
    if (argc != 4 || strcmp(argv[2], "-o") != 0) {
        (void)fprintf(stderr, "usage: study_tool LADDER.yaml -o DIR\n");
        return 2;
    }
    const ons_status s = run(argv[1], argv[3], &err);
    if (s == ONS_OK) return 0;
    ons_err_format(&err, line, sizeof line);
    (void)fprintf(stderr, "%s\n", line);
    return ons_status_exit_code(s);
}
