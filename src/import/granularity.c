/* How many questions stand behind shares of right answers that do not say it: all scores of one
 * family in one task are whole numbers of right answers over the same number of questions, and
 * printed in full. 0.5892857142857143 is 33 of 56, or of a multiple. */
#include <math.h>
#include <stdlib.h>

#include "base/parse.h"
#include "import/rows.h"

enum { ITEMS_MAX = 5000 };

#define DISTINCT_LEAST 6    /* different scores, so that they share no factor by accident */
#define WHOLE          1e-7 /* of a right answer; a score by chance passes once in five millions */

static int compare_question(const ons_score *a, const ons_score *b)
{
    int c = ons_str_cmp(a->family, b->family);
    if (!c) c = ons_str_cmp(a->task, b->task);
    return c ? c : ons_str_cmp(a->metric, b->metric);
}

static int by_question(const void *pa, const void *pb)
{
    const ons_score *a = *(ons_score *const *)pa, *b = *(ons_score *const *)pb;
    int c = compare_question(a, b);
    if (!c) c = (a->score > b->score) - (a->score < b->score);
    return c ? c : (a > b) - (a < b);
}

static bool all_whole(ons_score *const *row, size_t n, double items)
{
    for (size_t i = 0; i < n; i++) {
        const double high = row[i]->high_score > 0 ? row[i]->high_score : 1;
        const double right = row[i]->score / high * items;
        if (fabs(right - round(right)) > WHOLE) return false;
    }
    return true;
}

/* The least number of questions that makes all of them whole; 0: none, or too little to say. */
static double items_behind(ons_score *const *row, size_t n)
{
    size_t distinct = n > 0;
    for (size_t i = 1; i < n; i++) distinct += row[i]->score > row[i - 1]->score;
    if (distinct < DISTINCT_LEAST) return 0;
    for (int items = 2; items <= ITEMS_MAX; items++)
        if (all_whole(row, n, items)) return items;
    return 0;
}

ons_status ons_import_infer_items(ons_import *in, ons_err *err)
{
    size_t n = 0;
    ons_score **at = calloc(in->n_rows + 1, sizeof(ons_score *));
    if (!at) return ONS_FAIL(err, ONS_NOMEM, "no memory for %zu rows", in->n_rows);
    for (size_t i = 0; i < in->n_rows; i++)
        if (in->source[in->origin[i].file].printed_in_full &&
            ons_metric_is_share(in->row[i].metric))
            at[n++] = &in->row[i];
    if (n > 1) qsort(at, n, sizeof(ons_score *), by_question);
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && compare_question(at[begin], at[end]) == 0;) end++;
        const double items = items_behind(at + begin, end - begin);
        for (size_t i = begin; i < end && items > 0; i++) at[i]->n_items = items;
    }
    free(at);
    return ONS_OK;
}
