#include "report/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "report/look.h"

#define SHORT_FROM    ((size_t)301) /* series; 500 of them shall be a page of 5 MB at most */
#define GROUPED_FROM  ((size_t)1501)
#define DRAWN_MAX     ((size_t)300)   /* of a grouped page */
#define DOTS_TOLD_MAX ((size_t)10000) /* some 60 bytes of page each */

static int number_cmp(double a, double b)
{
    if (isnan(a) || isnan(b)) return (int)isnan(a) - (int)isnan(b);
    return a < b ? -1 : a > b;
}

static double size_of(const ons_report_series *s)
{
    return s->n_points ? s->point[0].params : (double)NAN;
}

/* Everything that names a series, so that equal sets sort equally. */
static int name_cmp(const ons_report_series *a, const ons_report_series *b)
{
    int c = ons_str_cmp(a->task, b->task);
    if (!c && a->axis == ONS_REPORT_TOKENS && b->axis == ONS_REPORT_TOKENS)
        c = number_cmp(size_of(a), size_of(b)); /* runs of one size each: 2k before 16k */
    if (!c) c = ons_str_cmp(a->family, b->family);
    if (!c) c = ons_str_cmp(a->metric, b->metric);
    if (!c) c = number_cmp(a->shots, b->shots);
    if (!c) c = ons_str_cmp(a->prompt, b->prompt);
    if (!c) c = (int)a->axis - (int)b->axis;
    return c;
}

static int shown_cmp(const void *pa, const void *pb)
{
    const ons_item *x = *(ons_item *const *)pa, *y = *(ons_item *const *)pb;
    const ons_report_series *a = x->s, *b = y->s;
    if (x->place != y->place) return x->place - y->place;
    int c = ons_series_rank(a) - ons_series_rank(b);
    if (!c) c = number_cmp(a->verdict.onset.x, b->verdict.onset.x);
    if (!c) c = name_cmp(a, b);
    if (!c) c = number_cmp(a->verdict.first, b->verdict.first);
    if (!c) c = number_cmp(a->verdict.last, b->verdict.last);
    return c ? c : number_cmp((double)a->n_points, (double)b->n_points);
}

static int id_cmp(const void *pa, const void *pb)
{
    const ons_item *a = *(ons_item *const *)pa, *b = *(ons_item *const *)pb;
    int c = name_cmp(a->s, b->s);
    return c ? c : shown_cmp(pa, pb);
}

/* The headline is about the first axis; the others follow it, axis by axis. */
static void places_make(ons_view *v, ons_item *item)
{
    v->axis = ONS_REPORT_LOSS;
    for (size_t i = 0; i < v->n; i++)
        if (item[i].s->primary && item[i].s->axis < v->axis) v->axis = item[i].s->axis;
    for (size_t i = 0; i < v->n; i++) {
        const ons_report_series *s = item[i].s;
        const bool headline = s->primary && (!v->r->by_axis || s->axis == v->axis);
        item[i].place = headline ? -1 : s->primary ? (int)s->axis : ONS_REPORT_LOSS + 1;
        v->n_primary += headline;
        v->n_views += s->primary;
    }
}

/* Letters, digits and hyphens of the name's parts, so that links survive a new run. */
static void slug_add(char *id, size_t *at, ons_str part)
{
    if (part.len == 0) return;
    if (*at + 2 < ONS_VIEW_ID_MAX - 16) id[(*at)++] = '-';
    for (size_t i = 0; i < part.len && *at < ONS_VIEW_ID_MAX - 16; i++) {
        char c = part.ptr[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && id[*at - 1] == '-') continue;
        if (!plain) c = '-';
        id[(*at)++] = c;
    }
    id[*at] = '\0';
}

static void slug_make(ons_item *it, bool view)
{
    size_t at = (size_t)snprintf(it->id, sizeof it->id, "series");
    slug_add(it->id, &at, it->s->task);
    slug_add(it->id, &at, it->s->metric);
    slug_add(it->id, &at, it->s->family);
    if (it->s->shots > 0 && it->s->shots < 1e6) {
        char shots[24];
        (void)snprintf(shots, sizeof shots, "%.0f", it->s->shots);
        slug_add(it->id, &at, ons_str_of(shots));
    }
    slug_add(it->id, &at, it->s->prompt);
    if (view) slug_add(it->id, &at, ons_str_of(ons_axis_word(it->s->axis)));
    if (at == strlen("series")) (void)snprintf(it->id, sizeof it->id, "series-unnamed");
}

