#include "study/power.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "os/pool.h"
#include "stats/special.h"

static const size_t scales_tried[ONS_POWER_STEPS] = {4, 5, 6, 8, 10, 12, 16, 24};
static const double items_tried[] = {25, 50, 100, 200, 400, 800, 1600, 3200, 6400};

enum { ITEMS = sizeof items_tried / sizeof *items_tried };

double ons_power_items_most(void) { return items_tried[ITEMS - 1]; }

typedef struct outcome {
    ons_verdict_word verdict;
    double decades; /* of the midpoint's interval; NaN: none */
} outcome;

typedef struct work {
    const ons_power_options *o;
    const ons_monitor *monitor;
    outcome *of;
} work;

static ons_status try_study(void *ctx, size_t i, size_t worker, ons_err *err)
{
    (void)worker;
    const work *w = ctx;
    ons_sim s;
    ons_verdict v;
    if (ons_monitor_stop(w->monitor))
        return ONS_FAIL(err, ONS_INTERRUPTED, "stopped before all was simulated");
    ons_sim_draw_design(&w->o->design, w->o->seed, i, &s);
    ONS_TRY(ons_series_decide(&s.series, 0, &v, err));
    w->of[i] = (outcome){v.verdict, v.midpoint.hi - v.midpoint.lo};
    return ONS_OK;
}

static ons_status count(const outcome *of, size_t n, ons_arena *a, ons_power *p, ons_err *err)
{
    double *decades;
    ONS_TRY(ONS_NEW(a, n, &decades, err));
    *p = (ons_power){.n = n, .median_decades = (double)NAN};
    for (size_t i = 0; i < n; i++) {
        p->verdict[of[i].verdict]++;
        if (isfinite(of[i].decades)) decades[p->placed++] = of[i].decades;
    }
    if (p->placed > 0) {
        qsort(decades, p->placed, sizeof *decades, ons_ascending);
        p->median_decades = decades[p->placed / 2];
    }
    p->power = (double)p->verdict[ONS_VERDICT_EMERGENT] / (double)n;
    p->se = sqrt(p->power * (1 - p->power) / (double)n);
    return ONS_OK;
}

static ons_status check_design(const ons_sim_design *d, ons_err *err)
{
    if (d->n_scales * d->n_seeds <= ONS_SIM_POINTS) return ONS_OK;
    return ONS_FAIL(err, ONS_LIMIT, "%zu scales with %zu seeds are %zu models, at most %d",
                    d->n_scales, d->n_seeds, d->n_scales * d->n_seeds, (int)ONS_SIM_POINTS);
}

/* tell: a stage of its own. */
static ons_status simulate(const ons_power_options *o, const ons_monitor *m, bool tell,
                           ons_power *ret_p, ons_err *err)
{
    ONS_TRY(check_design(&o->design, err));
    ons_arena arena;
    ons_arena_init(&arena, 0);
    work w = {.o = o, .monitor = m};
    ons_status s = ONS_NEW(&arena, o->n_studies, &w.of, err);
    if (s == ONS_OK)
        s = ons_pool_run_told(o->n_threads, o->n_studies, try_study, &w, "simulate", "studies",
                              tell ? m : NULL, err);
    if (s == ONS_OK) s = count(w.of, o->n_studies, &arena, ret_p, err);
    ons_arena_clear(&arena);
    return s;
}

ons_status ons_power_of(const ons_power_options *o, const ons_monitor *m, ons_power *ret_p,
                        ons_err *err)
{
    return simulate(o, m, true, ret_p, err);
}

/* Half of what is left of a design, each time: how many tries it takes is not known before. */
static void tell_try(const ons_monitor *m, size_t design, size_t n_tries)
{
    ons_monitor_event(m, &(ons_event){.kind = ONS_EVENT_PROGRESS,
                                      .unit = "designs",
                                      .done = (double)(design + 1) - pow(.5, (double)n_tries),
                                      .total = ONS_POWER_STEPS,
                                      .loss_nats = (double)NAN});
}

/* More items show more: halving over the numbers that are tried. */
static ons_status search_items(ons_power_options *o, const ons_monitor *m, size_t design,
                               ons_power_need *need, ons_err *err)
{
    size_t n_tries = 0, lo = 0,
           hi = ITEMS; /* items_tried[hi] reaches it, what is below lo does not */
    ons_power p;
    need->n_items = (double)NAN;
    while (lo < hi) {
        size_t middle = hi == ITEMS ? ITEMS - 1 : lo + (hi - lo) / 2;
        o->design.n_items = items_tried[middle];
        ONS_TRY(simulate(o, m, false, &p, err));
        tell_try(m, design, ++n_tries);
        bool reached = p.power >= ONS_POWER_WANTED;
        if (reached || middle == ITEMS - 1) need->power = p.power;
        if (reached) {
            need->n_items = items_tried[middle];
            hi = middle;
        } else if (middle == ITEMS - 1) {
            break;
        } else {
            lo = middle + 1;
        }
    }
    return ONS_OK;
}

ons_status ons_power_search(const ons_power_options *o, const ons_monitor *m,
                            ons_power_need ret_need[ONS_POWER_STEPS], ons_err *err)
{
    const ons_event stage = {.kind = ONS_EVENT_STAGE,
                             .text = "search",
                             .unit = "designs",
                             .total = ONS_POWER_STEPS,
                             .loss_nats = (double)NAN};
    ons_monitor_event(m, &stage);
    for (size_t i = 0; i < ONS_POWER_STEPS; i++) {
        ons_power_options each = *o;
        each.design.n_scales = scales_tried[i];
        ret_need[i] = (ons_power_need){scales_tried[i], (double)NAN, (double)NAN};
        if (scales_tried[i] * o->design.n_seeds <= ONS_SIM_POINTS)
            ONS_TRY(search_items(&each, m, i, &ret_need[i], err));
    }
    return ONS_OK;
}
