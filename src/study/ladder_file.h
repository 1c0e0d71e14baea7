/* Ladder files: YAML that people write, read into an ons_ladder.
 *
 * Every key of the file format, no others: a typo is named with the nearest key and
 * its line. What this version cannot do is refused by name, never ignored. */
#ifndef ONS_STUDY_LADDER_FILE_H
#define ONS_STUDY_LADDER_FILE_H

#include "base/arena.h"
#include "base/slice.h"
#include "base/status.h"
#include "train/ladder.h"

#define ONS_LADDER_PATH_MAX 1024

/* file: for messages, borrowed during the call. own: what skills_file names, read before (NULL:
 * a text with that key is refused); the ladder borrows it. Opens no file.
 * Errors: FORMAT (FILE:LINE:COLUMN), UNSUPPORTED, LIMIT, NOMEM. */
ons_status ons_ladder_parse(ons_str text, const char *file, const ons_skill_list *own,
                            ons_ladder *ret_ladder, ons_err *err);

/* What is known of a ladder without its recipe and without any other file: name, axis, W0, and
 * the name of its skills_file. Other keys are passed over, right or wrong. */
typedef struct ons_ladder_head {
    char name[ONS_NAME_MAX];
    char axis[16];
    double w0;                             /* decades; NaN: by the axis */
    char skills_file[ONS_LADDER_PATH_MAX]; /* as written; empty: none */
} ons_ladder_head;
ons_status ons_ladder_parse_head(ons_str text, const char *file, ons_ladder_head *ret_head,
                                 ons_err *err);

/* The ladder file at `path` with the skills it names. text and the ladder's own skills borrow `a`.
 * Errors: IO and those of parsing (FILE:LINE of either file). */
ons_status ons_ladder_read(const char *path, ons_arena *a, ons_ladder *ret_ladder,
                           ons_str *ret_text, ons_err *err);

/* The same of a file that was read already. */
ons_status ons_ladder_of_text(ons_str text, const char *path, ons_arena *a, ons_ladder *ret_ladder,
                              ons_err *err);

/* A file of a user's own skills, "-" for standard input; they borrow `a`. */
ons_status ons_own_skills_read(const char *path, ons_arena *a, ons_skill_list *ret_list,
                               ons_err *err);

/* The ladder of `onset demo`: examples/pocket.yaml. */
ons_str ons_ladder_pocket_text(void);

#endif