static int slug_cmp(const void *pa, const void *pb)
{
    const ons_item *a = *(ons_item *const *)pa, *b = *(ons_item *const *)pb;
    int c = strcmp(a->id, b->id);
    return c ? c : id_cmp(pa, pb);
}

/* Unique ids: the second of a kind gets "--2"; a slug of ours has no double hyphen. work: [n] */
static void ids_make(ons_view *v, ons_item **work)
{
    for (size_t i = 0; i < v->n; i++) {
        slug_make(v->item[i], v->r->by_axis && v->item[i]->s->axis != v->axis);
        work[i] = v->item[i];
    }
    qsort(work, v->n, sizeof(void *), slug_cmp);
    for (size_t i = 0, end; i < v->n; i = end) {
        for (end = i + 1; end < v->n && strcmp(work[i]->id, work[end]->id) == 0;) end++;
        for (size_t k = end; k-- > i + 1;) {
            const size_t len = strlen(work[k]->id);
            (void)snprintf(work[k]->id + len, sizeof work[k]->id - len, "--%zu", k - i + 1);
        }
    }
}

static bool new_text(const ons_str *seen, size_t n, ons_str t)
{
    for (size_t i = 0; i < n; i++)
        if (ons_str_eq(seen[i], t)) return false;
    return true;
}

static void widen(double v, double *least, double *most)
{
    if (!(v > 0) || !isfinite(v)) return;
    if (!(*least <= v)) *least = v;
    if (!(*most >= v)) *most = v;
}

/* Sizes and seeds of the list of models. */
static ons_status facts_of_models(const ons_report *r, ons_arena *a, ons_facts *f, ons_err *err)
{
    ons_str *seed;
    ONS_TRY(ONS_NEW(a, r->n_models + 1, &seed, err));
    for (size_t i = 0; i < r->n_models; i++) {
        const ons_report_model *m = &r->model[i];
        widen(m->params, &f->params_least, &f->params_most);
        if (m->seed.len && new_text(seed, f->n_seeds, m->seed)) seed[f->n_seeds++] = m->seed;
        bool fresh = true;
        for (size_t j = 0; j < i && fresh; j++) {
            const ons_report_model *o = &r->model[j];
            bool replicate = m->seed.len && !ons_str_eq(m->seed, o->seed);
            fresh = !(replicate && ons_str_eq(o->family, m->family) && o->params == m->params);
        }
        f->n_sizes += fresh;
    }
    return ONS_OK;
}

/* What the series tell where there is no list of models. */
static void facts_of_series(const ons_view *v, ons_facts *f)
{
    for (size_t i = 0; i < v->n; i++) {
        const ons_scales *g = &v->item[i]->g;
        if (g->n > f->n_sizes) f->n_sizes = g->n;
        for (size_t j = 0; j < g->n; j++) {
            if (g->scale[j].n > f->n_seeds) f->n_seeds = g->scale[j].n;
            widen(g->scale[j].params, &f->params_least, &f->params_most);
        }
    }
}

/* work: [n] */
static void names_need(ons_view *v, ons_item **work)
{
    for (size_t i = 0; i < v->n_primary; i++) work[i] = v->item[i];
    qsort(work, v->n_primary, sizeof(void *), id_cmp); /* equal tasks side by side */
    for (size_t i = 0; i < v->n_primary; i++) {
        for (size_t j = i; j-- > 0 && ons_str_eq(work[i]->s->task, work[j]->s->task);) {
            const ons_report_series *a = work[i]->s, *b = work[j]->s;
            if (!ons_str_eq(a->family, b->family)) continue;
            bool shots = a->shots != b->shots && !(isnan(a->shots) && isnan(b->shots));
            v->names_need_metric = v->names_need_metric || !ons_str_eq(a->metric, b->metric);
            v->names_need_shots = v->names_need_shots || shots;
            v->names_need_prompt = v->names_need_prompt || !ons_str_eq(a->prompt, b->prompt);
        }
    }
}

/* What is drawn, of how many. */
static void detail_make(ons_view *v)
{
    size_t n = 0;
    v->detail = v->n < SHORT_FROM     ? ONS_DETAIL_FULL
                : v->n < GROUPED_FROM ? ONS_DETAIL_SHORT
                                      : ONS_DETAIL_GROUPED;
    for (size_t i = 0; i < v->n; i++) {
        const bool grouped = v->detail == ONS_DETAIL_GROUPED, view = i < v->n_views;
        v->item[i]->drawn =
            v->detail == ONS_DETAIL_FULL ||
            (view && (!grouped || (n < DRAWN_MAX && ons_series_has_onset(v->item[i]->s))));
        n += v->item[i]->drawn;
    }
}

