#include "study/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "report/human.h"
#include "study/metrics.h"
#include "study/series_priv.h"

#define SAME_SIZE .35 /* natural log: a name's size counts with or without the embedding */

const char *const ons_axis_names[] = {"auto", "flops", "params", "tokens", "loss", NULL};

int ons_known_compare(double a, double b)
{
    if (isnan(a) || isnan(b)) return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

static int compare_key(const ons_score *a, const ons_score *b)
{
    int c = ons_str_cmp(a->family, b->family);
    if (!c) c = ons_str_cmp(a->task, b->task);
    if (!c) c = ons_str_cmp(a->metric, b->metric);
    if (!c) c = ons_known_compare(a->shots, b->shots);
    if (!c) c = ons_str_cmp(a->prompt, b->prompt);
    if (!c) c = ons_str_cmp(a->group, b->group);
    return c;
}

static int compare_rows(const void *pa, const void *pb)
{
    const ons_score *a = pa, *b = pb;
    int c = compare_key(a, b);
    if (!c) c = ons_str_cmp(a->model, b->model);
    if (!c) c = ons_str_cmp(a->origin, b->origin);
    if (!c) c = ons_str_cmp(a->recipe, b->recipe);
    if (!c) c = ons_str_cmp(a->seed, b->seed);
    if (!c) c = ons_known_compare(a->params, b->params);
    if (!c) c = ons_known_compare(a->tokens, b->tokens);
    if (!c) c = ons_known_compare(a->flops, b->flops);
    if (!c) c = ons_known_compare(a->loss, b->loss);
    if (!c) c = ons_known_compare(a->score, b->score);
    if (!c) c = ons_known_compare(a->n_items, b->n_items);
    return c ? c : ons_known_compare(a->std_err, b->std_err);
}

/* ---- primary metrics and partners ---- */

/* Series of one task that stand side by side: whatever asks the same question is among them. */
typedef struct run {
    size_t begin, end;
} run;

static run run_of_task(const ons_series_set *set, size_t begin)
{
    run r = {begin, begin};
    while (r.end < set->n && ons_str_eq(set->series[r.end].task, set->series[begin].task)) r.end++;
    return r;
}

static bool same_question(const ons_study_series *a, const ons_study_series *b)
{
    return ons_str_eq(a->family, b->family) && ons_str_eq(a->task, b->task) &&
           ons_str_eq(a->prompt, b->prompt) && ons_str_eq(a->group, b->group) &&
           ons_known_compare(a->shots, b->shots) == 0 && a->asked == b->asked;
}

/* Has the metric no range? Fractions of an unknown number of items are read in the Gaussian
 * mode too, but remain fractions. */
static bool is_graded(const ons_study_series *s)
{
    return s->series.continuous && !s->series.n_assumed;
}

/* How much a metric looks like the one that counts; 0: not at all. A row's own word comes
 * first, then the order of metrics.h, then those whose items are known. */
static int primary_rank(const ons_study_series *s, bool flagged)
{
    if (flagged) return 100;
    if (is_graded(s)) return !isnan(s->series.chance); /* a gain has a zero to rise from */
    return 2 * (int)ons_metric_traits_of(s->metric).rank + !s->series.continuous;
}

/* flagged[i]: some row of series i says that its metric is primary. */
static void choose_primary(ons_series_set *set, run r, const bool *flagged)
{
    for (size_t i = r.begin; i < r.end; i++) {
        ons_study_series *s = &set->series[i];
        int rank = primary_rank(s, flagged[i]);
        s->primary = rank > 0;
        for (size_t j = r.begin; j < r.end && s->primary; j++) {
            const ons_study_series *t = &set->series[j];
            if (j == i || !same_question(s, t)) continue;
            int other = primary_rank(t, flagged[j]);
            s->primary = rank > other || (rank == other && i < j);
        }
    }
}

/* The continuous metric that belongs to this one by name; empty: any. */
static ons_str partner_name(ons_str metric)
{
    if (ons_str_eq(metric, ONS_S("exact_match"))) return ONS_S("logprob");
    if (ons_str_eq(metric, ONS_S("chain_exact_match"))) return ONS_S("chain_logprob");
    return ONS_S("");
}

/* How well t can stand beside s; 0: not at all. */
static int partner_fit(const ons_study_series *s, const ons_study_series *t, ons_str wanted)
{
    if (!is_graded(t) || !same_question(s, t) || t->axis != s->axis) return 0;
    const ons_metric_traits m = ons_metric_traits_of(t->metric);
    if (m.has_range) return 0; /* of unknown direction */
    if (ons_str_eq(t->metric, wanted)) return 100;
    return s->primary ? (int)m.partner : 0;
}

static void choose_partner(ons_series_set *set, run r, size_t i)
{
    ons_study_series *s = &set->series[i];
    ons_str wanted = partner_name(s->metric);
    if (is_graded(s) || (s->flags & ONS_FLAG_NO_SCALE)) return;
    int best = 0;
    for (size_t j = r.begin; j < r.end; j++) {
        int fit = partner_fit(s, &set->series[j], wanted);
        if (fit <= best) continue;
        best = fit;
        s->partner = j;
    }
}

/* ---- the set ---- */

static void sort_rows(ons_score *row, size_t n, bool pool)
{
    for (size_t i = 0; i < n && pool; i++) {
        row[i].origin = row[i].family;
        row[i].family = ONS_S("all");
    }
    if (n > 1) qsort(row, n, sizeof *row, compare_rows);
}

/* ---- groups of rows: one question, one family, one axis ---- */

static bool is_intermediate(const ons_score *r) { return r->intermediate == ONS_YES; }

static bool any_intermediate(const ons_score_group *g)
{
    for (size_t i = 0; i < g->n; i++)
        if (is_intermediate(&g->row[i])) return true;
    return false;
}

static int compare_sizes(const void *pa, const void *pb)
{
    const ons_score *a = pa, *b = pb;
    const int c = ons_known_compare(a->params, b->params);
    return c ? c : compare_rows(a, b);
}

/* A part of a name that says a size near `params`: "410m" of 405 million, as "410M". */
static bool is_size(ons_str part, double params, char size[ONS_HUMAN_MAX])
{
    double v;
    if (part.len < 2 || part.len >= ONS_HUMAN_MAX || part.ptr[0] < '0' || part.ptr[0] > '9')
        return false;
    const char unit = part.ptr[part.len - 1];
    if (!strchr("kKmMbBtT", unit)) return false;
    memcpy(size, part.ptr, part.len);
    size[part.len] = '\0';
    size[part.len - 1] = (char)(unit == 'K' ? 'k' : unit > 'a' && unit != 'k' ? unit - 32 : unit);
    if (!ons_parse_count((ons_str){size, part.len}, &v)) return false;
    return fabs(log(v / params)) <= SAME_SIZE;
}

/* People know a model by the size in its name, which counts rounded or without the embedding;
 * the parameters where the name has none. */
static void size_words(const ons_score *r, char size[ONS_HUMAN_MAX])
{
    ons_str rest = r->model, name;
    (void)ons_str_cut(&rest, '@', &name); /* the checkpoint */
    for (size_t from = 0, to; from < name.len; from = to + 1) {
        for (to = from; to < name.len && !strchr("-_ ", name.ptr[to]);) to++;
        if (is_size((ons_str){name.ptr + from, to - from}, r->params, size)) return;
    }
    (void)ons_human_count_tight(r->params, size);
}

/* "pocket 28k", "Pythia 410M" */
static ons_status name_size(const ons_score *r, ons_arena *a, ons_str *ret_name, ons_err *err)
{
    char size[ONS_HUMAN_MAX], *name;
    const size_t cap = r->family.len + sizeof size + 2;
    size_words(r, size);
    ONS_TRY(ONS_NEW(a, cap, &name, err));
    (void)snprintf(name, cap, ONS_STR_FMT " %s", ONS_STR(r->family), size);
    *ret_name = ons_str_of(name);
    return ONS_OK;
}

typedef struct builder {
    const ons_series_options *options;
    ons_arena *arena;
    ons_series_set *set; /* series: NULL while they are counted */
    bool *flagged;       /* [n]: some row says that its metric is primary */
} builder;

static ons_status add_series(builder *b, const ons_score_group *g, ons_axis asked, ons_err *err)
{
    ons_series_set *set = b->set;
    const size_t at = set->n++;
    if (!set->series) return ONS_OK;
    if (asked != ONS_AXIS_AUTO) set->n_off_axis += g->n - ons_score_group_on_axis(g, asked);
    b->flagged[at] = false;
    for (size_t i = 0; i < g->n; i++)
        b->flagged[at] = b->flagged[at] || g->row[i].primary == ONS_YES;
    return ons_series_make(g, asked, b->options->w0, b->arena, &set->series[at], err);
}

/* A series of every size; row: the builder's own. */
static ons_status add_sizes(builder *b, ons_score *row, size_t n, ons_err *err)
{
    qsort(row, n, sizeof *row, compare_sizes);
    for (size_t begin = 0, end; begin < n; begin = end) {
        ons_str name;
        for (end = begin; end < n && ons_same_number(row[end].params, row[begin].params);) end++;
        ONS_TRY(name_size(&row[begin], b->arena, &name, err));
        for (size_t i = begin; i < end; i++) row[i].family = name;
        ONS_TRY(add_series(b, &(ons_score_group){row + begin, end - begin}, ONS_AXIS_TOKENS, err));
    }
    return ONS_OK;
}

static ons_status add_axis(builder *b, const ons_score_group *g, ons_axis asked, ons_err *err)
{
    ons_score *copy;
    size_t n = 0;
    if (!any_intermediate(g)) return add_series(b, g, asked, err);
    ONS_TRY(ONS_NEW(b->arena, g->n, &copy, err));
    for (size_t i = 0; i < g->n; i++)
        if (asked == ONS_AXIS_TOKENS || !is_intermediate(&g->row[i])) copy[n++] = g->row[i];
    if (asked == ONS_AXIS_TOKENS) return add_sizes(b, copy, n, err);
    return n > 0 ? add_series(b, &(ons_score_group){copy, n}, asked, err) : ONS_OK;
}

/* Goes through the groups of rows of one key, which lie side by side. */
static ons_status add_all(builder *b, const ons_score *sorted, size_t n, ons_err *err)
{
    const unsigned axes = b->options->axes ? b->options->axes : 1u << ONS_AXIS_AUTO;
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && compare_key(&sorted[begin], &sorted[end]) == 0;) end++;
        for (unsigned axis = ONS_AXIS_AUTO; axis <= ONS_AXIS_LOSS; axis++)
            if (axes & 1u << axis)
                ONS_TRY(add_axis(b, &(ons_score_group){sorted + begin, end - begin}, (ons_axis)axis,
                                 err));
    }
    return ONS_OK;
}

ons_status ons_series_set_build(ons_score *row, size_t n_rows, const ons_series_options *o,
                                ons_arena *a, ons_series_set *ret_set, ons_err *err)
{
    sort_rows(row, n_rows, o->pool);
    ONS_TRY(ons_series_share_items(row, n_rows, a, err));
    ons_series_set counted = {.n_rows = n_rows}, set = counted;
    builder b = {.options = o, .arena = a, .set = &counted};
    ONS_TRY(add_all(&b, row, n_rows, err));
    ONS_TRY(ONS_NEW(a, counted.n + 1, &set.series, err));
    ONS_TRY(ONS_NEW(a, counted.n + 1, &b.flagged, err));
    b.set = &set;
    ONS_TRY(add_all(&b, row, n_rows, err));
    for (run r = run_of_task(&set, 0); r.begin < set.n; r = run_of_task(&set, r.end)) {
        choose_primary(&set, r, b.flagged);
        for (size_t i = r.begin; i < r.end; i++) choose_partner(&set, r, i);
    }
    *ret_set = set;
    return ONS_OK;
}
