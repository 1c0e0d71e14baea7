/* What a reader sees: a study as one HTML page, or as text for a terminal.
 *
 * The caller fills an ons_report with plain values and gets bytes back; equal
 * values give equal bytes, whatever the order of the series and of their points. The page is complete without
 * scripts; its one script (page.js) filters, sorts and highlights, and fetches nothing.
 * Everything is borrowed: keep the values until the call returns. Texts may be any
 * bytes (answers of models are); they are escaped, invalid UTF-8 and control
 * characters become visible. Numbers that are not known are NaN, texts empty.
 * No clock, no files, no printing. Thread-safe.
 *
 *   ons_report r = {.study = ONS_S("pocket"), .series = s, .n_series = 8, .w0 = 1.5};
 *   ons_buf page;
 *   ons_buf_init(&page, ONS_REPORT_BYTES_MAX);
 *   ONS_TRY(ons_report_html(&r, &page, err));
 *   … ons_file_write(path, ons_buf_bytes(&page), err) …
 *   ons_buf_release(&page); */
#ifndef ONS_REPORT_REPORT_H
#define ONS_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/describe.h"
#include "analysis/known.h"
#include "analysis/verdict.h"
#include "base/buf.h"
#include "base/score.h"
#include "base/slice.h"
#include "base/status.h"
#include "base/sweep.h"

/* Enough for thousands of series; the most that `out` need be able to hold. */
#define ONS_REPORT_BYTES_MAX   ((size_t)256 << 20)
#define ONS_REPORT_ANSWERS_MAX 3
#define ONS_REPORT_FORMS_MAX   40 /* of more series the table of curves (50 ms each) is asked for */

/* What the x of the points means: log10 of the scale, or minus the loss in nats. */
typedef enum ons_report_axis {
    ONS_REPORT_FLOPS,
    ONS_REPORT_PARAMS,
    ONS_REPORT_TOKENS,
    ONS_REPORT_LOSS
} ons_report_axis;

/* The answer of one model to the question of an example. */
typedef struct ons_report_answer {
    ons_str model; /* "28k-s1" */
    double params;
    ons_str text;       /* as the model wrote it */
    ons_tristate right; /* unknown: not said */
} ons_report_answer;

/* One question and what a small, a middle and a large model said. */
typedef struct ons_report_example {
    ons_str question, gold;
    ons_report_answer answer[ONS_REPORT_ANSWERS_MAX]; /* smallest model first */
    size_t n_answers;                                 /* 0: no example */
} ons_report_example;

/* The same models under a continuous metric, and what the metric check says. */
typedef struct ons_report_partner {
    ons_str metric; /* "logprob" */
    ons_str unit;   /* "nats" */
    const ons_point *point;
    size_t n_points;          /* 0: there is none */
    ons_metric_result result; /* result.check NONE: not checked; curves shape -1: none */
} ons_report_partner;

typedef struct ons_report_series {
    ons_str family, task, metric, prompt;
    double shots;
    ons_str about; /* one line for people; may be empty */
    ons_report_axis axis;
    bool primary;           /* one row of the map and one panel; the others get a shorter section */
    bool continuous;        /* y is any real in `unit`, else a fraction */
    const ons_point *point; /* any order; at most ONS_POINTS_MAX */
    size_t n_points;
    ons_str unit;  /* of a continuous y: "nats" */
    double chance; /* NaN: unknown */
    double w0;     /* decades */
    ons_verdict verdict;
    ons_known known;
    double p_adjusted;                  /* NaN: was not part of the adjustment */
    const ons_description *description; /* NULL: not made */
    const ons_forms *forms;             /* the table of curves; NULL: not made */
    ons_report_partner partner;
    ons_report_example example;
} ons_report_series;

typedef struct ons_report_model {
    ons_str name, family, seed;
    double params, tokens, flops, loss;
} ons_report_model;

typedef struct ons_report_pair {
    ons_str key, value;
} ons_report_pair;

typedef struct ons_report {
    ons_str study;
    const ons_report_series *series;
    size_t n_series;
    bool by_axis; /* every ability stands once on each of several axes: the first is the headline */
    const ons_report_model *model;
    size_t n_models;
    const ons_sweep_point *sweep; /* by size, then rate */
    size_t n_sweep;
    double w0;                     /* decades, of the main axis; for the method paragraph */
    const ons_report_pair *recipe; /* in full, in the order to be shown */
    size_t n_recipe;
    const ons_report_pair *method; /* numbers that a self-test measured: what, how much */
    size_t n_method;
    ons_str version; /* "onset 0.1.0" */
    ons_str command; /* reproduces the page */
} ons_report;

/* Appends the whole page to `out`.
 * Errors: LIMIT (a series with more than ONS_POINTS_MAX points, more answers than
 * ONS_REPORT_ANSWERS_MAX, `out` full), NOMEM. */
ons_status ons_report_html(const ons_report *r, ons_buf *out, ons_err *err);

#endif