static ons_status facts_make(ons_view *v, ons_arena *a, ons_err *err)
{
    ons_facts *f = &v->facts;
    *f = (ons_facts){.items_least = (double)NAN,
                     .items_most = (double)NAN,
                     .params_least = (double)NAN,
                     .params_most = (double)NAN};
    ons_str *family;
    ONS_TRY(ONS_NEW(a, v->n + 1, &family, err));
    for (size_t i = 0; i < v->n; i++) {
        const ons_report_series *s = v->item[i]->s;
        const bool headline = i < v->n_primary;
        if (v->r->by_axis && s->axis != v->axis) continue;
        if (new_text(family, f->n_families, s->family)) family[f->n_families++] = s->family;
        f->n_abilities += headline;
        if (!headline || s->continuous) continue;
        for (size_t j = 0; j < v->item[i]->g.n; j++)
            widen(v->item[i]->g.scale[j].items, &f->items_least, &f->items_most);
    }
    v->many_families = f->n_families > 1;
    size_t dots = 0;
    for (size_t i = 0; i < v->n; i++) dots += v->item[i]->g.n_points + v->item[i]->partner.n_points;
    v->compact = v->detail != ONS_DETAIL_FULL || dots > DOTS_TOLD_MAX;
    if (v->r->n_models) return facts_of_models(v->r, a, f, err);
    facts_of_series(v, f);
    return ONS_OK;
}

ons_status ons_view_make(const ons_report *r, ons_arena *a, ons_view *ret_v, ons_err *err)
{
    ons_view v = {.r = r, .n = r->n_series};
    ons_item *item;
    ONS_TRY(ONS_NEW(a, v.n + 1, &item, err));
    ONS_TRY(ons_arena_alloc(a, v.n + 1, sizeof(void *), _Alignof(void *), (void *)&v.item, err));
    for (size_t i = 0; i < v.n; i++) {
        const ons_report_series *s = &r->series[i];
        if (s->example.n_answers > ONS_REPORT_ANSWERS_MAX) {
            return ONS_FAIL(err, ONS_LIMIT, "an example with %zu answers, at most %d are allowed",
                            s->example.n_answers, ONS_REPORT_ANSWERS_MAX);
        }
        item[i].s = s;
        v.item[i] = &item[i];
        ONS_TRY(ons_scales_make(s->point, s->n_points, s->axis, a, &item[i].g, err));
        ONS_TRY(ons_scales_make(s->partner.point, s->partner.n_points, s->axis, a, &item[i].partner,
                                err));
    }
    places_make(&v, item);
    qsort(v.item, v.n, sizeof(void *), shown_cmp);
    ons_item **work;
    ONS_TRY(ons_arena_alloc(a, v.n + 1, sizeof(void *), _Alignof(void *), (void *)&work, err));
    ids_make(&v, work);
    names_need(&v, work);
    detail_make(&v);
    ONS_TRY(facts_make(&v, a, err));
    *ret_v = v;
    return ONS_OK;
}

static void name_parts(const ons_view *v, const ons_report_series *s, bool short_name, ons_buf *out)
{
    if (s->task.len)
        ons_buf_str_add(out, s->task);
    else
        ons_buf_text(out, "(no name)");
    const char *between = " (", *more = ", ";
    const bool view = v->r->by_axis && s->axis != v->axis;
    if (!short_name && (v->many_families || (view && s->axis == ONS_REPORT_TOKENS))) {
        ons_buf_text(out, between); /* "pocket 28k" */
        ons_buf_str_add(out, s->family);
        between = more;
    }
    if (!s->primary || v->names_need_metric) {
        ons_buf_text(out, between);
        ons_metric_words(s->metric, out);
        between = more;
    }
    if (!short_name && (s->primary ? v->names_need_shots && s->shots >= 0 : s->shots > 0)) {
        ons_buf_printf(out, "%s%.0f %s", between, s->shots, s->shots == 1 ? "shot" : "shots");
        between = more;
    }
    if (s->prompt.len && (!s->primary || v->names_need_prompt)) {
        ons_buf_text(out, between);
        ons_buf_str_add(out, s->prompt);
        between = more;
    }
    if (between == more) ons_buf_char(out, ')');
}

void ons_item_name(const ons_view *v, const ons_report_series *s, ons_buf *out)
{
    name_parts(v, s, false, out);
}

void ons_item_name_short(const ons_view *v, const ons_report_series *s, ons_buf *out)
{
    name_parts(v, s, true, out);
}
