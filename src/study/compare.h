/* Does better data, tuning or a prompt move the threshold? The series of one ability in several
 * groups of models, side by side: how far apart their onsets are.
 *
 *   ons_comparisons all;
 *   ONS_TRY(ons_compare_make(&set, &options, n_threads, &arena, &all, err));
 *   … all.pair[i].onset.by …
 *
 * Series are compared that differ in the column alone. Columns:
 *   family           as it stands; a ladder's groups are families
 *   prompt           prompts of one ability, whatever their shots (a prompt with several numbers
 *                    of shots is compared at each of them)
 *   shots            a number, or the word that stands for one ("few")
 *   task             what stands behind the last '/' of a task's name: gsm8k/cot, gsm8k/standard
 *   any other        the column of the tables, read into ons_score.group
 * Needs decided series. Borrows the set and the arena. */
#ifndef ONS_STUDY_COMPARE_H
#define ONS_STUDY_COMPARE_H

#include "analysis/shift.h"
#include "base/buf.h"
#include "study/series.h"

typedef struct ons_compare_options {
    ons_str column;
    ons_str base; /* the group that the others are compared with; ptr NULL: the first, numbers by
                     value, others by name */
} ons_compare_options;

#define ONS_COMPARED_MAP(X)   \
    X(LATER, "later")         \
    X(EARLIER, "earlier")     \
    X(NOT_SHOWN, "not-shown") \
    X(NOT_COMPARABLE, "not-comparable")

typedef enum ons_compared {
#define X(name, text) ONS_COMPARED_##name,
    ONS_COMPARED_MAP(X)
#undef X
} ons_compared;
const char *ons_compared_text(ons_compared c);

typedef struct ons_comparison {
    const ons_study_series *base, *other;
    ons_str ability, base_name, other_name;
    ons_compared result;       /* by the interval of the onset: does it leave 0 out? */
    ons_shift onset, midpoint; /* all NaN: not comparable */
    double p_adjusted;         /* Benjamini-Hochberg over all comparable pairs of the call */
    const char *why_not;       /* not comparable: a clause for people, else NULL */
} ons_comparison;

typedef struct ons_comparisons {
    ons_comparison *pair; /* in the order of the set, groups in theirs */
    size_t n;
    size_t n_alone; /* abilities that only one group has */
} ons_comparisons;

/* True of the columns that need no reading of their own. */
bool ons_compare_is_known(ons_str name);
/* Errors: USAGE (a column that cannot be compared, no series with a value in it, a base that is
 * no group), NOMEM. */
ons_status ons_compare_check(ons_str name, ons_err *err);
ons_status ons_compare_make(const ons_series_set *set, const ons_compare_options *o,
                            size_t n_threads, ons_arena *a, ons_comparisons *ret_c, ons_err *err);

/* One line of JSON (man onset-verdict) and its sentence. */
void ons_compare_json(const ons_comparison *c, ons_str column, ons_buf *out);
void ons_compare_sentence(const ons_comparison *c, ons_str column, ons_buf *out);

#endif
