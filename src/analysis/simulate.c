/* Classes, designs and draws of simulated series. */
#include "analysis/simulate.h"

#include <math.h>
#include <string.h>

#include "analysis/curve_priv.h"
#include "analysis/simulate_priv.h"
#include "stats/draw.h"

#define W0   1.5 /* decades: what the classes are made for */
#define SPAN 4.0
#define X0   18.0 /* log10 of the smallest scale */

#define SHAPES_CLASS(name, width, most)                                            \
    {                                                                              \
        name, ONS_SIM_SMOOTH, ONS_SIM_SHAPES, width, 0, 0, ONS_SIM_GRADED, 0, most \
    }
#define SMOOTH(name, curve, width)                                       \
    {                                                                    \
        name, ONS_SIM_SMOOTH, curve, width, 0, 0, ONS_SIM_GRADED, 0, .01 \
    }
#define HELD_OUT(name, curve)                                          \
    {                                                                  \
        name, ONS_SIM_HELD_OUT, curve, 0, 0, 0, ONS_SIM_GRADED, 0, .01 \
    }
#define JUMP(name, width, rise, chance, least)                                \
    {                                                                         \
        name, ONS_SIM_POWER, 0, width, rise, chance, ONS_SIM_GRADED, least, 1 \
    }
#define HELD_OUT_JUMP(name, curve, least)                                      \
    {                                                                          \
        name, ONS_SIM_HELD_OUT_POWER, curve, 0, 0, 0, ONS_SIM_GRADED, least, 1 \
    }
#define SEEDS(name, curve, width, runs, least, most)               \
    {                                                              \
        name, ONS_SIM_SEEDS, curve, width, 0, 0, runs, least, most \
    }
#define METRIC(name, curve, drift, most)                                  \
    {                                                                     \
        name, ONS_SIM_METRIC, curve, drift, 0, 0, ONS_SIM_GRADED, 0, most \
    }

/* Bands: what the design promises (method 3); of jumps the row means of 4.2 less .06; of several
 * seeds what was measured on a thousand series and more (docs/method.md). */
