/* Sentences of verdicts that claim a threshold, and of the jump that a metric made. */
#include "report/sentence_say.h"

bool ons_gap_of(const ons_report_series *s, const ons_scales *g, size_t *ret_below,
                size_t *ret_above)
{
    double on = s->verdict.onset.x, half = s->verdict.midpoint.x;
    if (!isfinite(on)) on = half;
    if (!isfinite(half) || half < on) half = on;
    if (!isfinite(on)) return false;
    size_t below = g->n, above = g->n;
    for (size_t i = 0; i < g->n; i++) {
        if (g->scale[i].x <= on) below = i;
        if (above == g->n && g->scale[i].x >= half) above = i;
    }
    if (above == g->n && g->n > 0 && g->scale[g->n - 1].x > on) above = g->n - 1;
    if (below == g->n || above == g->n || below >= above) return false;
    *ret_below = below;
    *ret_above = above;
    return true;
}

/* "Up to A the answer is no better than guessing (…); from B on it is right in …" */
static void say_step(const say *t, size_t below, size_t above)
{
    double lo, hi;
    range_of(t->g, 0, below + 1, &lo, &hi);
    text(t, below == 0 ? "At " : "Up to ");
    scale(t, below);
    if (t->s->continuous) {
        text(t, " the score stays near ");
        range_and_chance(t, lo, hi);
    } else if (knows_chance(t) && t->s->chance > 0) {
        text(t, " the answer is no better than guessing (right in ");
        range_and_chance(t, lo, hi);
        text(t, ")");
    } else if (knows_chance(t)) {
        text(t, " the answer is hardly ever right (");
        range_and_chance(t, lo, hi);
        text(t, ")");
    } else {
        text(t, " the answer is right in ");
        range_and_chance(t, lo, hi);
    }
    range_of(t->g, above, t->g->n, &lo, &hi);
    text(t, above + 1 == t->g->n ? "; at " : "; from ");
    ons_scale_short(t->g, t->s->axis, t->g->scale[above].x, t->out);
    text(t, above + 1 == t->g->n ? "" : " on");
    text(t, t->s->continuous ? " it is " : " it is right in ");
    score_range(t, lo, hi);
    text(t, ". ");
}

/* Since when the continuous metric rises: read off it up to the last scale before the jump. */
static void say_rise(const say *t, double before)
{
    const ons_scales *p = t->partner;
    size_t last = 0, first = 0;
    bool steady = false;
    while (last + 1 < p->n && p->scale[last + 1].x <= before + ONS_SAME_SCALE) last++;
    if (last > 0) first = ons_scales_rise_from(p, last, &steady);
    if (first == 0) {
        text(t, " of the right answer had begun to rise before");
        return;
    }
    if (first == last && first > 1) {
        text(t, " of the right answer had already risen at ");
        ons_scale_words(p, t->s->axis, p->scale[first].x, false, t->out);
        return;
    }
    text(t, " of the right answer had been rising ");
    if (steady && last > 1) text(t, "steadily ");
    text(t, first == 1 ? "since " : "from ");
    ons_scale_words(p, t->s->axis, p->scale[first == 1 ? 0 : first].x, false, t->out);
    if (first > 1) text(t, " on");
}

/* The metric hid a growth: the whole sentence, whatever the verdict. */
void ons_say_metric_induced(const say *t)
{
    size_t below, above;
    double before = t->g->scale[t->g->n - 1].x;
    metric(t, t->s->metric, true);
    if (ons_gap_of(t->s, t->g, &below, &above)) {
        before = t->g->scale[below].x;
        text(t, " jumps between ");
        two_scales(t, below, " and ", above);
    } else {
        text(t, " rises late, from ");
        score(t, t->g->scale[0].mean);
        text(t, " to ");
        score(t, t->g->scale[t->g->n - 1].mean);
    }
    text(t, ", but the ");
    metric(t, t->s->partner.metric, false);
    say_rise(t, before);
    text(t, ": the ability grew smoothly, the metric hid it.");
}

static void say_check(const say *t)
{
    switch (t->s->partner.result.check) {
    case ONS_CHECK_ROBUST:
        text(t, " The ");
        metric(t, t->s->partner.metric, false);
        text(t, " jumps too, and did not rise before, so the metric did not make the jump.");
        break;
    case ONS_CHECK_MIXED:
        text(t, " The ");
        metric(t, t->s->partner.metric, false);
        text(t, " jumps too, but had begun to rise before: the jump is real, and part of it could "
                "be seen coming.");
        break;
    case ONS_CHECK_INCONCLUSIVE:
        text(t, " Whether the metric made the jump, the ");
        metric(t, t->s->partner.metric, false);
        text(t, " cannot tell.");
        break;
    case ONS_CHECK_NONE:
        text(t, " There is no continuous metric beside it, so the metric may have made the jump.");
        break;
    case ONS_CHECK_METRIC_INDUCED:
    case ONS_CHECK_COUNT:
        break;
    }
}

void ons_say_emergent(const say *t)
{
    size_t below, above;
    if (ons_gap_of(t->s, t->g, &below, &above)) say_step(t, below, above);
    text(t, "No curve that rises over more than ");
    ons_width_words(t->s->w0, t->s->axis, t->out);
    text(t, " explains this (");
    p_value(t, t->s->verdict.p_sharp);
    text(t, "), and the models below the threshold foresaw none of it.");
    say_check(t);
}

void ons_say_sharp_foreseeable(const say *t)
{
    size_t below, above;
    if (ons_gap_of(t->s, t->g, &below, &above)) say_step(t, below, above);
    text(t, "That is faster than any curve that rises over more than ");
    ons_width_words(t->s->w0, t->s->axis, t->out);
    text(t, " (");
    p_value(t, t->s->verdict.p_sharp);
    text(t,
         "), but it did not come without warning: the models below the threshold already pointed "
         "to it (");
    p_value(t, t->s->verdict.p_unforeseen);
    text(t, " for a surprise).");
    say_check(t);
}

void ons_say_candidate(const say *t)
{
    size_t below, above;
    if (ons_gap_of(t->s, t->g, &below, &above)) say_step(t, below, above);
    if (t->s->verdict.flags & ONS_FLAG_SINGLE_POINT) {
        text(t, "A threshold is there, but only one size lies beyond it, and one point proves no "
                "jump.");
        return;
    }
    text(t, "A threshold is there, but these sizes cannot tell a jump from a rise over ");
    ons_width_words(t->s->w0, t->s->axis, t->out);
    text(t, " (");
    p_value(t, t->s->verdict.p_sharp);
    text(t, ").");
}
