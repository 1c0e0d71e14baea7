/* What is known of usual benchmarks by the names that result files give them: chance level and
 * number of items. A CSV as people can read it: task (a '*' at its end or start stands for any
 * letters), metrics (separated by '|'; empty: the graded choice of one answer), chance, n_items,
 * source. */
#ifndef ONS_IMPORT_BENCHMARKS_H
#define ONS_IMPORT_BENCHMARKS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/slice.h"
#include "base/status.h"

typedef struct ons_benchmark {
    ons_str task, metrics;
    double chance, n_items; /* NaN: unknown */
} ons_benchmark;

typedef struct ons_benchmarks {
    ons_benchmark *row;
    size_t n_rows;
} ons_benchmarks;

/* data/benchmarks.csv as it was compiled in. */
ons_str ons_benchmarks_builtin(void);
/* Borrows text and arena. Errors: FORMAT (line and column), NOMEM. */
ons_status ons_benchmarks_read(ons_str text, const char *file, ons_arena *a, ons_benchmarks *ret_b,
                               ons_err *err);
/* The chance of the first row that fits task and metric (empty there: known to be none), and the
 * first number of items of the task; NaN where nothing is known. */
ons_benchmark ons_benchmarks_find(const ons_benchmarks *b, ons_str task, ons_str metric);

/* A share of right answers by its name, so that it must lie in 0..1: acc, exact_match and the
 * like, whatever filter stands behind a comma. */
bool ons_metric_is_share(ons_str metric);

#endif
