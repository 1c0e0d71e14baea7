/* Which series are compared: members of one key, by their label. */
#include "study/compare_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/parse.h"
#include "study/series_priv.h"

#define SAME_CHANCE  0.02 /* of the range */
#define SCALES_LEAST 3

/* ---- columns ---- */

static ons_compare_by column_of(ons_str name)
{
    static const char *const names[] = {"family", "prompt", "shots", "task"};
    size_t i = 0;
    while (i < ONS_BY_GROUP && !ons_str_eq(name, ons_str_of(names[i]))) i++;
    return (ons_compare_by)i;
}

bool ons_compare_is_known(ons_str name) { return column_of(name) != ONS_BY_GROUP; }

ons_status ons_compare_check(ons_str name, ons_err *err)
{
    static const char *const scales[] = {"params",     "tokens", "flops",          "loss",
                                         "metric",     "score",  "n_items",        "stderr",
                                         "high_score", "model",  "random_baseline"};
    bool bad = name.len == 0;
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        bad = bad || ons_str_eq(name, ons_str_of(scales[i]));
    if (!bad) return ONS_OK;
    return ONS_FAIL(err, ONS_USAGE,
                    "--compare is '" ONS_STR_FMT
                    "', allowed are family, prompt, shots, task, or a column of your own",
                    ONS_STR(name));
}

/* "0", "5"; the word of a prompt where the number was never printed. */
static ons_status shots_label(const ons_study_series *s, ons_arena *a, ons_str *ret_l, ons_err *err)
{
    char *text;
    if (isnan(s->shots)) {
        *ret_l = s->prompt;
        return ONS_OK;
    }
    ONS_TRY(ONS_NEW(a, 32, &text, err));
    (void)snprintf(text, 32, "%.9g", s->shots);
    *ret_l = ons_str_of(text);
    return ONS_OK;
}

static ons_str cut_last(ons_str s, char sep, ons_str *ret_tail)
{
    size_t i = s.len;
    while (i > 0 && s.ptr[i - 1] != sep) i--;
    if (i == 0) {
        *ret_tail = ONS_S("");
        return s;
    }
    *ret_tail = (ons_str){s.ptr + i, s.len - i};
    return (ons_str){s.ptr, i - 1};
}

/* False: the series has no value in the column. */
static ons_status member_of(ons_compare_work *w, size_t i, ons_arena *a, ons_compare_member *m,
                            bool *ret_is, ons_err *err)
{
    const ons_study_series *s = &w->set->series[i];
    *m = (ons_compare_member){.of = s, .index = i, .ability = s->task, .prompt = s->prompt};
    switch (w->by) {
    case ONS_BY_FAMILY:
        m->label = s->family;
        break;
    case ONS_BY_PROMPT:
        m->label = s->prompt.len ? s->prompt : ONS_S("default");
        m->prompt = ONS_S("");
        break;
    case ONS_BY_SHOTS:
        ONS_TRY(shots_label(s, a, &m->label, err));
        if (isnan(s->shots)) m->prompt = ONS_S("");
        break;
    case ONS_BY_TASK:
        m->ability = cut_last(s->task, '/', &m->label);
        break;
    case ONS_BY_GROUP:
    default:
        m->label = s->group;
        break;
    }
    *ret_is = m->label.len > 0 && !(s->flags & ONS_FLAG_NO_SCALE);
    return ONS_OK;
}

/* ---- order ---- */

/* Numbers by value and before words, words by name. */
static int compare_labels(ons_str a, ons_str b)
{
    double x = (double)NAN, y = (double)NAN;
    (void)ons_parse_count(a, &x);
    (void)ons_parse_count(b, &y);
    if (!isnan(x) || !isnan(y)) {
        if (isnan(x) || isnan(y)) return isnan(x) - isnan(y);
        if (x != y) return x < y ? -1 : 1;
    }
    return ons_str_cmp(a, b);
}

/* What must be equal. Shots of prompts are told apart later. */
static int compare_keys(const ons_compare_member *a, const ons_compare_member *b, ons_compare_by by)
{
    const ons_study_series *s = a->of, *t = b->of;
    int c = by == ONS_BY_FAMILY ? 0 : ons_str_cmp(s->family, t->family);
    if (!c) c = ons_str_cmp(a->ability, b->ability);
    if (!c) c = ons_str_cmp(s->metric, t->metric);
    if (!c) c = ons_str_cmp(a->prompt, b->prompt);
    if (!c) c = (s->axis > t->axis) - (s->axis < t->axis);
    if (!c && by != ONS_BY_SHOTS && by != ONS_BY_PROMPT) c = ons_known_compare(s->shots, t->shots);
    return c;
}

static int compare_members(const ons_compare_member *a, const ons_compare_member *b,
                           ons_compare_by by)
{
    int c = compare_keys(a, b, by);
    if (!c) c = compare_labels(a->label, b->label);
    return c ? c : (a->index > b->index) - (a->index < b->index);
}

/* One for each column: qsort hands on no context. */
#define COMPARE(BY) \
    static int compare_##BY(const void *a, const void *b) { return compare_members(a, b, BY); }
COMPARE(ONS_BY_FAMILY)
COMPARE(ONS_BY_PROMPT)
COMPARE(ONS_BY_SHOTS)
COMPARE(ONS_BY_TASK)
COMPARE(ONS_BY_GROUP)

static void sort_members(ons_compare_work *w)
{
    static int (*const order[])(const void *, const void *) = {
        compare_ONS_BY_FAMILY, compare_ONS_BY_PROMPT, compare_ONS_BY_SHOTS, compare_ONS_BY_TASK,
        compare_ONS_BY_GROUP};
    if (w->n > 1) qsort(w->member, w->n, sizeof *w->member, order[w->by]);
}

