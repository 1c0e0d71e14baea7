/* Everything a page or a table of verdicts is made of: series with their verdicts,
 * models, and some answers, from a store or from rows of scores.
 *
 *   ons_results r;
 *   ONS_TRY(ons_results_of_store(store, &options, &r, err));
 *   … ons_results_json(&r, &buf, err), ons_results_report(&r, &report, err) …
 *   ons_results_release(&r); */
#ifndef ONS_STUDY_RESULTS_H
#define ONS_STUDY_RESULTS_H

#include "base/arena.h"
#include "base/buf.h"
#include "report/report.h"
#include "store/store.h"
#include "study/series.h"

typedef struct ons_results_options {
    ons_series_options series;
    size_t n_threads;
    uint64_t seed;       /* of the decisions; 0: as the study in the store says */
    const char *command; /* what the page says reproduces it */
    ons_str name; /* of the scores, where neither a study nor a family names them; may be empty */
    const ons_monitor *monitor; /* of the decisions; may be NULL */
    bool undecided;             /* series only, no verdicts */
    const char *tasks;  /* patterns of the tasks that are kept once all are decided; NULL: all */
    size_t forms_up_to; /* fit the table of curves where there are at most so many series */
} ons_results_options;

typedef struct ons_results {
    ons_arena arena; /* owns all of it, but for */
    ons_arena rows;  /* the array of rows, of a store */
    ons_results_options options;
    ons_str study, recipe;
    ons_score *row;
    size_t n_rows;
    ons_series_set set;
    ons_report_model *model;
    ons_id *model_hash;
    size_t n_models;
    ons_store_task *task;
    size_t n_tasks;
    ons_sweep_point *sweep;
    size_t n_sweep;
    ons_report_example *example; /* [set.n] */
} ons_results;

/* Reads all scores, decides all series, fetches example answers. */
ons_status ons_results_of_store(ons_store *s, const ons_results_options *o, ons_results *ret_r,
                                ons_err *err);
/* The same from rows of a table. Borrows the rows. */
ons_status ons_results_of_rows(ons_score *row, size_t n, const ons_results_options *o,
                               ons_results *ret_r, ons_err *err);
/* The rows alone, without any verdict: row and n_rows. */
ons_status ons_results_scores(ons_store *s, ons_results *ret_r, ons_err *err);
void ons_results_release(ons_results *r);

/* The values of the page; borrows r. */
ons_status ons_results_report(ons_results *r, ons_report *ret_report, ons_err *err);
/* One line of JSON for each series. */
ons_status ons_results_json(ons_results *r, ons_buf *out, ons_err *err);
/* Puts series and verdicts into the store, in place of those it holds. */
ons_status ons_results_record(ons_results *r, ons_store *s, ons_err *err);

#endif
