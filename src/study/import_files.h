/* The files that the paths of a user stand for. Inside study/ only. */
#ifndef ONS_STUDY_IMPORT_FILES_H
#define ONS_STUDY_IMPORT_FILES_H

#include "study/import.h"

typedef struct ons_import_item {
    const char *path;
    bool asked_for; /* the user named this very file */
} ons_import_item;

typedef struct ons_import_items {
    ons_import_item *item;
    size_t n, cap;
} ons_import_items;

/* Of folders all files that may be of the format, by name. Texts in the arena; free item. */
ons_status ons_import_list(const char *const *path, size_t n_paths, ons_import_format format,
                           ons_arena *a, ons_import_items *ret_items, ons_err *err);

/* Does the header of a table name what scores need? Folders hold other tables too. Pure. */
bool ons_import_is_score_table(ons_str text);

#endif
