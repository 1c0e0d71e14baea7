#include "report/sentence.h"

#include <math.h>

#include "report/human.h"
#include "report/look.h"

/* What every sentence is made of; short names because every line uses them. */
typedef struct say {
    ons_buf *out;
    const ons_report_series *s;
    const ons_scales *g;
    const ons_scales *partner;
} say;

static void text(const say *t, const char *words) { ons_buf_text(t->out, words); }

static void score(const say *t, double y)
{
    ons_score_words(y, t->s->continuous, t->s->unit, 2, t->out);
}

static void scale(const say *t, size_t i)
{
    ons_scale_words(t->g, t->s->axis, t->g->scale[i].x, false, t->out);
}

/* "16,128 and 28,160 parameters" */
static void two_scales(const say *t, size_t a, const char *between, size_t b)
{
    ons_buf one;
    ons_buf_init(&one, 256);
    ons_scale_words(t->g, t->s->axis, t->g->scale[a].x, false, &one);
    const char *unit = ons_scale_unit(t->g, t->s->axis);
    size_t u = strlen(unit) + 1;
    if (one.len > u) ons_buf_add(t->out, one.ptr, one.len - u);
    ons_buf_end_part(t->out, &one);
    text(t, between);
    scale(t, b);
}

static void p_value(const say *t, double p)
{
    char number[ONS_HUMAN_MAX];
    text(t, ons_human_p_equals(p, number));
}

static bool knows_chance(const say *t) { return isfinite(t->s->chance); }

/* "(10 %, chance 10 %)": a range of scales beside chance. */
static void range_and_chance(const say *t, double lo, double hi)
{
    ons_buf a, b;
    ons_buf_init(&a, 256);
    ons_buf_init(&b, 256);
    ons_score_words(lo, t->s->continuous, t->s->unit, 2, &a);
    ons_score_words(hi, t->s->continuous, t->s->unit, 2, &b);
    text(t, ons_buf_cstr(&a));
    if (!ons_str_eq(ons_buf_str(&a), ons_buf_str(&b))) {
        text(t, " to ");
        text(t, ons_buf_cstr(&b));
    }
    ons_buf_end_part(t->out, &a);
    ons_buf_end_part(t->out, &b);
    if (knows_chance(t) && !t->s->continuous) {
        char number[ONS_HUMAN_MAX];
        ons_buf_printf(t->out, ", chance %s", ons_human_percent(t->s->chance, 2, number));
    }
}

/* Least and greatest pooled score of the scales [from, to). */
static void range_of(const ons_scales *g, size_t from, size_t to, double *ret_lo, double *ret_hi)
{
    *ret_lo = (double)INFINITY;
    *ret_hi = -(double)INFINITY;
    for (size_t i = from; i < to; i++) {
        if (g->scale[i].mean < *ret_lo) *ret_lo = g->scale[i].mean;
        if (g->scale[i].mean > *ret_hi) *ret_hi = g->scale[i].mean;
    }
}

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
    ons_buf a, b;
    ons_buf_init(&a, 256);
    ons_buf_init(&b, 256);
    ons_score_words(lo, t->s->continuous, t->s->unit, 2, &a);
    ons_score_words(hi, t->s->continuous, t->s->unit, 2, &b);
    text(t, ons_buf_cstr(&a));
    if (!ons_str_eq(ons_buf_str(&a), ons_buf_str(&b))) {
        text(t, " to ");
        text(t, ons_buf_cstr(&b));
    }
    text(t, ". ");
    ons_buf_end_part(t->out, &a);
    ons_buf_end_part(t->out, &b);
}

