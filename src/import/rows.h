/* Rows of scores that come out of result files of other programs, with where they came from.
 *
 *   ons_import in;
 *   ons_import_init(&in, &models, &benchmarks);
 *   for each file: ONS_TRY(ons_import_file(&in, path, err)); ONS_TRY(ons_lm_eval_read(text, &in, err));
 *   ONS_TRY(ons_import_finish(&in, err));
 *   … in.row[0 .. in.n_rows), in.note[…], ons_import_ask(&in, &buf) …
 *   ons_import_release(&in);
 *
 * Nothing is guessed: a model that the table does not know is asked for, a score outside its
 * range or two scores of one thing leave their series out, each with a note. Owns its rows and
 * texts; borrows the tables. Not thread-safe. */
#ifndef ONS_IMPORT_ROWS_H
#define ONS_IMPORT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/score.h"
#include "base/status.h"
#include "import/benchmarks.h"
#include "import/models.h"

#define ONS_IMPORT_ROWS_MAX  ((size_t)20 * 1000 * 1000)
#define ONS_IMPORT_NOTES_MAX ((size_t)1000)

typedef enum ons_import_severity {
    ONS_IMPORT_HINT, /* something was chosen or passed over, nothing is wrong */
    ONS_IMPORT_ERROR /* something is left out: the command ends with PARTIAL */
} ons_import_severity;

typedef struct ons_import_note {
    ons_import_severity severity;
    ons_str file;          /* may be empty */
    uint32_t line, column; /* 0: not of a line */
    ons_str message;
} ons_import_note;

/* A model that is not in the table. */
typedef struct ons_import_unknown {
    ons_str name;    /* as a row of the table would call it */
    ons_str written; /* as it stood in the file */
    ons_str file;    /* the first one */
    double params;   /* what the file said; NaN: nothing */
    bool revision;   /* the model is known, this revision is not */
    size_t n_rows;
} ons_import_unknown;

typedef struct ons_import_origin {
    uint32_t file, line; /* index of a file; line 0: not known */
} ons_import_origin;

typedef struct ons_import_source {
    ons_str path;
    double date;          /* seconds since 1970 of the run; NaN: not said */
    double limit;         /* items asked at most, below 1 a share of them; NaN: all */
    bool as_written;      /* a table that says what it means: nothing is filled in or checked */
    bool printed_in_full; /* scores to the last digit, items not said: BIG-bench */
} ons_import_source;

/* One raw answer of a model, borrowed for the call of whoever takes it. */
typedef struct ons_import_answer {
    const ons_model_scale *model;
    ons_str task, prompt;
    double shots;
    size_t item, request, repeat; /* request: which of the choices */
    bool generated;               /* text, else logprob and greedy */
    bool greedy;
    double logprob; /* nats */
    ons_str text;
} ons_import_answer;
typedef ons_status ons_import_answer_fn(void *ctx, const ons_import_answer *a, ons_err *err);

typedef struct ons_import {
    const ons_models *models;
    const ons_benchmarks *benchmarks;
    ons_import_answer_fn *answer; /* takes raw answers; NULL: nobody does */
    void *answer_ctx;
    bool answer_failed; /* who takes them could not: no fault of a file */
    ons_arena arena;
    ons_score *row;
    ons_import_origin *origin; /* [n_rows] */
    size_t n_rows, cap_rows;
    ons_import_source *source;
    size_t n_sources, cap_sources;
    ons_import_note *note;
    size_t n_notes, cap_notes, n_errors, n_unsaid; /* unsaid: beyond ONS_IMPORT_NOTES_MAX */
    ons_import_unknown *unknown;
    size_t n_unknown, cap_unknown;
    ons_id *left_out; /* series with an error */
    size_t n_left_out, cap_left_out;
    struct ons_import_text *text; /* every text once */
    size_t n_texts, cap_texts;
    size_t n_not_finite, n_same; /* rows without a finite score; rows that stood there twice */
    size_t n_untrained; /* rows of models before their first step, which have no place on an axis */
    ons_str not_finite_metric, not_finite_task; /* of the first of them */
} ons_import;

void ons_import_init(ons_import *in, const ons_models *models, const ons_benchmarks *benchmarks);
void ons_import_release(ons_import *in);

/* What follows comes from this file. Errors: NOMEM, LIMIT. */
ons_status ons_import_file(ons_import *in, const char *path, ons_err *err);

/* The one copy of a text. */
ons_status ons_import_keep(ons_import *in, ons_str s, ons_str *ret_s, ons_err *err);

/* A score whose numbers and texts are unknown. */
ons_score ons_import_score(void);

/* The model that a file names. False in *ret_known: it goes to in->unknown, and the rows of it
 * that would have been are counted there by ons_import_skip. params: what the file says of its
 * size, NaN if nothing; far from the table's figure it is another model, so not known. */
ons_status ons_import_model(ons_import *in, ons_str written, double params, bool *ret_known,
                            ons_model_scale *ret_m, ons_err *err);
void ons_import_skip(ons_import *in, size_t n_rows);

/* Adds a row: family, model and scale are m's (NULL: those of s), chance and number of items
 * are filled in from the table of benchmarks where they are unknown, the range is checked. */
ons_status ons_import_add(ons_import *in, const ons_score *s, const ons_model_scale *m,
                          uint32_t line, ons_err *err);
/* The series of this row is left out; a note says why. */
ons_status ons_import_leave_out(ons_import *in, const ons_score *s, ons_err *err);
ons_status ons_import_leave_out_id(ons_import *in, ons_id series, ons_err *err);

/* A note on the present file. */
ons_status ons_import_say(ons_import *in, ons_import_severity severity, uint32_t line,
                          uint32_t column, ons_err *err, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/* Once, behind the last file: what stands there twice, what contradicts itself, and series
 * that are left out. Errors: NOMEM. */
ons_status ons_import_finish(ons_import *in, ons_err *err);

/* Numbers of items of shares of right answers, from files printed in full, by the fineness of
 * the scores of a family in a task. A part of ons_import_finish. Errors: NOMEM. */
ons_status ons_import_infer_items(ons_import *in, ons_err *err);

/* The one message about unknown models, with the lines to add; nothing where all are known. */
void ons_import_ask(const ons_import *in, ons_buf *out);

#endif
