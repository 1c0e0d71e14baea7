/* The command line: tables of commands and options, and what the user typed.
 *
 * The same tables make the parser, --help, the man pages and shell completion. */
#ifndef ONS_CLI_ARGS_H
#define ONS_CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define ONS_ARGS_POSITIONAL_MAX 32768 /* thousands of result files in one call */
#define ONS_ARGS_OPTIONS_MAX    64

typedef struct ons_option {
    const char *name; /* long name with hyphens; underscores are taken for hyphens */
    char letter;      /* 0: none */
    const char *arg;  /* what the value is called in the help; NULL: a flag */
    const char *help; /* one or two lines for people */
} ons_option;

typedef struct ons_args {
    const char *positional[ONS_ARGS_POSITIONAL_MAX];
    size_t n_positional;
    struct {
        const ons_option *option;
        const char *value; /* "" for a flag */
    } given[ONS_ARGS_OPTIONS_MAX];
    size_t n_given;
} ons_args;

/* Parses argv[0..argc) against `own` and `common` options (arrays that end with a
 * NULL name). "--" ends options; "-" is a positional; --name=value, --name value,
 * -xVALUE and -x VALUE are all the same. Errors: USAGE with the nearest name. */
ons_status ons_args_parse(int argc, char **argv, const ons_option *own, const ons_option *common,
                          ons_args *ret_args, ons_err *err);

bool ons_args_has(const ons_args *a, const char *name);
/* The last value given, or `otherwise`. */
const char *ons_args_text(const ons_args *a, const char *name, const char *otherwise);
/* A whole number in [least, most]. */
ons_status ons_args_u64(const ons_args *a, const char *name, uint64_t least, uint64_t most,
                        uint64_t otherwise, uint64_t *ret_v, ons_err *err);
/* A number > least; suffixes k, M, B, T allowed. */
ons_status ons_args_f64(const ons_args *a, const char *name, double least, double otherwise,
                        double *ret_v, ons_err *err);
/* One of the words of a NULL-terminated list; ret_i: its index. */
ons_status ons_args_word(const ons_args *a, const char *name, const char *const *allowed,
                         size_t otherwise, size_t *ret_i, ons_err *err);

#endif