/* "Exact match", capital where a sentence begins with it. */
static void metric(const say *t, ons_str name, bool begins)
{
    size_t at = t->out->len;
    ons_metric_words(name, t->out);
    if (begins && t->out->len > at && t->out->ptr[at] >= 'a' && t->out->ptr[at] <= 'z')
        t->out->ptr[at] = (char)(t->out->ptr[at] - 'a' + 'A');
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
static void say_metric_induced(const say *t)
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

static void say_emergent(const say *t)
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

static void say_sharp_foreseeable(const say *t)
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

static void say_candidate(const say *t)
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

static void say_smooth(const say *t)
{
    text(t, "Grows step by step with size, ");
    say_first_to_last(t);
    text(t, "; a curve without any jump explains it.");
}

static void say_delayed(const say *t)
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

static void say_flat(const say *t)
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

static void say_constant(const say *t)
{
    double lo, hi;
    range_of(t->g, 0, t->g->n, &lo, &hi);
    text(t, "Every size does it about equally well (");
    range_and_chance(t, lo, hi);
    text(t, "): better than guessing, and size adds nothing that can be seen.");
}

static void say_saturated(const say *t)
{
    text(t, "The smallest models can do it already (");
    score(t, t->g->scale[0].mean);
    text(t, " at ");
    scale(t, 0);
    text(t, "); a threshold, if there is one, lies below the sizes that were measured.");
}

static void say_inverse(const say *t)
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

static void say_u_shaped(const say *t)
{
    say_turning(t, "First gets worse with size, from ", ", then recovers to ", -1);
}

static void say_inverted_u(const say *t)
{
    say_turning(t, "First gets better with size, from ", ", then falls back to ", 1);
}

static void say_non_monotone(const say *t)
{
    double lo, hi;
    range_of(t->g, 0, t->g->n, &lo, &hi);
    text(t, "Goes up and down with size (");
    range_and_chance(t, lo, hi);
    text(t, "), more than chance fluctuation allows; no single rise describes it.");
}

static void say_undetermined(const say *t)
{
    char n[ONS_HUMAN_MAX];
    const ons_scales *g = t->g;
    if (t->s->verdict.flags & ONS_FLAG_NO_SCALE || g->n == 0) {
        text(t, t->s->verdict.flags & ONS_FLAG_NO_SCALE
                    ? "No scale is known for these models, so nothing can be said about growth."
                    : "There is no score to decide on.");
        return;
    }
    double span = g->scale[g->n - 1].x - g->scale[0].x;
    if (t->s->verdict.flags & ONS_FLAG_INSUFFICIENT || g->n < 4) {
        ons_buf_printf(t->out, "Too little to decide on: %s %s", ons_human_cardinal(g->n, n),
                       g->n == 1 ? "size" : "sizes");
        if (g->n > 1) {
            text(t, " over ");
            ons_width_words(span, t->s->axis, t->out);
        }
        text(t, "; four sizes over one decade are the least.");
        return;
    }
    size_t below, above;
    if (ons_gap_of(t->s, g, &below, &above)) {
        text(t, "Rises somewhere between ");
        two_scales(t, below, " and ", above);
        ons_buf_printf(t->out, " (");
        score(t, g->scale[below].mean);
        text(t, " to ");
        score(t, g->scale[above].mean);
        ons_buf_printf(t->out, "); %s sizes cannot tell a jump from a slope.",
                       ons_human_cardinal(g->n, n));
        return;
    }
    double lo, hi;
    range_of(g, 0, g->n, &lo, &hi);
    text(t, "The scores (");
    range_and_chance(t, lo, hi);
    text(t, ") fit both standing still and a slow rise; these questions cannot tell which.");
}

static void say_flags(const say *t)
{
    unsigned f = t->s->verdict.flags;
    char n[ONS_HUMAN_MAX];
    if (f & ONS_FLAG_THEN_NON_MONOTONE)
        text(t, " Beyond the threshold the score does not keep rising.");
    if (f & ONS_FLAG_BIMODAL_SEEDS) {
        text(t, " Runs of one size either learn it or do not");
        if (isfinite(t->s->verdict.learned_share)) {
            ons_buf_printf(t->out, "; beyond the threshold %s of them do",
                           ons_human_percent(t->s->verdict.learned_share, 2, n));
        }
        text(t, ".");
    }
    if (f & ONS_FLAG_RESOLUTION_LIMITED) {
        text(t, " With so few questions a slow rise would also look like nothing below the "
                "threshold.");
    }
    if (f & ONS_FLAG_CONFOUNDED)
        text(t, " The recipe changes together with the size, so size alone may not be the cause.");
    if (f & ONS_FLAG_CHANCE_UNKNOWN)
        text(t, " The level of guessing is not known, so only the shape was judged.");
    if (f & ONS_FLAG_CONTAMINATION)
        text(t, " The verdict hangs on questions that may have been in the training data.");
    if (f & ONS_FLAG_N_ASSUMED)
        text(t, " The number of questions was not given and had to be assumed.");
}

void ons_sentence_verdict_of(const ons_report_series *s, const ons_scales *g,
                             const ons_scales *partner, ons_buf *out)
{
    static void (*const of_verdict[ONS_VERDICT_COUNT])(const say *) = {
        [ONS_VERDICT_EMERGENT] = say_emergent,
        [ONS_VERDICT_SHARP_FORESEEABLE] = say_sharp_foreseeable,
        [ONS_VERDICT_CANDIDATE] = say_candidate,
        [ONS_VERDICT_SMOOTH] = say_smooth,
        [ONS_VERDICT_DELAYED] = say_delayed,
        [ONS_VERDICT_FLAT] = say_flat,
        [ONS_VERDICT_CONSTANT] = say_constant,
        [ONS_VERDICT_SATURATED] = say_saturated,
        [ONS_VERDICT_INVERSE] = say_inverse,
        [ONS_VERDICT_U_SHAPED] = say_u_shaped,
        [ONS_VERDICT_INVERTED_U] = say_inverted_u,
        [ONS_VERDICT_NON_MONOTONE] = say_non_monotone,
        [ONS_VERDICT_UNDETERMINED] = say_undetermined,
    };
    say t = {out, s, g, partner};
    ons_verdict_word v = s->verdict.verdict;
    bool rises = v == ONS_VERDICT_SMOOTH || v == ONS_VERDICT_DELAYED || ons_series_metric_jump(s);
    if (g->n == 0 || v >= ONS_VERDICT_COUNT) {
        say_undetermined(&t);
    } else if (rises && s->partner.result.check == ONS_CHECK_METRIC_INDUCED) {
        say_metric_induced(&t);
    } else {
        of_verdict[v](&t);
    }
    say_flags(&t);
}

ons_status ons_sentence_verdict(const ons_report_series *s, ons_buf *out, ons_err *err)
{
    ons_arena a;
    ons_arena_init(&a, 0);
    ons_scales g, partner;
    ons_status st = ons_scales_make(s->point, s->n_points, s->axis, &a, &g, err);
    if (st == ONS_OK)
        st = ons_scales_make(s->partner.point, s->partner.n_points, s->axis, &a, &partner, err);
    if (st == ONS_OK) {
        ons_sentence_verdict_of(s, &g, &partner, out);
        st = ons_buf_status(out, err);
    }
    ons_arena_clear(&a);
    return st;
}