const ons_sim_class ons_sim_classes[] = {
    SMOOTH("chance", ONS_SIM_CHANCE, 0),
    SMOOTH("constant", ONS_SIM_CONSTANT, 0),
    SMOOTH("linear", ONS_SIM_LINEAR, 0),
    SHAPES_CLASS("boundary", W0, .05),
    SHAPES_CLASS("width-2", 2, .01),
    SHAPES_CLASS("width-3", 3, .01),
    SHAPES_CLASS("width-5", 5, .01),
    SMOOTH("hinge-2", ONS_SIM_HINGE, 2),
    SMOOTH("hinge-3", ONS_SIM_HINGE, 3),
    SMOOTH("power-law", ONS_SIM_POWER_LAW, 0),
    SMOOTH("gompertz", ONS_SIM_GOMPERTZ, 0),
    SMOOTH("saturated", ONS_SIM_SATURATED, 0),
    SMOOTH("U", ONS_SIM_U, 0),
    SMOOTH("inverse", ONS_SIM_INVERSE, 0),
    SMOOTH("cap", ONS_SIM_CAP, 0),
    SMOOTH("irregular", ONS_SIM_IRREGULAR, 0),
    HELD_OUT("probit", ONS_SIM_PROBIT),
    HELD_OUT("two-step", ONS_SIM_TWO_STEP),
    HELD_OUT("mixture", ONS_SIM_MIXTURE),
    HELD_OUT("smoothstep", ONS_SIM_SMOOTHSTEP),
    HELD_OUT("arctan", ONS_SIM_ARCTAN),
    HELD_OUT("laplace", ONS_SIM_LAPLACE),
    HELD_OUT("student-2", ONS_SIM_STUDENT),
    JUMP("jump-.05-.2", .05, .2, 0, .65),
    JUMP("jump-.05-.2-chance", .05, .2, .25, .13),
    JUMP("jump-.05-.4", .05, .4, 0, .85),
    JUMP("jump-.05-.4-chance", .05, .4, .25, .50),
    JUMP("jump-.05-.8", .05, .8, 0, .92),
    JUMP("jump-.05-.8-chance", .05, .8, .25, .81),
    JUMP("jump-.3-.4", .3, .4, 0, .71),
    JUMP("jump-.3-.8-chance", .3, .8, .25, .74),
    JUMP("jump-.6-.8", .6, .8, 0, .77),
    JUMP("jump-.6-.8-chance", .6, .8, .25, .58),
    JUMP("jump-1-.8", 1, .8, 0, .48),
    HELD_OUT_JUMP("jump-probit", ONS_SIM_PROBIT, .37),
    HELD_OUT_JUMP("jump-two-step", ONS_SIM_TWO_STEP, .37),
    HELD_OUT_JUMP("jump-smoothstep", ONS_SIM_SMOOTHSTEP, .40),
    HELD_OUT_JUMP("jump-arctan", ONS_SIM_ARCTAN, .40),
    SEEDS("graded-wide", ONS_SIM_SHAPES, 4, ONS_SIM_GRADED, 0, .01),
    SEEDS("graded-boundary", ONS_SIM_SHAPES, W0, ONS_SIM_GRADED, 0, .05),
    SEEDS("all-or-none-wide", ONS_SIM_SHAPES, 4, ONS_SIM_ALL_OR_NONE, 0, .02),
    SEEDS("all-or-none-boundary", ONS_SIM_SHAPES, W0, ONS_SIM_ALL_OR_NONE, 0, .08),
    SEEDS("seeds-chance", ONS_SIM_CHANCE, 0, ONS_SIM_GRADED, 0, .01),
    SEEDS("seeds-constant", ONS_SIM_CONSTANT, 0, ONS_SIM_GRADED, 0, .01),
    SEEDS("graded-sharp", ONS_SIM_SHAPES, .5, ONS_SIM_GRADED, .78, 1),
    SEEDS("all-or-none-sharp", ONS_SIM_SHAPES, .5, ONS_SIM_ALL_OR_NONE, .60, 1),
    SEEDS("one-run-failed", ONS_SIM_SHAPES, .4, ONS_SIM_ONE_FAILED, .40, 1),
    METRIC("latent-threshold", ONS_SIM_LATENT, 0, .01),
    METRIC("power-law-nll", ONS_SIM_NLL, 0, .01),
    METRIC("jump-in-both", ONS_SIM_IN_BOTH, 0, .02),
    METRIC("jump-drift-.2", ONS_SIM_IN_BOTH, .2, .07),
    METRIC("jump-drift-.4", ONS_SIM_IN_BOTH, .4, .18),
    {"battery", ONS_SIM_DISCOVERY, 0, 0, 0, 0, ONS_SIM_GRADED, 0, .05},
};
const size_t ons_sim_n_classes = sizeof ons_sim_classes / sizeof *ons_sim_classes;

const char *ons_sim_group_text(ons_sim_group g)
{
    static const char *const text[] = {
#define X(name, text, about) text,
        ONS_SIM_GROUP_MAP(X)
#undef X
    };
    return (size_t)g < ONS_SIM_GROUPS ? text[g] : "?";
}

const char *ons_sim_group_about(ons_sim_group g)
{
    static const char *const text[] = {
#define X(name, text, about) about,
        ONS_SIM_GROUP_MAP(X)
#undef X
    };
    return (size_t)g < ONS_SIM_GROUPS ? text[g] : "?";
}

bool ons_sim_is_artefact(const ons_sim_class *c)
{
    return c->group == ONS_SIM_METRIC && c->curve != ONS_SIM_IN_BOTH;
}

/* ---- designs ---- */

/* Evenly spaced, inner scales moved by up to a quarter of a gap. */
static void even_scales(ons_draft *d, size_t n, double span, double jitter)
{
    double gap = span / (double)(n - 1);
    d->n_scales = n;
    for (size_t i = 0; i < n; i++) {
        bool inner = i > 0 && i + 1 < n;
        d->x[i] = gap * ((double)i + (inner ? ons_draft_uniform(d, -jitter, jitter) : 0));
    }
}

/* Both ends, the others anywhere between. */
static void random_scales(ons_draft *d, size_t n, double span)
{
    d->n_scales = n;
    for (size_t i = 0; i < n; i++) {
        double v = i == 0 ? 0 : i == 1 ? span : ons_draft_uniform(d, 0, span);
        size_t j = i;
        for (; j > 0 && d->x[j - 1] > v; j--) d->x[j] = d->x[j - 1];
        d->x[j] = v;
    }
}

