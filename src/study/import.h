/* Result files of other programs: files and folders to rows of scores.
 *
 *   ons_results_import *x;
 *   ONS_TRY(ons_results_import_new(NULL, &x, err));
 *   s = ons_results_import_paths(x, path, n, &o, monitor, err);
 *   … x->in.row, x->in.note …, ons_results_import_store(x, store, err) …
 *   ons_results_import_free(x); */
#ifndef ONS_STUDY_IMPORT_H
#define ONS_STUDY_IMPORT_H

#include "base/monitor.h"
#include "import/rows.h"
#include "store/store.h"

#define ONS_IMPORT_JSON_BYTES_MAX ((size_t)64 << 20)
#define ONS_IMPORT_DEPTH_MAX      16 /* folders in folders */
#define ONS_IMPORT_FILES_MAX      ((size_t)1000 * 1000)

typedef enum ons_import_format {
    ONS_IMPORT_AUTO, /* whichever of the others it is */
    ONS_IMPORT_LM_EVAL,
    ONS_IMPORT_BIGBENCH,
    ONS_IMPORT_HELM,
    ONS_IMPORT_CSV
} ons_import_format;

/* "auto", "lm-eval", …; NULL-terminated, in the order of ons_import_format. */
extern const char *const ons_import_format_names[];

typedef struct ons_import_options {
    ons_import_format format;
    bool strict;        /* stop at the first file or row that is bad */
    const char *recipe; /* more columns of tables that say how a model was made; NULL: none */
    const char *group;  /* column of tables that is read into ons_score.group; NULL: none */
    ons_store *store;   /* takes the raw answers while they are read; NULL: they are not kept */
} ons_import_options;

typedef struct ons_results_import {
    ons_arena tables;
    ons_buf own_models; /* the user's table */
    ons_models models;
    ons_benchmarks benchmarks;
    ons_import in;
    size_t n_read;    /* files that gave rows */
    size_t n_other;   /* JSON files in folders that hold no results */
    size_t n_failed;  /* files that could not be read */
    size_t n_answers; /* raw answers that went into the store */
} ons_results_import;

/* models: a CSV of the user's beside the built-in table, or NULL.
 * Errors: those of the file (FORMAT with line and column, IO), NOMEM. */
ons_status ons_results_import_new(const char *models, ons_results_import **ret_x, ons_err *err);
void ons_results_import_free(ons_results_import *x); /* NULL is fine */

/* Reads files, and folders with all that is in them. A bad file is noted and passed over, but
 * ends it if it is the only one or with `strict`. Errors: IO (a path that is not there; a folder without any file of the
 * format), FORMAT (strict), LIMIT, NOMEM, INTERRUPTED. */
ons_status ons_results_import_paths(ons_results_import *x, const char *const *path, size_t n_paths,
                                    const ons_import_options *o, const ons_monitor *m,
                                    ons_err *err);

/* All rows into a store, in one transaction. */
ons_status ons_results_import_store(const ons_results_import *x, ons_store *s, ons_err *err);

#endif
