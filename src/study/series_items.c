/* How many questions stand behind a score that does not say it: as many as behind the other
 * metrics of the same model's answers. BIG-bench and papers give them for one metric only. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "study/metrics.h"
#include "study/series_priv.h"

/* Answers of one model to one task; the metric and the score are not in the key. */
static int compare_answers(const ons_score *a, const ons_score *b)
{
    int c = ons_str_cmp(a->family, b->family);
    if (!c) c = ons_str_cmp(a->task, b->task);
    if (!c) c = ons_known_compare(a->shots, b->shots);
    if (!c) c = ons_str_cmp(a->prompt, b->prompt);
    if (!c) c = ons_str_cmp(a->model, b->model);
    if (!c) c = ons_str_cmp(a->seed, b->seed);
    if (!c) c = ons_known_compare(a->params, b->params);
    if (!c) c = ons_known_compare(a->tokens, b->tokens);
    return c ? c : ons_known_compare(a->flops, b->flops);
}

static int by_answers(const void *pa, const void *pb)
{
    const ons_score *a = *(ons_score *const *)pa, *b = *(ons_score *const *)pb;
    int c = compare_answers(a, b);
    return c ? c : (a > b) - (a < b);
}

/* Scores of whole groups of tasks and scores stretched to their chance level do not vary as
 * a share of so many right answers does. */
static bool counts_items(const ons_score *r)
{
    return ons_metric_traits_of(r->metric).has_range &&
           !ons_str_starts(r->metric, ONS_S("normalized"));
}

static bool lacks_items(const ons_score *r)
{
    return !(r->n_items >= 1) && !(r->std_err > 0) && counts_items(r);
}

/* Where metrics disagree the smaller number is the careful one. */
static void share(ons_score **row, size_t n)
{
    double least = INFINITY;
    for (size_t i = 0; i < n; i++)
        if (row[i]->n_items >= 1 && counts_items(row[i])) least = fmin(least, row[i]->n_items);
    if (isinf(least)) return;
    for (size_t i = 0; i < n; i++)
        if (lacks_items(row[i])) row[i]->n_items = least;
}

ons_status ons_series_share_items(ons_score *row, size_t n, ons_arena *a, ons_err *err)
{
    size_t lacking = 0;
    for (size_t i = 0; i < n; i++) lacking += lacks_items(&row[i]);
    if (lacking == 0) return ONS_OK;
    ons_score **at;
    /* NOLINTBEGIN(bugprone-sizeof-expression): an array of pointers */
    ONS_TRY(ONS_NEW(a, n, &at, err));
    for (size_t i = 0; i < n; i++) at[i] = &row[i];
    qsort(at, n, sizeof *at, by_answers);
    /* NOLINTEND(bugprone-sizeof-expression) */
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && compare_answers(at[begin], at[end]) == 0;) end++;
        share(at + begin, end - begin);
    }
    return ONS_OK;
}
