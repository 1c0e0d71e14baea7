/* What every command shares: the terminal, the interrupt, verbosity, and the
 * table of commands. cli/ is the only room that prints. */
#ifndef ONS_CLI_CLI_H
#define ONS_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/monitor.h"
#include "base/status.h"
#include "cli/args.h"
#include "os/interrupt.h"

typedef struct ons_cli {
    ons_interrupt interrupt;
    bool quiet, verbose, log_json, json;
    bool terminal;    /* stdout is one */
    bool progress;    /* bars may be drawn on stderr */
    bool colour;      /* of stdout */
    bool colour_err;  /* of stderr */
    bool unicode;     /* of stdout: a terminal in a UTF-8 locale */
    bool letters;     /* of stdout: names may hold any, whatever unicode says */
    bool unicode_err; /* of the bars, which only a terminal gets */
    size_t rows_most; /* of a table of verdicts before it is grouped; 0: any number */
    size_t plot_most; /* abilities up to which each is plotted */
    size_t columns;   /* of stdout, 80 where it is no terminal */
    size_t threads;
    uint64_t seed;
    const char *program_line; /* the command as typed, for the record of the run */
} ons_cli;

typedef struct ons_command {
    const char *name;
    const char *usage;        /* what stands behind the name: "LADDER.yaml -o DIR" */
    const char *summary;      /* one line */
    const char *about;        /* paragraphs for --help and the man page; blank line between them */
    const ons_option *option; /* ends with a NULL name */
    const char *const *example; /* pairs: command line, what it does; ends with NULL */
    ons_status (*run)(ons_cli *cli, const ons_args *args, ons_err *err);
    const char *no_seed; /* what --seed is told where nothing is drawn; NULL: it has a meaning */
} ons_command;

extern const ons_option ons_common_options[];
extern const ons_command ons_commands[]; /* ends with a NULL name */

const ons_command *ons_command_find(const char *name);

/* Results. An error of stdout (a full disk, a closed pipe) is a failed command. */
ons_status ons_cli_print(const ons_buf *b, ons_err *err);
/* Sentences among results: appended; on a terminal each line is wrapped to its columns. */
void ons_cli_prose(const ons_cli *cli, ons_buf *out, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Of a terminal; 80 and 24 where it is none, or says nothing. */
void ons_cli_terminal_size(int fd, size_t *ret_columns, size_t *ret_rows);
/* One line to stderr unless quiet; on a terminal wrapped between words. */
void ons_cli_note(const ons_cli *cli, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* By its long name, in a list that ends with a NULL name; NULL: it is not there. */
const ons_option *ons_option_find(const ons_option *list, const char *name);

/* Text for people, man page (mdoc), completion (bash). */
void ons_help_overview(ons_buf *out);
void ons_help_command(const ons_command *c, ons_buf *out);
void ons_help_man(const ons_command *c, ons_buf *out); /* NULL: onset(1) itself */
void ons_help_completion(ons_buf *out);

ons_status ons_cmd_demo(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_run(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_train(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_eval(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_verdict(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_forecast(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_power(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_selftest(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_report(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_export(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_import(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_ls(ons_cli *cli, const ons_args *args, ons_err *err);
ons_status ons_cmd_help(ons_cli *cli, const ons_args *args, ons_err *err);

#endif
