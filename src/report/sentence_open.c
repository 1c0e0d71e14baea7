/* Sentences of series that stay open: what is known all the same. */
#include "report/sentence_say.h"

static size_t scale_at(const ons_scales *g, double x)
{
    size_t i = 0;
    while (i < g->n && fabs(g->scale[i].x - x) > ONS_SAME_SCALE) i++;
    return i;
}

bool ons_known_gap(const ons_report_series *s, const ons_scales *g, size_t *ret_below,
                   size_t *ret_above)
{
    if (s->known.kind != ONS_KNOWN_RISE_BETWEEN) return false;
    *ret_below = scale_at(g, s->known.lo);
    *ret_above = scale_at(g, s->known.hi);
    return *ret_below < *ret_above && *ret_above < g->n;
}

void ons_known_words(const ons_report_series *s, const ons_scales *g, ons_buf *out)
{
    size_t below, above;
    if (ons_known_gap(s, g, &below, &above)) {
        ons_buf_text(out, "rises between ");
        ons_scale_short(g, s->axis, g->scale[below].x, out);
        ons_buf_text(out, " and ");
        ons_scale_short(g, s->axis, g->scale[above].x, out);
    } else if (s->known.kind == ONS_KNOWN_RISE_SEEN) {
        ons_buf_text(out, "rises, beginning not seen");
    } else if (s->known.kind == ONS_KNOWN_ABOVE_CHANCE) {
        ons_buf_text(out, "above chance, no rise shown");
    } else if (s->known.kind == ONS_KNOWN_NOTHING_SEEN) {
        ons_buf_text(out, "no rise seen");
    }
}

/* "Near chance up to A (…), clearly above it from B on (…): it leaves chance in between; …" */
static void say_between(const say *t, size_t below, size_t above)
{
    char n[ONS_HUMAN_MAX];
    double lo, hi;
    range_of(t->g, 0, below + 1, &lo, &hi);
    text(t, below == 0 ? "Near chance at " : "Near chance up to ");
    scale(t, below);
    text(t, " (");
    range_and_chance(t, lo, hi);
    text(t, above + 1 == t->g->n ? "), clearly above it at " : "), clearly above it from ");
    scale(t, above);
    range_of(t->g, above, t->g->n, &lo, &hi);
    text(t, above + 1 == t->g->n ? " (" : " on (");
    score(t, lo);
    if (hi > lo) {
        text(t, " to ");
        score(t, hi);
    }
    ons_buf_printf(t->out,
                   "): it leaves chance in between; %s sizes cannot tell a jump from a slope.",
                   ons_human_cardinal(t->g->n, n));
}

void ons_say_known(const say *t)
{
    const ons_known *k = &t->s->known;
    const ons_scales *g = t->g;
    size_t below, above;
    double lo, hi;
    if (k->kind == ONS_KNOWN_NOTHING || g->n == 0) return;
    if (t->out->len > 0 && t->out->ptr[t->out->len - 1] == '.') text(t, " ");
    if (ons_known_gap(t->s, g, &below, &above)) {
        say_between(t, below, above);
        return;
    }
    range_of(g, 0, g->n, &lo, &hi);
    if (k->kind == ONS_KNOWN_RISE_SEEN) {
        text(t, "It does rise, from ");
        score(t, g->scale[0].mean);
        text(t, " at ");
        scale(t, 0);
        text(t, " to ");
        score(t, g->scale[g->n - 1].mean);
        text(t, " at ");
        scale(t, g->n - 1);
        text(t, knows_chance(t)
                    ? ", but no size is shown to be at chance: where it begins, and how "
                      "steeply, is not seen."
                    : ": no more than that can be told.");
    } else if (k->kind == ONS_KNOWN_ABOVE_CHANCE && g->n == 1) {
        text(t, "It does better than guessing (");
        range_and_chance(t, lo, hi);
        text(t, "); whether it grows, one size cannot tell.");
    } else if (k->kind == ONS_KNOWN_ABOVE_CHANCE) {
        text(t, "The larger sizes do better than guessing (");
        range_and_chance(t, lo, hi);
        text(t, "), but that larger ones do better than smaller ones is not shown.");
    } else {
        text(t, "No size is clearly better than guessing (");
        range_and_chance(t, lo, hi);
        text(t, "); at the largest a true score above ");
        score(t, k->upper_bound);
        text(t, " would have been seen.");
    }
}