static void design_grid(ons_draft *d, uint64_t trial, bool chance_too)
{
    static const size_t scales[] = {5, 6, 8, 12};
    static const double items[] = {50, 100, 200, 500, 2000}, rho[] = {0, 1e-3, 4e-3};
    even_scales(d, scales[trial % 4], SPAN, .25);
    d->n_items = items[trial / 4 % 5];
    if (chance_too) d->chance = trial / 20 % 2 ? .25 : 0;
    d->rho = ons_draft_pick(d, rho, 3);
}

static void design_held_out(ons_draft *d)
{
    static const double scales[] = {6, 9, 12}, items[] = {100, 400, 1500}, chance[] = {0, .2, .5};
    size_t n = (size_t)ons_draft_pick(d, scales, 3);
    random_scales(d, n, ons_draft_uniform(d, 2.5, 5));
    d->n_items = ons_draft_pick(d, items, 3);
    d->chance = ons_draft_pick(d, chance, 3);
    d->rho = ons_draft_uniform(d, 0, .005);
}

static void design_seeds(ons_draft *d)
{
    static const double scales[] = {6, 8, 10}, seeds[] = {2, 3, 5}, items[] = {100, 256, 1000};
    static const double chance[] = {0, .25, .5}, rho[] = {0, 1e-3, 4e-3};
    size_t n = (size_t)ons_draft_pick(d, scales, 3);
    random_scales(d, n, ons_draft_uniform(d, 2.2, 4));
    d->n_seeds = (size_t)ons_draft_pick(d, seeds, 3);
    d->n_items = ons_draft_pick(d, items, 3);
    d->chance = ons_draft_pick(d, chance, 3);
    d->rho = ons_draft_pick(d, rho, 3);
}

static void design_metric(ons_draft *d, uint64_t trial)
{
    static const size_t scales[] = {6, 8, 12};
    static const double rho[] = {0, 1e-3, 4e-3};
    even_scales(d, scales[trial % 3], SPAN, .25);
    d->n_items = trial / 3 % 2 ? 500 : 100;
    d->chance = trial / 6 % 2 ? .25 : 0;
    d->rho = ons_draft_pick(d, rho, 3);
}

/* ---- draws ---- */

/* Mean score of each run of scale s. */
static void run_means(ons_draft *d, size_t s, double *ret_mu)
{
    for (size_t i = 0; i < d->n_seeds; i++) {
        bool learned = ons_rng_f64(&d->rng) < d->share[s];
        ret_mu[i] = d->runs != ONS_SIM_ALL_OR_NONE ? d->mu[s] : learned ? d->high : d->chance;
    }
}

/* One run of a scale above the midpoint is at chance. */
static size_t failed_run(ons_draft *d)
{
    size_t first = 0, n = d->n_scales;
    while (first < n && d->x[first] <= d->midpoint) first++;
    if (d->runs != ONS_SIM_ONE_FAILED || first == n) return SIZE_MAX;
    uint32_t left = (uint32_t)((n - first) * d->n_seeds);
    return first * d->n_seeds + ons_rng_below(&d->rng, left);
}

static void draw(ons_draft *d, double w0, ons_sim *s)
{
    size_t failed = failed_run(d), n = 0;
    for (size_t i = 0; i < d->n_scales; i++) {
        double mu[ONS_SIM_POINTS] = {0};
        run_means(d, i, mu);
        for (size_t j = 0; j < d->n_seeds; j++, n++) {
            double m = fmin(fmax(n == failed ? d->chance : mu[j], 0), 1);
            double k = ons_draw_beta_binomial(&d->rng, d->n_items, m, d->rho);
            ons_point p = {.x = X0 + d->x[i], .y = k / d->n_items, .n = d->n_items};
            p.se = p.params = (double)NAN;
            p.seed[0] = (char)('a' + j % 26);
            s->point[n] = p;
            p.y = d->z[i];
            p.se = d->z_se;
            s->continuous_point[n] = p;
        }
    }
    s->series =
        (ons_series){.point = s->point, .n_points = n, .chance = d->chance, .ceiling = 1, .w0 = w0};
    s->continuous = (ons_series){.point = s->continuous_point,
                                 .n_points = d->z_se > 0 ? n : 0,
                                 .continuous = true,
                                 .chance = (double)NAN,
                                 .ceiling = (double)NAN,
                                 .w0 = w0};
    s->jump = d->jump;
    s->onset = X0 + d->onset;
    s->midpoint = X0 + d->midpoint;
}

