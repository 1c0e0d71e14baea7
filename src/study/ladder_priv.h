/* Shared by the two halves of the reader of ladder files. */
#ifndef ONS_STUDY_LADDER_PRIV_H
#define ONS_STUDY_LADDER_PRIV_H

#include "base/arena.h"
#include "text/yaml.h"
#include "train/ladder.h"

/* Where the keys of one family are looked up: in its group, then in the file. A key of the group
 * replaces the file's whole value. */
typedef struct ons_ladder_source {
    const ons_yaml_node *group; /* NULL: none */
    const ons_yaml_node *root;
    const ons_skill_list *own; /* a user's; may be NULL */
} ons_ladder_source;

const ons_yaml_node *ons_ladder_key(const ons_ladder_source *s, const char *name);

/* Sets the tokens of one size: a number, or an expression in what a size has. */
ons_status ons_ladder_eval_tokens(const ons_yaml_node *n, ons_ladder *l, size_t size, ons_err *err);

/* Fills all but name, family and group, which stay. Errors: as ons_ladder_parse. */
ons_status ons_ladder_read_recipe(const ons_ladder_source *source, ons_arena *a,
                                  ons_ladder *ret_ladder, ons_err *err);

#endif
