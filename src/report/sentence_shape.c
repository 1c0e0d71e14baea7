/* Sentences of verdicts on the shape alone: how the score goes with size. */
#include "report/sentence_say.h"

static void say_first_to_last(const say *t)
{
    text(t, "from ");
    score(t, t->g->scale[0].mean);
    text(t, " at ");
    scale(t, 0);
    text(t, " to ");
    score(t, t->g->scale[t->g->n - 1].mean);
    text(t, " at ");
    scale(t, t->g->n - 1);
}

void ons_say_smooth(const say *t)
{
    text(t, "Grows step by step with size, ");
    say_first_to_last(t);
    text(t, "; a curve without any jump explains it.");
}

void ons_say_delayed(const say *t)
{
    /* The last size of the flat beginning: within a tenth of the way up. */
    const ons_scales *g = t->g;
    double floor = knows_chance(t) ? t->s->chance : g->scale[0].mean;
    double top = g->scale[g->n - 1].mean;
    size_t knee = 0;
    while (knee + 2 < g->n && g->scale[knee + 1].mean <= floor + .1 * (top - floor)) knee++;
    double lo, hi;
    range_of(g, 0, knee + 1, &lo, &hi);
    text(t, knows_chance(t) && t->s->chance > 0 ? "Stays where guessing is up to "
                                                : "Stays at its floor up to ");
    scale(t, knee);
    text(t, " (");
    range_and_chance(t, lo, hi);
    text(t, "), then grows gradually to ");
    score(t, top);
    text(t, " at ");
    scale(t, g->n - 1);
    text(t, ": a late start, but no jump.");
}

void ons_say_flat(const say *t)
{
    double lo, hi;
    range_of(t->g, 0, t->g->n, &lo, &hi);
    bool open = !knows_chance(t) || t->s->continuous;
    text(t, open               ? "Every model scores about alike ("
            : t->s->chance > 0 ? "Every model guesses ("
                               : "No model can do it (");
    range_and_chance(t, lo, hi);
    text(t, ").");
    double items = (double)INFINITY;
    for (size_t i = 0; i < t->g->n; i++)
        items = t->g->scale[i].items < items ? t->g->scale[i].items : items;
    if (!isfinite(t->s->verdict.upper_bound)) return;
    char n[ONS_HUMAN_MAX];
    if (isfinite(items) && !t->s->continuous)
        ons_buf_printf(t->out, " With %s questions a model, a true score above ",
                       ons_human_exact(items, n));
    else
        text(t, " A true score above ");
    score(t, t->s->verdict.upper_bound);
    text(t, " would have been seen.");
}

void ons_say_constant(const say *t)
{
    double lo, hi;
    range_of(t->g, 0, t->g->n, &lo, &hi);
    text(t, "Every size does it about equally well (");
    range_and_chance(t, lo, hi);
    text(t, "): better than guessing, and size adds nothing that can be seen.");
}

void ons_say_saturated(const say *t)
{
    text(t, "The smallest models can do it already (");
    score(t, t->g->scale[0].mean);
    text(t, " at ");
    scale(t, 0);
    text(t, "); a threshold, if there is one, lies below the sizes that were measured.");
}

void ons_say_inverse(const say *t)
{
    text(t, "Gets worse with size, ");
    say_first_to_last(t);
    text(t, ".");
}

/* The scale whose pooled score is extreme. */
static size_t extreme(const ons_scales *g, int sign)
{
    size_t best = 0;
    for (size_t i = 1; i < g->n; i++)
        if (sign * g->scale[i].mean > sign * g->scale[best].mean) best = i;
    return best;
}

static void say_turning(const say *t, const char *first, const char *then, int sign)
{
    size_t e = extreme(t->g, sign);
    text(t, first);
    score(t, t->g->scale[0].mean);
    text(t, " to ");
    score(t, t->g->scale[e].mean);
    text(t, " at ");
    scale(t, e);
    text(t, then);
    score(t, t->g->scale[t->g->n - 1].mean);
    text(t, " at ");
    scale(t, t->g->n - 1);
    text(t, ".");
}

void ons_say_u_shaped(const say *t)
{
    say_turning(t, "First gets worse with size, from ", ", then recovers to ", -1);
}

void ons_say_inverted_u(const say *t)
{
    say_turning(t, "First gets better with size, from ", ", then falls back to ", 1);
}

void ons_say_non_monotone(const say *t)
{
    double lo, hi;
    range_of(t->g, 0, t->g->n, &lo, &hi);
    text(t, "Goes up and down with size (");
    range_and_chance(t, lo, hi);
    text(t, "), more than chance fluctuation allows; no single rise describes it.");
}