static uint64_t hash_name(const char *name)
{
    uint64_t h = 0;
    for (; *name; name++) h = ons_mix64(h ^ (uint64_t)(unsigned char)*name);
    return h;
}

static ons_draft draft_make(const char *name, uint64_t seed, uint64_t trial)
{
    ons_draft d = {.n_seeds = 1, .onset = (double)NAN, .midpoint = (double)NAN};
    d.rng = ons_rng_make(seed ^ hash_name(name), trial);
    return d;
}

void ons_sim_draw(const ons_sim_class *c, uint64_t seed, uint64_t trial, ons_sim *ret_s)
{
    ons_draft d = draft_make(c->name, seed, trial);
    switch (c->group) {
    case ONS_SIM_SMOOTH:
        design_grid(&d, trial, true);
        ons_curve_smooth(&d, c);
        break;
    case ONS_SIM_POWER:
        d.chance = c->chance;
        design_grid(&d, trial, false);
        ons_curve_jump(&d, c);
        break;
    case ONS_SIM_SEEDS:
        design_seeds(&d);
        ons_curve_seeds(&d, c);
        break;
    case ONS_SIM_METRIC:
        design_metric(&d, trial);
        ons_curve_metric(&d, c);
        break;
    case ONS_SIM_HELD_OUT:
    case ONS_SIM_HELD_OUT_POWER:
    case ONS_SIM_DISCOVERY:
    case ONS_SIM_GROUPS:
    default:
        design_held_out(&d);
        ons_curve_held_out(&d, c);
    }
    draw(&d, W0, ret_s);
}

void ons_sim_draw_battery(uint64_t seed, uint64_t trial, size_t i, ons_sim *ret_s)
{
    static const char *const jumps[] = {"jump-.05-.4", "jump-.05-.8", "jump-.3-.8-chance"};
    static const char *const others[] = {"linear",  "boundary",  "width-2",   "width-3",
                                         "width-5", "hinge-3",   "power-law", "gompertz",
                                         "chance",  "saturated", "constant",  "inverse"};
    static const double rho[] = {0, 1e-3, 4e-3};
    ons_draft d = draft_make("battery", seed, trial * ONS_SIM_BATTERY + i);
    bool jump = i < ONS_SIM_JUMPS;
    const char *name = jump ? jumps[ons_rng_below(&d.rng, 3)] : others[ons_rng_below(&d.rng, 12)];
    const ons_sim_class *c = ons_sim_classes;
    while (strcmp(c->name, name) != 0) c++;
    even_scales(&d, 8, SPAN, .25);
    d.chance = ons_rng_below(&d.rng, 2) ? .25 : 0;
    d.n_items = ons_rng_below(&d.rng, 2) ? 500 : 100;
    d.rho = ons_draft_pick(&d, rho, 3);
    if (jump)
        ons_curve_jump(&d, c);
    else
        ons_curve_smooth(&d, c);
    draw(&d, W0, ret_s);
}

void ons_sim_draw_design(const ons_sim_design *p, uint64_t seed, uint64_t trial, ons_sim *ret_s)
{
    ons_draft d = draft_make("design", seed, trial);
    d.n_seeds = p->n_seeds;
    d.n_items = p->n_items;
    d.chance = p->chance;
    d.rho = p->scatter;
    even_scales(&d, p->n_scales, p->span, 0);
    int shape = (int)ons_rng_below(&d.rng, ONS_SHARP_SHAPES);
    /* At least two scales on either side of the midpoint. */
    double f[ONS_SIM_SCALES];
    d.midpoint = ons_draft_uniform(&d, d.x[1], d.x[d.n_scales - 2]);
    d.onset = d.midpoint + ons_shape_onset(shape) * p->width;
    d.jump = p->width < p->w0;
    ons_shape_fill(shape, d.midpoint, p->width, d.n_scales, d.x, f);
    for (size_t i = 0; i < d.n_scales; i++) d.mu[i] = p->chance + p->rise * (1 - p->chance) * f[i];
    draw(&d, p->w0, ret_s);
}