static ons_status gather(ons_compare_work *w, ons_str name, ons_arena *a, ons_err *err)
{
    ONS_TRY(ONS_NEW(a, w->set->n + 1, &w->member, err));
    for (size_t i = 0; i < w->set->n; i++) {
        bool is;
        ONS_TRY(member_of(w, i, a, &w->member[w->n], &is, err));
        w->n += is;
    }
    if (w->n == 0 && w->set->n > 0)
        return ONS_FAIL(err, ONS_USAGE,
                        "no series has a value in the column '" ONS_STR_FMT
                        "', which --compare names",
                        ONS_STR(name));
    return ONS_OK;
}

/* ---- pairs ---- */

static bool falls(const ons_verdict *v)
{
    return v->verdict == ONS_VERDICT_INVERSE || v->verdict == ONS_VERDICT_U_SHAPED ||
           v->verdict == ONS_VERDICT_INVERTED_U || v->verdict == ONS_VERDICT_NON_MONOTONE;
}

/* Why a series has no place; NULL: it has one. */
static const char *unplaced(const ons_study_series *s)
{
    if (s->too_long) return "one of them has too many points";
    if (isnan(s->series.chance)) return "the chance level is not known";
    if (s->verdict.n_scales < SCALES_LEAST) return "one of them has fewer than three scales";
    return falls(&s->verdict) ? "one of them does not rise with scale" : NULL;
}

static const char *why_not(const ons_study_series *a, const ons_study_series *b)
{
    const char *why = unplaced(a);
    if (!why) why = unplaced(b);
    if (!why && a->series.continuous != b->series.continuous)
        why = "the number of items is known of one of them only";
    if (!why && fabs(a->series.chance - b->series.chance) > SAME_CHANCE)
        why = "their chance levels differ";
    return why;
}

static void add_pair(ons_compare_work *w, const ons_compare_member *base,
                     const ons_compare_member *other)
{
    const double no = (double)NAN;
    const ons_interval none = {no, no, no};
    const ons_shift blank = {none, none, none, no};
    ons_comparison c = {.base = base->of,
                        .other = other->of,
                        .ability = base->ability,
                        .base_name = base->label,
                        .other_name = other->label,
                        .result = ONS_COMPARED_NOT_COMPARABLE,
                        .onset = blank,
                        .midpoint = blank,
                        .p_adjusted = no,
                        .why_not = why_not(base->of, other->of)};
    if (w->out->pair) w->out->pair[w->out->n] = c;
    w->out->n++;
}

/* Members of one key, in the order of their labels, against the base (NULL: the first). */
static void pair_up(ons_compare_work *w, const ons_compare_member *m, size_t n, const ons_str *base)
{
    size_t at = 0;
    while (base && at < n && !ons_str_eq(m[at].label, *base)) at++;
    if (at == n) return;
    size_t before = w->out->n;
    for (size_t i = 0; i < n; i++)
        if (!ons_str_eq(m[i].label, m[at].label)) add_pair(w, &m[at], &m[i]);
    w->out->n_alone += w->out->n == before;
}

static bool label_twice(const ons_compare_member *m, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (ons_str_eq(m[i].label, m[i - 1].label)) return true;
    return false;
}

static int by_shots(const void *pa, const void *pb)
{
    const ons_compare_member *a = pa, *b = pb;
    int c = ons_known_compare(a->of->shots, b->of->shots);
    return c ? c : compare_members(a, b, ONS_BY_PROMPT);
}

/* A prompt that stands there with several numbers of shots: each of them by itself. */
static void pair_up_by_shots(ons_compare_work *w, ons_compare_member *m, size_t n,
                             const ons_str *base)
{
    qsort(m, n, sizeof *m, by_shots);
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && ons_same_number(m[end].of->shots, m[begin].of->shots);) end++;
        pair_up(w, m + begin, end - begin, base);
    }
}

static void all_pairs(ons_compare_work *w, const ons_str *base)
{
    w->out->n = w->out->n_alone = 0;
    sort_members(w);
    for (size_t begin = 0, end; begin < w->n; begin = end) {
        for (end = begin;
             end < w->n && compare_keys(&w->member[begin], &w->member[end], w->by) == 0;)
            end++;
        ons_compare_member *m = w->member + begin;
        if (w->by == ONS_BY_PROMPT && label_twice(m, end - begin))
            pair_up_by_shots(w, m, end - begin, base);
        else
            pair_up(w, m, end - begin, base);
    }
}

static ons_status no_such_base(const ons_compare_work *w, ons_str base, ons_err *err)
{
    for (size_t i = 0; i < w->n; i++)
        if (ons_str_eq(w->member[i].label, base)) return ONS_OK;
    return ONS_FAIL(err, ONS_USAGE,
                    "no series has '" ONS_STR_FMT "' in the compared column; there is '" ONS_STR_FMT
                    "'",
                    ONS_STR(base), ONS_STR(w->member[0].label));
}

ons_status ons_compare_pairs(const ons_series_set *set, const ons_compare_options *o, ons_arena *a,
                             ons_comparisons *ret_c, ons_err *err)
{
    ons_compare_work w = {.set = set, .by = column_of(o->column), .out = ret_c};
    const ons_str *base = o->base.ptr ? &o->base : NULL;
    *ret_c = (ons_comparisons){0};
    ONS_TRY(ons_compare_check(o->column, err));
    ONS_TRY(gather(&w, o->column, a, err));
    if (w.n == 0) return ONS_OK;
    if (base) ONS_TRY(no_such_base(&w, *base, err));
    all_pairs(&w, base); /* counts them */
    ONS_TRY(ONS_NEW(a, ret_c->n + 1, &ret_c->pair, err));
    all_pairs(&w, base);
    return ONS_OK;
}
