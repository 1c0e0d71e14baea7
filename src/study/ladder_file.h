/* Ladder files: YAML that people write, read into ladders.
 *
 * Every key of the file format, no others: a typo is named with the nearest key and
 * its line. What this version cannot do is refused by name, never ignored.
 *
 *   ons_ladder_file f;
 *   ONS_TRY(ons_ladder_read("pocket.yaml", &arena, &f, &text, err));
 *   … f.ladder[0 .. f.n_ladders) … */
#ifndef ONS_STUDY_LADDER_FILE_H
#define ONS_STUDY_LADDER_FILE_H

#include "base/arena.h"
#include "base/slice.h"
#include "base/status.h"
#include "study/series.h"
#include "train/ladder.h"

#define ONS_LADDER_GROUPS_MAX 64
#define ONS_SWEEP_RATES_MAX   32
#define ONS_LADDER_PATH_MAX   1024

typedef struct ons_ladder_file {
    char name[ONS_NAME_MAX];
    ons_ladder *ladder; /* one for each of `groups`; one where there are none */
    size_t n_ladders;
    ons_ladder *sweep; /* the first ladder's recipe at each of `sweep.rate`, sizes `sweep.widths` */
    size_t n_sweep;
    unsigned axes; /* of ons_series_options */
    double w0;     /* decades; NaN: by the axis */
} ons_ladder_file;

/* file: for messages, borrowed during the call. own: what skills_file names, read before (NULL:
 * a text with that key is refused); the ladders borrow it and `a`. Opens no file.
 * Errors: FORMAT (FILE:LINE:COLUMN), UNSUPPORTED, LIMIT, NOMEM. */
ons_status ons_ladder_parse(ons_str text, const char *file, const ons_skill_list *own, ons_arena *a,
                            ons_ladder_file *ret_file, ons_err *err);

/* What is known of a ladder file without its recipes and without any other file: name, axes, W0,
 * and the name of its skills_file. Other keys are passed over, right or wrong. */
typedef struct ons_ladder_head {
    char name[ONS_NAME_MAX];
    unsigned axes;
    double w0;                             /* decades; NaN: by the axis */
    char skills_file[ONS_LADDER_PATH_MAX]; /* as written; empty: none */
} ons_ladder_head;
ons_status ons_ladder_parse_head(ons_str text, const char *file, ons_ladder_head *ret_head,
                                 ons_err *err);

/* The ladder file at `path` with the skills it names. text and ladders borrow `a`.
 * Errors: IO and those of parsing (FILE:LINE of either file). */
ons_status ons_ladder_read(const char *path, ons_arena *a, ons_ladder_file *ret_file,
                           ons_str *ret_text, ons_err *err);

/* The same of a file that was read already. */
ons_status ons_ladder_of_text(ons_str text, const char *path, ons_arena *a,
                              ons_ladder_file *ret_file, ons_err *err);

/* A file of a user's own skills, "-" for standard input; they borrow `a`. */
ons_status ons_own_skills_read(const char *path, ons_arena *a, ons_skill_list *ret_list,
                               ons_err *err);

/* The ladder of `onset demo`: examples/pocket.yaml. */
ons_str ons_ladder_pocket_text(void);

#endif
