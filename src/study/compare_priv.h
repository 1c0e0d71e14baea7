/* Series on their way into pairs. */
#ifndef ONS_STUDY_COMPARE_PRIV_H
#define ONS_STUDY_COMPARE_PRIV_H

#include "study/compare.h"

typedef enum ons_compare_by {
    ONS_BY_FAMILY,
    ONS_BY_PROMPT,
    ONS_BY_SHOTS,
    ONS_BY_TASK,
    ONS_BY_GROUP
} ons_compare_by;

/* A series in its place: what it is compared at, and the group it stands for. */
typedef struct ons_compare_member {
    const ons_study_series *of;
    size_t index;    /* in the set */
    ons_str ability; /* the task, without the group's part of it */
    ons_str prompt;  /* without the group's part */
    ons_str label;
} ons_compare_member;

typedef struct ons_compare_work {
    const ons_series_set *set;
    ons_compare_by by;
    ons_compare_member *member;
    size_t n;
    ons_comparisons *out; /* pair: NULL while they are counted */
} ons_compare_work;

/* All pairs, with nothing but their names and, where they cannot be compared, why. */
ons_status ons_compare_pairs(const ons_series_set *set, const ons_compare_options *o, ons_arena *a,
                             ons_comparisons *ret_c, ons_err *err);

#endif
