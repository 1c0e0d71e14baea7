/* Shared by the parts that make series of rows. */
#ifndef ONS_STUDY_SERIES_PRIV_H
#define ONS_STUDY_SERIES_PRIV_H

#include "study/series.h"

/* Rows of one family, task, metric, shots and prompt. */
typedef struct ons_score_group {
    const ons_score *row;
    size_t n;
} ons_score_group;

/* Ascending; what is not known comes last. */
int ons_known_compare(double a, double b);
/* How many rows have a place on the axis. */
size_t ons_score_group_on_axis(const ons_score_group *g, ons_axis axis);
/* The series of a group on the axis asked for; points live in the arena. Errors: NOMEM. */
ons_status ons_series_make(const ons_score_group *g, ons_axis asked, double w0, ons_arena *a,
                           ons_study_series *s, ons_err *err);

/* Fills n_items where neither it nor an error is known, from other metrics of the same model,
 * task, shots and prompt; rows in any order. Errors: NOMEM. */
ons_status ons_series_share_items(ons_score *row, size_t n, ons_arena *a, ons_err *err);

/* Of the finite ones; NaN where there are none. Sorts v. */
double ons_median(double *v, size_t n);
/* Numbers of items become effective ones where items are clustered. work: [n_points]. */
void ons_series_count_clusters(ons_study_series *s, ons_point *p, double *work);
/* Does the recipe change where the threshold lies, so that it may have made the jump? (2.1)
 * Needs the verdict. */
bool ons_series_is_confounded(const ons_study_series *s);

#endif
