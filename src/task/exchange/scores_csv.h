/* The CSV of scores: one row a score, a header with the names of the columns in
 * any order. Needed: family, task, metric, score and one of params, tokens, flops,
 * loss. Columns of other names are passed over, but for those that are asked for.
 * Where semicolons or tabs separate, "0,25" is a number.
 *
 *   ons_scores all = {0};
 *   s = ons_scores_csv_read(text, "a.csv", &(ons_scores_options){0}, &arena, &all, err);
 *   if (s == ONS_PARTIAL) … all.error[0 .. all.n_errors) name file, line and column …
 *
 * A malformed row is named, every row of its series is left out, the rest goes
 * on. Several files may be read into the same ons_scores: a series with a
 * malformed row in one of them is left out of all.
 *
 * Empty numbers are unknown (NaN), and so is a score "NaN". Scores keep their own
 * range: what lies outside 0..high_score is no error (study/series decides).
 * Rows borrow the text and the arena: keep both. */
#ifndef ONS_TASK_EXCHANGE_SCORES_CSV_H
#define ONS_TASK_EXCHANGE_SCORES_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/score.h"
#include "base/slice.h"
#include "base/status.h"

#define ONS_SCORES_BYTES_MAX ((size_t)1 << 30)

/* Takes one row; its texts are borrowed from the text and the arena. */
typedef ons_status ons_scores_take(void *ctx, const ons_score *row, uint32_t line, ons_err *err);

typedef struct ons_scores_options {
    bool strict;        /* stop with FORMAT at the first malformed row */
    const char *group;  /* a column, of the known ones or not, that is read into ons_score.group;
                          a file without it has no group; NULL: none */
    const char *recipe; /* more columns that say how a model was made, separated by commas, beside
                           recipe, tokenizer and data: they go into ons_score.recipe; NULL: none */
    ons_scores_take
        *take; /* where rows go in place of ret->row, before it is known which series are
                              left out (ret->left_out); NULL: into ret->row */
    void *ctx;
} ons_scores_options;

typedef struct ons_scores_error {
    const char *file;
    uint32_t line, column; /* from 1 */
    ons_str message;       /* "'abc' in column score is no number" */
    bool series_known;     /* false: too broken to say whose row it was; only the row is gone */
} ons_scores_error;

typedef struct ons_scores {
    ons_score *row;
    uint32_t *line; /* [n_rows] of its file */
    size_t n_rows, cap_rows;
    ons_scores_error *error;
    size_t n_errors, cap_errors;
    ons_id *left_out; /* ids of the series that were left out, sorted, each once */
    size_t n_left_out, cap_left_out;
    bool has_group;        /* some file had the column that was asked for */
    uint64_t recipe_found; /* bit i: some file had the i-th of the first 64 words of recipe */
} ons_scores;

/* Appends the rows of one file. `file` is for messages and is borrowed.
 * Errors: PARTIAL (some rows were malformed: see ret->error; the rest is there),
 * FORMAT (no header, a needed column missing or twice; strict: the first malformed
 * row), LIMIT, NOMEM. */
ons_status ons_scores_csv_read(ons_str text, const char *file, const ons_scores_options *o,
                               ons_arena *a, ons_scores *ret, ons_err *err);

/* Appends header and rows with all columns; reads back the same. */
void ons_scores_csv_write(const ons_score *row, size_t n_rows, ons_buf *out);

/* Identity of the series a row belongs to: family, task, metric, shots, prompt, group. */
ons_id ons_score_series_id(const ons_score *s);

#endif
