/* Rows of scores to series, and the verdicts on all of them.
 *
 *   ons_series_set set;
 *   ONS_TRY(ons_series_set_build(row, n, &(ons_series_options){.w0 = NAN}, &arena, &set, err));
 *   ONS_TRY(ons_series_set_decide(&set, n_threads, seed, NULL, err));
 *   … set.series[i].verdict …
 *
 * The order of the rows changes nothing: rows are sorted first, series come out sorted
 * by family, task, metric, shots, prompt, group, axis. Checkpoints before the end of their run are
 * points of the axis of tokens alone, where each size is a series of its own ("pocket 28k");
 * on the others they would stand beside models that were trained to their end. Borrows the texts of the rows and the arena. */
#ifndef ONS_STUDY_SERIES_H
#define ONS_STUDY_SERIES_H

#include "analysis/describe.h"
#include "analysis/known.h"
#include "analysis/verdict.h"
#include "base/arena.h"
#include "base/monitor.h"
#include "base/score.h"
#include "base/status.h"
#include "study/decided.h"

typedef enum ons_axis {
    ONS_AXIS_AUTO, /* the first of the others that every row of a series has */
    ONS_AXIS_FLOPS,
    ONS_AXIS_PARAMS,
    ONS_AXIS_TOKENS,
    ONS_AXIS_LOSS
} ons_axis;

/* "auto", "flops", … ; NULL-terminated, in the order of ons_axis. */
extern const char *const ons_axis_names[];

typedef struct ons_series_options {
    unsigned axes; /* 1u << ons_axis for every one that is asked for; 0: AUTO */
    double w0;     /* NaN: by the axis (2.1) */
    bool pool;     /* families together */
} ons_series_options;

#define ONS_NO_PARTNER SIZE_MAX

typedef struct ons_study_series {
    ons_str family, task, metric, prompt;
    ons_str group;                   /* of ons_score.group; mostly empty */
    double shots;                    /* NaN: unknown */
    ons_axis asked;                  /* AUTO, or one of options.axes */
    ons_axis axis;                   /* never AUTO; FLOPS with flag NO_SCALE where there is none */
    bool primary;                    /* the pre-registered metric of its task */
    ons_series series;               /* points in the arena */
    const ons_score **row;           /* [series.n_points] where each point comes from */
    unsigned flags;                  /* of grouping: NO_SCALE, N_ASSUMED, CHANCE_UNKNOWN */
    bool too_long;                   /* more than ONS_POINTS_MAX points: not decided */
    size_t partner;                  /* index of the continuous metric of the same answers */
    ons_verdict verdict;             /* after decide; grouping's flags are merged in */
    ons_known known;                 /* what is known where the verdict leaves it open */
    ons_metric_result metric_result; /* where there is a partner; else check NONE */
    double p_adjusted;               /* NaN: not among the primary series of its axis */
    ons_description description;     /* after decide */
    const ons_forms *forms;          /* after ons_series_set_fit_forms; else NULL */
} ons_study_series;

/* A row's value on an axis, in the units of the user; NaN: it has none. */
double ons_score_scale(const ons_score *r, ons_axis axis);
/* A place on the axis of points (log10, or minus the loss) in the units of the user. */
double ons_series_scale(const ons_study_series *s, double x);

typedef struct ons_series_set {
    ons_study_series *series;
    size_t n;
    size_t n_rows;
    size_t n_off_axis; /* rows left out for want of an axis that was asked for; AUTO: 0 */
} ons_series_set;

/* Sorts the rows where they are, fills in what another metric of the same answers says of their
 * items, and keeps pointers to them: a copy of many rows would be most of the memory.
 * Errors: NOMEM, LIMIT. */
ons_status ons_series_set_build(ons_score *row, size_t n_rows, const ons_series_options *o,
                                ons_arena *a, ons_series_set *ret_set, ons_err *err);
/* Decides every series, n_threads at a time; the result does not depend on it. decided: what was
 * decided before is taken from there, the rest is added to it; NULL: all is decided. */
ons_status ons_series_set_decide(ons_series_set *set, size_t n_threads, uint64_t seed,
                                 ons_decided *decided, ons_err *err);
/* The same; m is told how far it came, and asked whether to stop (INTERRUPTED). */
ons_status ons_series_set_decide_told(ons_series_set *set, size_t n_threads, uint64_t seed,
                                      ons_decided *decided, const ons_monitor *m, ons_err *err);
/* Keeps the series of the tasks that match one of the patterns (* ? [a-z], separated by commas),
 * with the verdicts and adjusted p-values that they have among all.
 * Errors: USAGE (no task matches; the nearest name is the hint), LIMIT, NOMEM. */
ons_status ons_series_set_keep(ons_series_set *set, ons_str patterns, ons_arena *a, ons_err *err);
/* Fits the table of curves to every series that has a verdict; about 30 ms each. Borrows the arena.
 * Errors: NOMEM. */
ons_status ons_series_set_fit_forms(ons_series_set *set, size_t n_threads, ons_arena *a,
                                    ons_err *err);

#endif
