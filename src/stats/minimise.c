#include "stats/minimise.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

typedef struct corner {
    double at[ONS_MINIMISE_MAX], value;
} corner;

typedef struct simplex {
    ons_objective *f;
    void *ctx;
    size_t n;
    int calls;
    corner corner[ONS_MINIMISE_MAX + 1]; /* best first */
} simplex;

static double value(simplex *s, const double *at)
{
    s->calls++;
    return s->f(s->ctx, at);
}

/* Puts the last corner in its place; equal values keep their order. */
static void sort_in(simplex *s, size_t i)
{
    const corner c = s->corner[i];
    for (; i > 0 && s->corner[i - 1].value > c.value; i--) s->corner[i] = s->corner[i - 1];
    s->corner[i] = c;
}

/* The worst corner moved along the line through the middle of the others: -1 mirrors it, .5 goes
 * halfway in. */
static corner moved(simplex *s, double by)
{
    corner c;
    const corner *worst = &s->corner[s->n];
    for (size_t j = 0; j < s->n; j++) {
        double middle = 0;
        for (size_t i = 0; i < s->n; i++) middle += s->corner[i].at[j] / (double)s->n;
        c.at[j] = middle + by * (worst->at[j] - middle);
    }
    c.value = value(s, c.at);
    return c;
}

/* Every corner halfway towards the best. */
static void shrink(simplex *s)
{
    for (size_t i = 1; i <= s->n; i++) {
        corner *c = &s->corner[i];
        for (size_t j = 0; j < s->n; j++) c->at[j] = .5 * (c->at[j] + s->corner[0].at[j]);
        c->value = value(s, c->at);
    }
    for (size_t i = 1; i <= s->n; i++) sort_in(s, i);
}

static void one_step(simplex *s)
{
    corner *worst = &s->corner[s->n];
    corner mirrored = moved(s, -1);
    if (mirrored.value < s->corner[0].value) {
        corner further = moved(s, -2);
        *worst = further.value < mirrored.value ? further : mirrored;
    } else if (mirrored.value < s->corner[s->n - 1].value) {
        *worst = mirrored;
    } else {
        const bool outside = mirrored.value < worst->value;
        corner inner = moved(s, outside ? -.5 : .5);
        if (inner.value > fmin(mirrored.value, worst->value)) {
            shrink(s);
            return;
        }
        *worst = inner;
    }
    sort_in(s, s->n);
}

double ons_minimise(ons_objective *f, void *ctx, size_t n, const double *step, double tolerance,
                    int max_calls, double *at)
{
    simplex s = {.f = f, .ctx = ctx, .n = n};
    for (size_t i = 0; i <= n; i++) {
        memcpy(s.corner[i].at, at, n * sizeof *at);
        if (i > 0) s.corner[i].at[i - 1] += step[i - 1];
        s.corner[i].value = value(&s, s.corner[i].at);
        sort_in(&s, i);
    }
    while (s.calls < max_calls && s.corner[n].value - s.corner[0].value > tolerance) one_step(&s);
    memcpy(at, s.corner[0].at, n * sizeof *at);
    return s.corner[0].value;
}
