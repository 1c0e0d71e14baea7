/* How far apart the onsets of compared series are. */
#include "study/compare.h"

#include <math.h>

#include "os/pool.h"
#include "study/compare_priv.h"

#define NO_PLACES SIZE_MAX

typedef struct work {
    const ons_series_set *set;
    ons_comparisons *out;
    size_t *at;         /* [set->n]: index of a series' places */
    size_t *series;     /* [n]: the series that have places */
    ons_places *places; /* [2 n]: of the onset, of the midpoint */
    size_t n;
} work;

const char *ons_compared_text(ons_compared c)
{
    static const char *const text[] = {
#define X(name, text) text,
        ONS_COMPARED_MAP(X)
#undef X
    };
    return text[c];
}

static size_t index_of(const work *w, const ons_study_series *s)
{
    return (size_t)(s - w->set->series);
}

/* Each series once, however many it is compared with. */
static ons_status list_series(work *w, ons_arena *a, ons_err *err)
{
    ONS_TRY(ONS_NEW(a, w->set->n + 1, &w->at, err));
    ONS_TRY(ONS_NEW(a, w->set->n + 1, &w->series, err));
    for (size_t i = 0; i < w->set->n; i++) w->at[i] = NO_PLACES;
    for (size_t i = 0; i < w->out->n; i++) {
        const ons_comparison *c = &w->out->pair[i];
        const size_t pair[] = {index_of(w, c->base), index_of(w, c->other)};
        for (size_t j = 0; j < 2 && !c->why_not; j++) {
            if (w->at[pair[j]] != NO_PLACES) continue;
            w->at[pair[j]] = w->n;
            w->series[w->n++] = pair[j];
        }
    }
    return ONS_NEW(a, 2 * w->n + 1, &w->places, err);
}

static ons_status place_one(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    const work *w = ctx;
    const ons_study_series *s = &w->set->series[w->series[i]];
    bool runs = (s->verdict.flags & ONS_FLAG_BIMODAL_SEEDS) != 0;
    ONS_TRY(ons_places_make(&s->series, runs, true, &w->places[2 * i], err));
    return ons_places_make(&s->series, runs, false, &w->places[2 * i + 1], err);
}

static ons_status shift_one(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    (void)err;
    const work *w = ctx;
    ons_comparison *c = &w->out->pair[i];
    if (c->why_not) return ONS_OK;
    const ons_places *a = &w->places[2 * w->at[index_of(w, c->base)]];
    const ons_places *b = &w->places[2 * w->at[index_of(w, c->other)]];
    c->onset = ons_shift_make(&a[0], &b[0]);
    c->midpoint = ons_shift_make(&a[1], &b[1]);
    c->result = ONS_COMPARED_NOT_SHOWN;
    if (c->onset.by.lo > 0) c->result = ONS_COMPARED_LATER;
    if (c->onset.by.hi < 0) c->result = ONS_COMPARED_EARLIER;
    return ONS_OK;
}

static ons_status adjust(ons_comparisons *c, ons_arena *a, ons_err *err)
{
    double *p;
    ONS_TRY(ONS_NEW(a, 3 * c->n + 1, &p, err));
    for (size_t i = 0; i < c->n; i++) p[i] = c->pair[i].onset.p;
    ons_adjust_bh(p, c->n, p + c->n);
    for (size_t i = 0; i < c->n; i++) c->pair[i].p_adjusted = p[i];
    return ONS_OK;
}

ons_status ons_compare_make(const ons_series_set *set, const ons_compare_options *o,
                            size_t n_threads, ons_arena *a, ons_comparisons *ret_c, ons_err *err)
{
    work w = {.set = set, .out = ret_c};
    ONS_TRY(ons_compare_pairs(set, o, a, ret_c, err));
    if (ret_c->n == 0) return ONS_OK;
    ONS_TRY(list_series(&w, a, err));
    ONS_TRY(ons_pool_run(n_threads, w.n, place_one, &w, err));
    ONS_TRY(ons_pool_run(n_threads, ret_c->n, shift_one, &w, err));
    return adjust(ret_c, a, err);
}
